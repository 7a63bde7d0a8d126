"""Which language people are spoken to in: Chinese first, English complete."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from typing import NamedTuple


class Language(StrEnum):
    """What can be spoken."""

    ZH = "zh"
    EN = "en"


class Both(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return say(self.zh, self.en)


_SPOKEN: ContextVar[Language | None] = ContextVar("language", default=None)


def chosen_by(environ: Mapping[str, str]) -> Language:
    """Return the language that an environment asks for.

    `CHMLFRP_LANG` decides, else the locale as programs read it. A locale without a
    language, such as C, means Chinese.
    """
    own = environ.get("CHMLFRP_LANG", "").strip().lower()
    if own in tuple(Language):
        return Language(own)
    names = (environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, names), "")
    return Language.EN if locale.lower().startswith("en") else Language.ZH


def language() -> Language:
    """Return the language spoken now; read from the environment once."""
    return _SPOKEN.get() or _of_this_process()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak another language for a while."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def say(zh: str, en: str) -> str:
    """Return the one of the two that is spoken."""
    return zh if language() is Language.ZH else en


@cache
def _of_this_process() -> Language:
    return chosen_by(os.environ)
