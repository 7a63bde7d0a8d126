"""A scripted daemon with many tunnels in every state, and names as people give them."""

import time

import msgspec

from chmlfrp.control.protocol import LogLine, NodeView, TunnelView
from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.model.health import HealthCode, HealthItem, HealthKey, Severity
from chmlfrp.model.ladder import Core, Ladder, Proxy, Rung, Summary
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType
from support.scripted_daemon import CONNECTING, DOWN, UP, ScriptedDaemon, refused

NAMES = ("minecraft", "blog", "nas", "rdp", "cinema", "git", "db", "camera", "preview")
NODES = ("上海电信-1", "成都联通-2", "洛杉矶移动-3", "广州BGP-1", "东京电信-2")
PORTS = (25565, 80, 445, 3389, 8096, 22, 5432, 554, 3000)
WAITING = msgspec.structs.replace(
    DOWN, core=Rung(Core.WAITING, Reason(Code.CORE_DIED, "exit status 1"), 1042.0)
)
TAKEN = refused(Code.PORT_IN_USE, "port already used")
BUSY = msgspec.structs.replace(
    UP, proxy=Rung(Proxy.WAITING, Reason(Code.NAME_IN_USE), 1025.0)
)
KINDS: tuple[tuple[bool, Ladder], ...] = (
    (True, UP),
    (True, UP),
    (False, DOWN),
    (True, UP),
    (True, TAKEN),
    (True, CONNECTING),
    (True, WAITING),
    (False, DOWN),
    (True, BUSY),
)


def view(number: int) -> TunnelView:
    """Return the tunnel of that number; the same number is the same tunnel."""
    place = number % len(NAMES)
    kind = TunnelType.HTTP if place == 1 else TunnelType.TCP
    wanted, ladder = KINDS[place]
    domain = f"blog{number}.example.cn" if kind.is_web else None
    port = None if kind.is_web else 20000 + number
    tunnel = Tunnel(
        id=TunnelId(number),
        name=f"{NAMES[place]}_{number:02}",
        node=NODES[number % len(NODES)],
        type=kind,
        local_port=PORTS[place],
        remote_port=port,
        domain=domain,
        node_host=f"n{place}.example.cn",
        is_node_online=True,
    )
    return TunnelView(
        id=number,
        account=7,
        name=tunnel.name,
        tunnel=tunnel,
        wanted=wanted,
        ladder=ladder,
        address=f"http://{domain}" if domain else f"n{place}.example.cn:{port}",
        options=TunnelOptions(group="家里" if place % 3 == 0 else ""),
    )


def filled_daemon(count: int) -> ScriptedDaemon:
    """Return a daemon with that many tunnels, and what goes with them."""
    views = [view(number) for number in range(count)]
    daemon = ScriptedDaemon(*views)
    troubled = [v for v in views if v.summary is Summary.FAILED]
    daemon.is_unwell(*(_failed(v) for v in troubled[:2]))
    daemon.node_views = [
        NodeView(id=i, name=name, is_online=i != 3, area=name[:2])
        for i, name in enumerate(NODES)
    ]
    daemon.log_lines = [_log_line(number) for number in range(400)]
    daemon.timeline = [
        TimelineEvent(
            at=time.time() - 3600.0 + step * 61,
            kind=Happened.TUNNEL,
            tunnel=step % 4,
            name=view(step % 4).name,
            summary=(Summary.STARTING, Summary.UP, Summary.WAITING)[step % 3],
        )
        for step in range(40)
    ]
    return daemon


def _failed(view: TunnelView) -> HealthItem:
    return HealthItem(
        key=HealthKey(HealthCode.TUNNEL_FAILED, str(view.id)),
        severity=Severity.ERROR,
        since=900.0,
        reason=view.ladder.proxy.reason,
    )


def _log_line(number: int) -> LogLine:
    level = ("info", "info", "debug", "warn", "info", "error")[number % 6]
    return LogLine(
        seq=number,
        at=1_790_000_000.0 + number / 7,
        tunnel=view(number % 4).name,
        node=NODES[0],
        level=level,
        text=f"[{view(number % 4).name}] start proxy success #{number}",
    )
