"""Commands with plain help and errors, in the language that is spoken."""

import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from chmlfrp.selfhost.commands.shared import explain
from chmlfrp.words.language import Language, language, say

PROGRAM = "chmlfrp selfhost"
SETTINGS = {"help_option_names": ["-h", "--help"]}

_HELP_IN_CHINESE = (
    ("Usage: ", "用法："),
    ("\nArguments:\n", "\n参数：\n"),
    ("\nOptions:\n", "\n选项：\n"),
    ("\nCommands:\n", "\n命令：\n"),
    ("Show this message and exit.", "显示这份帮助。"),
    ("required]", "必填]"),
    ("[default: ", "[默认："),
    ("[env var: ", "[环境变量："),
)


class Verb(TyperCommand):
    """One command."""

    def get_help(self, ctx: Any) -> str:
        return _worded(super().get_help(ctx))


class Noun(TyperGroup):
    """A group of commands."""

    def get_help(self, ctx: Any) -> str:
        return _worded(super().get_help(ctx))


class Root(Noun):
    """The whole command line; words what the parser finds wrong."""

    def main(self, *args: Any, **extra: Any) -> Any:
        if not extra.get("standalone_mode", True):
            return super().main(*args, **extra)
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
        except typer.Abort:
            explain(say("已取消", "cancelled"))
            sys.exit(1)
        except Exception as error:
            # The parser's errors are of a private class; this is what they share.
            if not hasattr(error, "format_message"):
                raise
            sys.exit(_report(error))
        sys.exit(code if isinstance(code, int) else 0)


def noun(help_text: str, *, cls: type[Noun] = Noun) -> typer.Typer:
    """Return an empty group."""
    return typer.Typer(
        cls=cls,
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings=SETTINGS,
    )


def verb(
    group: typer.Typer, name: str, help_text: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of the function, with a help text for people."""
    return group.command(
        name, cls=Verb, help=help_text, context_settings=dict(SETTINGS)
    )


def _report(error: Any) -> int:
    text: str = error.format_message()
    context = getattr(error, "ctx", None)
    if context is not None and text == context.get_help():
        sys.stderr.write(f"{text}\n")
    else:
        # Some of the parser's errors do not know where they happened.
        path = PROGRAM if context is None else context.command_path
        explain(text, f"{path} --help")
    return int(error.exit_code)


def _worded(help_text: str) -> str:
    if language() is Language.EN:
        return help_text
    for english, chinese in _HELP_IN_CHINESE:
        help_text = help_text.replace(english, chinese)
    return help_text
