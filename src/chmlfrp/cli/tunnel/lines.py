"""Tunnels in lines and tables."""

import math
from collections.abc import Iterable

from chmlfrp.cli.output import Paint, Part, out_table
from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.model.ladder import Summary
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.words.age import word_ago
from chmlfrp.words.ladder import explain, word_summary
from chmlfrp.words.language import say

_COLOURS = {
    Summary.UP: "green",
    Summary.STARTING: "yellow",
    Summary.STOPPING: "yellow",
    Summary.WAITING: "yellow",
    Summary.FAILED: "red",
}


def title(view: TunnelView) -> str:
    """Return what the tunnel is called; its number while nothing else is known."""
    return view.name or f"#{view.id}"


def summary(view: TunnelView) -> Part:
    """Return the one word, in its colour."""
    word = word_summary(view.summary)
    colour = _COLOURS.get(view.summary)
    return Paint(word, colour) if colour else word


def trouble(view: TunnelView, *, now: float) -> str | None:
    """Return why a wanted tunnel is not up, None if it is or is not wanted."""
    found = explain(view.ladder, now=now) if view.wanted else None
    if found is None:
        return None
    stop = say("；", "; ")
    words = stop.join([str(found), *_notes(view, now=now)])
    return f"{title(view)}{say('：', ': ')}{words}"


def _notes(view: TunnelView, *, now: float) -> Iterable[str]:
    """Yield what the ladder alone does not tell about the next try."""
    if view.is_slow:
        yield say(
            "十分钟内重启过多，放慢重试", "too many starts in ten minutes, so slowly"
        )
    held_s = 0 if view.held_until is None else math.ceil(view.held_until - now)
    if held_s > 0:
        yield say(
            f"可能是上次的连接，最多还需 {held_s} 秒释放",
            f"maybe our last connection, gone within {held_s} s",
        )
    reason = view.ladder.proxy.reason
    if reason is not None and reason.code is Code.HELD_ELSEWHERE:
        yield from _who(view.tunnel)


def _who(tunnel: Tunnel | None) -> Iterable[str]:
    """Yield what the service knows of the client that has the tunnel."""
    if tunnel is None or not (tunnel.client_version or tunnel.last_started_at):
        return
    version, since = tunnel.client_version or "?", tunnel.last_started_at or "?"
    yield say(
        f"它的版本 {version}，自 {since} 起运行",
        f"it is version {version}, started {since}",
    )


def troubles(snapshot: Snapshot) -> Iterable[str]:
    """Return a line for each wanted tunnel that is not up."""
    lines = (trouble(v, now=snapshot.now) for v in snapshot.tunnels.values())
    return filter(None, lines)


def cached(views: Iterable[TunnelView], *, wall: float) -> Iterable[str]:
    """Return a line for each time of which records are shown from the cache.

    wall: seconds since 1970.
    """
    names: dict[str, list[str]] = {}
    for view in views:
        if view.cached_at is not None:
            age = word_ago(wall - view.cached_at)
            names.setdefault(age, []).append(title(view))
    for age, known in names.items():
        listed = say("、", ", ").join(known)
        yield say(
            f"取自缓存（{age}的内容）：{listed}",
            f"from the cache, as the service said {age}: {listed}",
        )


def show_table(views: Iterable[TunnelView]) -> None:
    """Print a row for each."""
    head = (
        say("编号", "ID"),
        say("名称", "NAME"),
        say("状态", "STATE"),
        say("公网地址", "ADDRESS"),
        say("本地", "LOCAL"),
        say("类型", "TYPE"),
        say("节点", "NODE"),
    )
    out_table(head, [_row(view) for view in views])


def local_address(view: TunnelView) -> str:
    """Return what the tunnel leads to."""
    tunnel = view.tunnel
    if tunnel is None:
        return "-"
    host = tunnel.local_host
    return f"{f'[{host}]' if ':' in host else host}:{tunnel.local_port}"


def _row(view: TunnelView) -> list[Part]:
    tunnel = view.tunnel
    return [
        str(view.id),
        view.name or "-",
        summary(view),
        view.address or "-",
        local_address(view),
        tunnel.type.value if tunnel else "-",
        tunnel.node if tunnel else "-",
    ]
