"""The rules of a guard, field by field, in words."""

from collections.abc import Iterator

from chmlfrp.model.guard import LIMITS, Ban, Guard
from chmlfrp.model.schedule import format_windows
from chmlfrp.words.language import say

LISTS = ("deny", "allow", "deny_countries", "allow_countries")


def word_guard(guard: Guard) -> list[tuple[str, str]]:
    """Return field and text of each rule that says something."""
    return list(_said(guard))


def _said(guard: Guard) -> Iterator[tuple[str, str]]:
    for name in LISTS:
        if texts := getattr(guard, name):
            yield name, ", ".join(texts)
    if guard.hours:
        yield "hours_open", format_windows(guard.hours)
    for name in LIMITS:
        if (value := getattr(guard, name)) is not None:
            yield name, str(value)
    if guard.ban.after is not None:
        yield "ban", _ban(guard.ban)
    if guard.ban.spare:
        yield "ban.spare", ", ".join(guard.ban.spare)


def _ban(ban: Ban) -> str:
    return say(
        f"{ban.within_s} 秒内 {ban.after} 次失败（短于 {ban.shorter_s} 秒且少于 "
        f"{ban.fewer_bytes} 字节）后封禁 {ban.minutes} 分钟",
        f"for {ban.minutes} min after {ban.after} failures within {ban.within_s} s "
        f"(shorter than {ban.shorter_s} s, less than {ban.fewer_bytes} bytes)",
    )
