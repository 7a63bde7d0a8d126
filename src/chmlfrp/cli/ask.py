"""What a person is asked: secrets that are not shown, and whether it is meant."""

import sys

import click

from chmlfrp.cli.output import can_ask
from chmlfrp.errors import InvalidInput
from chmlfrp.model.secret import Secret
from chmlfrp.words.language import say

YES = ("y", "yes", "是")


def ask_secret(prompt: str, *, stdin: bool, field: str = "password") -> Secret:
    """Return a password from the terminal, or a line of stdin.

    Raises:
        InvalidInput: there is none, or no terminal to ask on.
    """
    if not stdin and not can_ask():
        raise InvalidInput(
            "a password is asked for on a terminal only",
            hint="pass it on stdin with --password-stdin",
            field=field,
        )
    secret = Secret(_line_of_stdin() if stdin else _hidden(prompt))
    if not secret:
        raise InvalidInput("the password is empty", field=field)
    return secret


def confirm(question: str, *, yes: bool) -> bool:
    """Whether the person means it; `yes` says it was said before.

    Raises:
        InvalidInput: nobody is there to be asked.
    """
    if yes:
        return True
    if not can_ask():
        raise InvalidInput("this is confirmed on a terminal only", hint="add --yes")
    click.echo(f"{question} [y/N] ", err=True, nl=False)
    return sys.stdin.readline().strip().lower() in YES


def _hidden(prompt: str) -> str:
    import getpass

    try:
        return getpass.getpass(prompt + say("（不显示）：", " (not shown): "))
    except EOFError:
        return ""


def _line_of_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")
