"""node_uptime, node_status_info, flow_last_7_days and tunnel/last7days."""

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from litestar.di import NamedDependency
from litestar.handlers import route

from chmlfrp.selfhost.context import METHODS, Context
from chmlfrp.selfhost.params import Params
from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.store import account, history, tunnel
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.models import Node
from chmlfrp.selfhost.store.nodemodels import NodeDay, NodeSample
from chmlfrp.selfhost.takes import takes
from chmlfrp.selfhost.wire import Reply, stamp


class UptimeDay(msgspec.Struct, kw_only=True):
    """How much of a day's polls found the node online, in percent."""

    recorded_at: str
    uptime: int | float


class NodeUptime(msgspec.Struct, kw_only=True):
    """A node's availability, oldest day first."""

    node_name: str
    state: str
    id: int
    history_uptime: list[UptimeDay]
    group: str


class NodeDetails(msgspec.Struct, kw_only=True):
    """What hardly changes on a node."""

    total_traffic_in: int
    cpu_info: str
    num_cores: int
    coordinates: str
    storage_total: int
    load5: int | float
    version: str
    load1: int | float
    total_traffic_out: int
    uptime_seconds: int
    memory_total: int
    storage_used: int
    load15: int | float


class NodeStatus(msgspec.Struct, kw_only=True):
    """A node at one poll."""

    proxy_https: int
    download_bandwidth_usage_percent: int | float
    cur_conns: int
    sent_packets: int
    memory_used: int
    active_conn: int
    recv_packets: int
    proxy_tcp: int
    proxy_udp: int
    proxy_http: int
    upload_bandwidth_usage_percent: int | float
    cpu_usage: int | float
    page_tables: int
    passive_conn: int
    timestamp: str
    client_counts: int


class NodeStatusInfo(msgspec.Struct, kw_only=True):
    """A node's last day, a poll each 20 seconds."""

    node_details: NodeDetails
    status_list: list[NodeStatus]


class FlowDay(msgspec.Struct, kw_only=True):
    """An account's traffic of one day."""

    time: str
    """`MM-DD`, without a year."""
    traffic_in: int
    traffic_out: int


class TunnelWeek(msgspec.Struct, kw_only=True):
    """A tunnel's traffic of seven days, today last."""

    traffic_in: list[int]
    traffic_out: list[int]


@route(
    "/node_uptime", http_method=METHODS, status_code=200, opt=takes("time?", "node?")
)
async def node_uptime(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[list[NodeUptime]]:
    """Show availability by day, of one node or all; needs no token."""
    days = params.integer("time", 1)
    if not 1 <= days <= history.KEEP_DAYS:
        raise Refusal(f"天数必须在1到{history.KEEP_DAYS}之间")
    name = params.optional_text("node")
    first = date.fromisoformat(context.today()) - timedelta(days=days - 1)
    async with context.database.read() as session:
        found: Sequence[Node] = (
            [await nodes.by_name(session, name)]
            if name
            else await nodes.everything(session)
        )
        by_node = await history.days(
            session, since=first.isoformat(), node_ids=[one.id for one in found]
        )
    rows = [_uptime(one, by_node.get(one.id, [])) for one in found]
    return Reply(msg="获取节点uptime信息成功", data=rows)


@route("/node_status_info", http_method=METHODS, status_code=200, opt=takes("nodename"))
async def node_status_info(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[NodeStatusInfo]:
    """Show a node's last day; needs no token."""
    since = int(time.time()) - history.KEEP_SAMPLES_S
    async with context.database.read() as session:
        node = await nodes.by_name(session, params.text("nodename"))
        samples = await history.samples(session, node.id, since_s=since)
    data = NodeStatusInfo(
        node_details=_details(node),
        status_list=[_status(one) for one in samples],
    )
    return Reply(msg="节点状态信息获取成功", data=data)


@route("/flow_last_7_days", http_method=METHODS, status_code=200, opt=takes("token?"))
async def flow_last_7_days(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[list[FlowDay]]:
    """Show the account's traffic of seven days, those without any as well."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        today = date.fromisoformat(context.today())
        week = await history.week_of_user(session, user.id, today=today)
    rows = [
        FlowDay(time=f"{one.day:%m-%d}", traffic_in=one.came, traffic_out=one.left)
        for one in week
    ]
    return Reply(msg="获取成功", data=rows)


@route(
    "/tunnel/last7days",
    http_method=METHODS,
    status_code=200,
    opt=takes("token?", "tunnel_id"),
)
async def tunnel_last_7_days(
    params: NamedDependency[Params], context: NamedDependency[Context]
) -> Reply[TunnelWeek]:
    """Show a tunnel's traffic of seven days."""
    async with context.database.read() as session:
        user = await account.by_token(session, params.token())
        found = await tunnel.owned(session, params.integer("tunnel_id"), user)
        today = date.fromisoformat(context.today())
        week = await history.week_of_tunnel(session, found.id, today=today)
    data = TunnelWeek(
        traffic_in=[one.came for one in week], traffic_out=[one.left for one in week]
    )
    return Reply(msg="获取成功", data=data)


def _uptime(node: Node, days: Sequence[NodeDay]) -> NodeUptime:
    return NodeUptime(
        node_name=node.name,
        state="online" if node.is_online else "offline",
        id=node.id,
        group="vip" if node.is_vip else "user",
        history_uptime=[
            UptimeDay(
                recorded_at=one.day,
                uptime=round(100 * one.found_online / max(one.polls, 1), 4),
            )
            for one in days
        ],
    )


def _details(node: Node) -> NodeDetails:
    machine: dict[str, Any] = node.machine
    whole = ("num_cores", "storage_total", "uptime_seconds", "memory_total")
    return NodeDetails(
        total_traffic_in=node.traffic_in,
        total_traffic_out=node.traffic_out,
        cpu_info=machine.get("cpu_info", ""),
        coordinates=node.coordinates,
        version=node.version,
        storage_used=machine.get("storage_used", 0),
        **{name: machine.get(name, 0) for name in whole},
        **{name: machine.get(name, 0) for name in ("load1", "load5", "load15")},
    )


def _status(sample: NodeSample) -> NodeStatus:
    numbers = {
        name: sample.numbers.get(name, 0)
        for name in NodeStatus.__struct_fields__
        if name != "timestamp"
    }
    taken = datetime.fromtimestamp(sample.taken_s, UTC)
    return NodeStatus(timestamp=stamp(taken), **numbers)
