"""Tunnels in lines and tables."""

from collections.abc import Iterable

from chmlfrp.cli.output import Paint, Part, out_table
from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.model.ladder import Summary
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
    return None if found is None else f"{title(view)}{say('：', ': ')}{found}"


def troubles(snapshot: Snapshot) -> Iterable[str]:
    """Return a line for each wanted tunnel that is not up."""
    lines = (trouble(v, now=snapshot.now) for v in snapshot.tunnels.values())
    return filter(None, lines)


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
