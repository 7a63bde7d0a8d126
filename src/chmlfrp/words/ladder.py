"""The ladder of a tunnel in plain words."""

import math
from dataclasses import dataclass
from enum import StrEnum

from chmlfrp.model.ladder import (
    Core,
    Ladder,
    Link,
    Proxy,
    Reach,
    Record,
    Summary,
    first_unwell,
)
from chmlfrp.words.language import Both, say
from chmlfrp.words.reason import REASONS

SUMMARIES: dict[Summary, Both] = {
    Summary.STOPPED: Both("已停止", "stopped"),
    Summary.STARTING: Both("正在启动", "starting"),
    Summary.UP: Both("已连通", "up"),
    Summary.STOPPING: Both("正在停止", "stopping"),
    Summary.WAITING: Both("等待重试", "waiting"),
    Summary.FAILED: Both("失败", "failed"),
}

RUNG_NAMES: dict[str, Both] = {
    "record": Both("账户记录", "record"),
    "core": Both("frpc 进程", "frpc"),
    "link": Both("节点连接", "link"),
    "proxy": Both("公网入口", "proxy"),
    "reach": Both("可达性", "reach"),
}

# Keyed by rung: members of different rungs are equal where their text is.
STATES: dict[str, dict[StrEnum, Both]] = {
    "record": {
        Record.UNKNOWN: Both("还没有从服务取得", "not yet fetched from the service"),
        Record.KNOWN: Both("已取得", "known"),
        Record.GONE: Both("账户里已经没有它", "gone from the account"),
        Record.CACHED: Both("取自缓存", "from the cache"),
    },
    "core": {
        Core.ABSENT: Both("没有运行", "not running"),
        Core.STARTING: Both("正在启动", "starting"),
        Core.RUNNING: Both("运行中", "running"),
        Core.WAITING: Both("等待再次启动", "waiting to be started again"),
        Core.BROKEN: Both("无法运行", "cannot run"),
    },
    "link": {
        Link.DOWN: Both("没有连接", "down"),
        Link.CONNECTING: Both("正在连接", "connecting"),
        Link.LOGGED_IN: Both("已登录节点", "logged in"),
        Link.RECONNECTING: Both("正在重新连接", "reconnecting"),
    },
    "proxy": {
        Proxy.CLOSED: Both("没有开通", "closed"),
        Proxy.OPENING: Both("正在开通", "opening"),
        Proxy.OPEN: Both("已开通", "open"),
        Proxy.REFUSED: Both("被节点拒绝", "refused by the node"),
        Proxy.WAITING: Both("被占用，等待重试", "in use by another, waiting"),
    },
    "reach": {
        Reach.UNKNOWN: Both("没有检查", "not checked"),
        Reach.REACHABLE: Both("可以访问", "reachable"),
        Reach.UNREACHABLE: Both("访客无法访问", "visitors get no answer"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The lowest rung that is not well, in words."""

    rung: str
    what: str
    do: str = ""
    """What a person can do, empty if nothing."""
    retry_in_s: int | None = None
    """Whole seconds until it is tried again, None if no try is planned."""
    detail: str = ""
    """What the core, the node or the service said, verbatim."""

    def __str__(self) -> str:
        stop = say("；", "; ")
        parts = [self.what + (quoted(self.detail) if self.detail else "")]
        if self.retry_in_s is not None:
            wait = self.retry_in_s
            parts.append(say(f"{wait} 秒后重试", f"next try in {wait} s"))
        if self.do:
            parts.append(self.do)
        return stop.join(parts)


def word_summary(summary: Summary) -> str:
    """Return the one word for wish and ladder."""
    return str(SUMMARIES[summary])


def word_rung(rung: str, state: StrEnum) -> str:
    """Return the state of a rung in words."""
    return str(STATES[rung][state])


def explain(ladder: Ladder, *, now: float) -> Explanation | None:
    """Return what is first in the way of a wanted tunnel, None if all is well.

    now: the daemon's clock, on which `until` of a rung is measured.
    """
    name = first_unwell(ladder)
    if name is None:
        return None
    rung = getattr(ladder, name)
    until: float | None = rung.until
    wait = None if until is None else max(0, math.ceil(until - now))
    if rung.reason is None:
        what = f"{RUNG_NAMES[name]}{say('：', ': ')}{word_rung(name, rung.state)}"
        return Explanation(rung=name, what=what, retry_in_s=wait)
    wording = REASONS[rung.reason.code]
    return Explanation(
        rung=name,
        what=str(wording.what),
        do=str(wording.do),
        retry_in_s=wait,
        detail=rung.reason.detail,
    )


def quoted(text: str) -> str:
    """Return somebody else's words as such."""
    return say(f"「{text}」", f' "{text}"')
