"""Texts of the window by code, in the language spoken."""

import re

from chmlfrp.desktop.texts import TEXTS
from chmlfrp.errors import ChmlFrpError
from chmlfrp.words.error import word_error
from chmlfrp.words.language import say

COMMAND = "chmlfrp "
_SAID_COMMAND = re.compile(r"[：:]\s*(?:运行\s*)?chmlfrp [^，,；;。]*")
_ONE = re.compile(
    r"\b(1) (tunnel|problem|visitor|connection|line|day|hour|minute|second)s\b"
)
_UNITS = ("B", "KB", "MB", "GB", "TB")


def t(code: str, **values: object) -> str:
    """Return the text of that code with the values in it; KeyError without one."""
    return _ONE.sub(r"\1 \2", str(TEXTS[code]).format(**values))


def error_title(error: ChmlFrpError) -> str:
    """Return what happened, in one line."""
    return word_error(error).what


def error_text(error: ChmlFrpError) -> str:
    """Return who said what, and the way out."""
    worded = word_error(error)
    said = t("error.said", words=worded.said) if worded.said else ""
    return "\n".join(filter(None, (said, without_commands(worded.do))))


def told(error: ChmlFrpError) -> str:
    """Return what happened and the way out, each on its line."""
    return f"{error_title(error)}\n{error_text(error)}".strip()


def without_commands(hint: str) -> str:
    """Return the way out, empty if it is a command for the command line."""
    return "" if COMMAND in hint else hint


def cut_commands(sentence: str) -> str:
    """Return the sentence without the commands that it ends or goes on with."""
    return _SAID_COMMAND.sub("", sentence)


def whole_error(error: ChmlFrpError) -> str:
    """Return all of it in one line."""
    return say("；", "; ").join(
        filter(None, (error_title(error), error_text(error).replace("\n", " ")))
    )


def span(seconds: float) -> str:
    """Return a time span in its largest unit."""
    whole = int(seconds)
    if whole < 60:
        return t("span.seconds", n=whole)
    if whole < 3600:
        return t("span.minutes", n=whole // 60)
    if whole < 86400:
        return t("span.hours", n=whole // 3600)
    return t("span.days", n=whole // 86400)


def size(count: float) -> str:
    """Return a number of bytes in its unit, as 1.5 MB."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError
