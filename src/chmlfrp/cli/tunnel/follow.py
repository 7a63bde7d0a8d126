"""`chmlfrp tunnel watch` and `logs`."""

import time
from typing import TYPE_CHECKING

import click

from chmlfrp.cli import session_lines
from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, out, out_json
from chmlfrp.cli.shapes import SessionSeen, TunnelGone, TunnelSeen, tunnel_answer
from chmlfrp.cli.tunnel import lines
from chmlfrp.control.protocol import LogLine, TunnelView
from chmlfrp.words.ladder import explain
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient
    from chmlfrp.control.mirror import Moment

_LEVELS = {"W": "yellow", "E": "red"}


@verb()
@click.argument(
    "tunnels",
    nargs=-1,
    metavar="[TUNNEL...]",
    help=say("只看这些隧道。", "These only."),
)
@with_json
def watch(tunnels: tuple[str, ...], is_json: bool) -> None:
    """Print each change until Ctrl-C; with `--json` one object a line."""

    async def work(client: "ControlClient") -> None:
        from chmlfrp.cli.tunnel.find import find
        from chmlfrp.control.mirror import follow

        wanted: set[int] | None = None
        if tunnels:
            wanted = {view.id for view in (await find(client, tunnels))[1]}
        watcher = _Watcher(wanted, is_json=is_json)
        async for moment in follow(client):
            watcher.show(moment)

    run(work)


@verb()
@click.argument(
    "tunnel",
    required=False,
    metavar="[TUNNEL]",
    help=say("隧道的名称或编号，不写则全部。", "Name or id; all if left out."),
)
@click.option(
    "-f",
    "--follow",
    is_flag=True,
    help=say("持续显示新的日志。", "Go on with new ones."),
)
@click.option(
    "-n",
    "--tail",
    type=click.IntRange(min=0),
    default=100,
    metavar="LINES",
    help=say("先显示最后几行。", "Begin with so many."),
)
@with_json
def logs(tunnel: str | None, follow: bool, tail: int, is_json: bool) -> None:
    """Print lines of the cores; with `--json` one object a line."""

    async def work(client: "ControlClient") -> None:
        from chmlfrp.cli.tunnel.find import find

        tunnel_id = None
        if tunnel is not None:
            tunnel_id = (await find(client, [tunnel]))[1][0].id
        async for line in client.logs(tunnel_id, tail=tail, follow=follow):
            if is_json:
                out_json(line)
            else:
                _show_line(line)

    run(work)


class _Watcher:
    """Prints what is different, in the words of the status table."""

    def __init__(self, wanted: set[int] | None, *, is_json: bool) -> None:
        self._wanted = wanted
        self._is_json = is_json
        self._names: dict[int, str] = {}
        self._last_session = ""

    def show(self, moment: "Moment") -> None:
        """Print the changes of one moment."""
        if moment.is_new_session:
            self._show_session(moment)
        for tunnel_id, view in moment.changed.items():
            if self._wanted is None or tunnel_id in self._wanted:
                self._show_tunnel(tunnel_id, view, moment.snapshot.now)

    def _show_session(self, moment: "Moment") -> None:
        session, now = moment.snapshot.session, moment.snapshot.now
        if self._is_json:
            return out_json(SessionSeen(session=session))
        line = session_lines.trouble(session, now=now) or session_lines.who(session)
        if line != self._last_session:
            self._last_session = line
            out(_clock(), "  ", line)
        return None

    def _show_tunnel(self, tunnel_id: int, view: TunnelView | None, now: float) -> None:
        if view is None:
            name = self._names.pop(tunnel_id, f"#{tunnel_id}")
            if self._is_json:
                return out_json(TunnelGone(id=tunnel_id))
            return out(_clock(), "  ", name, "  ", say("已删除", "gone"))
        self._names[tunnel_id] = lines.title(view)
        if self._is_json:
            return out_json(TunnelSeen(tunnel=tunnel_answer(view, now=now)))
        found = explain(view.ladder, now=now) if view.wanted else None
        rest = str(found) if found else view.address or ""
        return out(
            _clock(), "  ", lines.title(view), "  ", lines.summary(view), "  ", rest
        )


def _show_line(line: LogLine) -> None:
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(line.at))
    about = line.tunnel or line.node
    colour = _LEVELS.get(line.level[:1].upper())
    level = Paint(line.level, colour) if colour else line.level
    out(at, " ", level, " ", f"[{about}] " if about else "", line.text)


def _clock() -> str:
    return time.strftime("%H:%M:%S")
