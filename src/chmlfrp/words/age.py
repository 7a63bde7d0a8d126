"""How long ago something was, for people."""

from chmlfrp.words.language import say

_MINUTE_S = 60
_HOUR_S = 60 * _MINUTE_S
_DAY_S = 24 * _HOUR_S


def word_ago(seconds: float) -> str:
    """Return "3 hours ago"; the largest unit counts, and what lies ahead is now."""
    if seconds < _MINUTE_S:
        return say("刚才", "just now")
    if seconds < _HOUR_S:
        return _ago(seconds / _MINUTE_S, "分钟", "minute")
    if seconds < _DAY_S:
        return _ago(seconds / _HOUR_S, "小时", "hour")
    return _ago(seconds / _DAY_S, "天", "day")


def _ago(amount: float, chinese: str, english: str) -> str:
    count = int(amount)
    plural = "" if count == 1 else "s"
    return say(f"{count} {chinese}前", f"{count} {english}{plural} ago")
