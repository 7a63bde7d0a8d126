"""Errors as a person meets them, and the exit code of each."""

import click

from chmlfrp.cli.output import Paint, err
from chmlfrp.errors import (
    ChmlFrpError,
    DaemonNotRunning,
    InvalidInput,
    SignInRequired,
)
from chmlfrp.words.error import word_error, word_label
from chmlfrp.words.ladder import quoted
from chmlfrp.words.language import Language, language, say
from chmlfrp.words.phrases import in_chinese

FAILED = 1
WRONG_USAGE = 2
NO_DAEMON = 3
SIGN_IN = 4

_EXIT_CODES: tuple[tuple[type[ChmlFrpError], int], ...] = (
    (InvalidInput, WRONG_USAGE),
    (DaemonNotRunning, NO_DAEMON),
    (SignInRequired, SIGN_IN),
)


def report(error: Exception, *, debug: bool = False) -> int:
    """Print the error on stderr and return the exit code."""
    if debug and not isinstance(error, click.ClickException):
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            err(line)
    error = _innermost(error)
    if isinstance(error, ChmlFrpError):
        return _report_known(error)
    if isinstance(error, click.ClickException):
        return _report_usage(error)
    return _report_bug(error, debug=debug)


def _report_known(error: ChmlFrpError) -> int:
    words = word_error(error)
    said = quoted(words.said) if words.said else ""
    _say_error(words.what + said)
    if words.do:
        err(say("办法：", "try: "), words.do)
    return next((c for kind, c in _EXIT_CODES if isinstance(error, kind)), FAILED)


def _report_usage(error: click.ClickException) -> int:
    text = error.format_message()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        for line in text.splitlines():
            err(line)
        return WRONG_USAGE
    if language() is Language.ZH:
        text = in_chinese(text) or text
    _say_error(text)
    if context := getattr(error, "ctx", None):
        err(say("用法见：", "see: "), f"{context.command_path} --help")
    return WRONG_USAGE


def _report_bug(error: Exception, *, debug: bool) -> int:
    what = f"{type(error).__name__}: {error}"
    _say_error(say("程序出现意外：", "something unexpected happened: ") + what)
    if not debug:
        err(
            say(
                "在命令前加 --debug 再运行一次可以看到详情：chmlfrp --debug …",
                "run it again with --debug before the command: chmlfrp --debug …",
            )
        )
    return FAILED


def _say_error(text: str) -> None:
    err(Paint(word_label(), "red"), say("：", ": "), text)


def _innermost(error: Exception) -> Exception:
    """Return the error that a task group wrapped, if there is but one."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
