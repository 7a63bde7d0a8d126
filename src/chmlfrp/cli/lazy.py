"""Commands that are imported when they are called, with help in two languages."""

import importlib
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import click

from chmlfrp.words.language import Both, Language, language

_HELP_IN_CHINESE = (
    ("Usage: ", "用法："),
    ("\nPositional arguments:\n", "\n参数：\n"),
    ("\nOptions:\n", "\n选项：\n"),
    ("\nCommands:\n", "\n命令：\n"),
    ("Show this message and exit.", "显示这份帮助。"),
    ("[required]", "[必填]"),
    ("[default: ", "[默认："),
)
_SETTINGS = {"help_option_names": ["-h", "--help"]}


class Entry(NamedTuple):
    """Where a command is: a click.Command of a module."""

    module: str
    name: str
    help: Both


class Verb(click.Command):
    """One command."""

    def get_help(self, ctx: click.Context) -> str:
        return _worded(super().get_help(ctx))


class PassedOn(Verb):
    """A command whose arguments are somebody else's; they are in `ctx.args`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.args = list(args)
        return []


class Noun(click.Group):
    """A group of commands."""

    command_class = Verb

    def get_help(self, ctx: click.Context) -> str:
        return _worded(super().get_help(ctx))


class Lazy(Noun):
    """A group that knows its commands by table only."""

    entries: ClassVar[dict[str, Entry]]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Names only: they are what is suggested for a typing error.
        self.commands = {name: click.Command(name) for name in self.entries}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = getattr(
            importlib.import_module(entry.module), entry.name
        )
        command.help = command.help or str(entry.help)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            rows = [(name, str(entry.help)) for name, entry in self.entries.items()]
            formatter.write_dl(rows)


def noun(help_text: str) -> Noun:
    """Return an empty group."""
    return Noun(help=help_text, no_args_is_help=True, context_settings=_SETTINGS)


def verb(
    name: str | None = None, help_text: str | None = None, *, cls: type[Verb] = Verb
) -> Callable[[Callable[..., Any]], Verb]:
    """Make a command of the function; without a text the table has its help.

    What the function returns is the exit code, None means 0.
    """
    settings: dict[str, Any] = (
        {"help_option_names": []} if cls is PassedOn else _SETTINGS
    )

    def make(function: Callable[..., Any]) -> Verb:
        # Without a text of its own click would show people the docstring.
        command = click.command(
            name, cls=cls, help=help_text or "", context_settings=settings
        )
        return command(function)

    return make


def _worded(help_text: str) -> str:
    if language() is Language.EN:
        return help_text
    for english, chinese in _HELP_IN_CHINESE:
        help_text = help_text.replace(english, chinese)
    return help_text
