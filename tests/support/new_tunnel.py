"""A machine and a daemon for the new-tunnel dialog."""

from chmlfrp.control.archive import FoundTunnel
from chmlfrp.control.domain import DomainView
from chmlfrp.control.protocol import CreateTunnel, NodeView, TunnelView
from chmlfrp.desktop.new.look import Look
from chmlfrp.local.lanworld import LanWorld
from chmlfrp.local.listeners import Listener
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import FreeDomain, RecordType, Subdomain
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.model.node import DayUptime, NodeDetail, NodeUptime, PortRange
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.recommend import Recommendation, Why
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelType
from chmlfrp.model.tunnelfile import ImportCode, ImportNote
from support.scripted_daemon import CONNECTING, UP, ScriptedDaemon

WORLD = LanWorld(name="小明的世界", host="127.0.0.1", port=51234)
LISTENING = [
    (22, "tcp", "sshd"),
    (80, "tcp", "nginx"),
    (3306, "tcp", "mysqld"),
    (6379, "tcp", "redis-server"),
    (19132, "udp", "bedrock_server"),
    (25565, "tcp", "java"),
]
IN_A_FILE = [
    FoundTunnel(
        section="mc",
        command=CreateTunnel(
            name="mc",
            node="上海电信-1",
            type=TunnelType.TCP,
            local_port=25565,
            remote_port=20001,
        ),
        options=TunnelOptions(group="games"),
    ),
    FoundTunnel(
        section="我的网站",
        command=CreateTunnel(
            name=None,
            node="",
            type=TunnelType.HTTP,
            local_port=8080,
            domain="www.example.org",
        ),
        notes=(
            ImportNote(code=ImportCode.NAME_CHANGED),
            ImportNote(code=ImportCode.NODE_UNKNOWN, detail="1.2.3.4"),
            ImportNote(code=ImportCode.EXTRA_KEPT, detail="locations"),
        ),
    ),
    FoundTunnel(
        section="files",
        notes=(ImportNote(code=ImportCode.PLUGIN_UNSUPPORTED, detail="plugin"),),
    ),
]
MADE = 50
"""The number of the tunnel that a scripted daemon makes."""


async def _listeners() -> list[Listener]:
    return [
        Listener(
            port=port,
            protocol="udp" if protocol == "udp" else "tcp",
            addresses=("0.0.0.0",),
            pid=port,
            process=process,
        )
        for port, protocol, process in LISTENING
    ]


async def _worlds() -> list[LanWorld]:
    return [WORLD]


async def _no_worlds() -> list[LanWorld]:
    return []


MACHINE = Look(_listeners, _worlds)
WITHOUT_WORLDS = Look(_listeners, _no_worlds)


def ready(daemon: ScriptedDaemon) -> ScriptedDaemon:
    """Give the daemon nodes, names, a file, and tunnels that come up; return it."""
    daemon.node_views = [
        _node(1, "上海电信-1", latency_ms=18.0, bandwidth_percent=22.0),
        _node(2, "成都联通-2", latency_ms=34.0, bandwidth_percent=64.0),
        _node(3, "洛杉矶移动-3", latency_ms=168.0, allows_udp=False),
        _node(4, "广州BGP-1", is_vip=True, latency_ms=9.0),
        _node(5, "东京电信-2", is_online=False),
        _node(6, "枣庄多线-6", latency_ms=21.0, allows_web=False),
    ]
    daemon.survey.recommended = [
        Recommendation(
            node="上海电信-1",
            score=20.0,
            why=(Why.NEAREST, Why.QUIET, Why.STEADY),
            latency_ms=18.0,
        ),
        Recommendation(node="成都联通-2", score=40.0, latency_ms=34.0),
    ]
    daemon.node_details = {
        view.name: NodeDetail(
            id=view.id,
            name=view.name,
            host=f"n{view.id}.frp.example",
            ports=PortRange(10000, 60000),
            is_in_mainland=True,
        )
        for view in daemon.node_views
    }
    daemon.survey.uptimes = [
        NodeUptime(id=view.id, name=view.name, days=_days(view.id))
        for view in daemon.node_views
    ]
    daemon.survey.points = [
        LatencyPoint(at=1000.0 + n, ms=18.0 + n * 7 % 11) for n in range(40)
    ]
    daemon.domains.free = [
        FreeDomain(id=1, name="example.cn", has_filing=True, notes="已备案"),
        FreeDomain(id=2, name="example.net"),
    ]
    daemon.domains.views = [
        _name(1, "mc", RecordType.SRV, "10 5 25565 n1.frp.example", used_by=(0,)),
        _name(2, "blog", RecordType.CNAME, "n2.frp.example"),
    ]
    daemon.domains.ways = [
        RecordAdvice(
            type=RecordType.SRV,
            target="10 5 25565 n1.frp.example",
            prefix="_minecraft._tcp",
        )
    ]
    daemon.archive.found = IN_A_FILE
    daemon.becomes["start"] = [{MADE: made(is_up=False)}, {MADE: made(is_up=True)}]
    return daemon


def made(*, is_up: bool, name: str = "mc_abcde") -> TunnelView:
    """Return the tunnel that was made, on its way or there."""
    tunnel = Tunnel(
        id=TunnelId(MADE),
        name=name,
        node="上海电信-1",
        type=TunnelType.TCP,
        local_port=51234,
        remote_port=34567,
        node_host="n1.frp.example",
    )
    return TunnelView(
        id=MADE,
        name=name,
        tunnel=tunnel,
        wanted=True,
        ladder=UP if is_up else CONNECTING,
        address="n1.frp.example:34567",
    )


def _name(
    number: int,
    record: str,
    kind: RecordType,
    target: str,
    *,
    used_by: tuple[int, ...] = (),
) -> DomainView:
    made = Subdomain(
        id=number, domain="example.cn", record=record, type=kind, target=target
    )
    return DomainView(record=made, used_by=used_by)


def _days(number: int) -> tuple[DayUptime, ...]:
    return tuple(
        DayUptime(day=f"2026-10-{day:02}", percent=97.0 if day % 9 == number else 100.0)
        if day % 13 != number
        else DayUptime(day=f"2026-10-{day:02}", percent=41.0)
        for day in range(1, 31)
    )


def _node(number: int, name: str, **facts: object) -> NodeView:
    said: dict[str, object] = {
        "is_online": True,
        "area": name[:2],
        "allows_udp": True,
        "allows_web": True,
        "is_in_mainland": True,
        **facts,
    }
    return NodeView(id=number, name=name, **said)  # type: ignore[arg-type] - facts of a node
