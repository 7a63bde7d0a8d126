"""The service's side of API v2: envelopes, field names, types and their oddities.

Booleans are texts in two spellings, a port or a domain is `dorp`, errors carry no
`data`. Clients were written against exactly this.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import group_of
from chmlfrp.selfhost.store.models import Node, Tunnel, User

T = TypeVar("T")

NEVER_STARTED = "尚未启动"


class Reply(msgspec.Struct, Generic[T], kw_only=True):
    """The envelope of every answer; the HTTP status is 200 either way."""

    msg: str
    code: int = 200
    data: T | UnsetType = UNSET
    state: str = "success"


class SpringError(msgspec.Struct, kw_only=True):
    """What is answered where no route took the request."""

    timestamp: str
    status: int
    error: str
    path: str


class AccountRow(msgspec.Struct, kw_only=True):
    """`data` of login and userinfo."""

    id: int
    username: str
    password: None = None
    userimg: str
    qq: str
    email: str
    usertoken: str
    usergroup: str
    bandwidth: int
    tunnel: int
    """How many tunnels the account may have; `tunnelCount` is how many it has."""
    realname: str
    login_attempts: int
    integral: int
    term: str
    scgm: None = None
    regtime: str
    t_token: None = None
    realname_count: int
    total_download: int
    total_upload: int
    tunnels_used: int = msgspec.field(name="tunnelCount")
    connections: int = msgspec.field(name="totalCurConns")


class TunnelRow(msgspec.Struct, kw_only=True):
    """One tunnel; after create `id`, `nodestate` and `ip` are null."""

    id: int | None
    name: str
    localip: str
    type: str
    nport: int
    dorp: str
    """The remote port, or the domain of http and https."""
    node: str
    state: str
    userid: int
    encryption: str
    compression: str
    ap: str
    uptime: str | None
    client_version: str
    today_traffic_in: int
    today_traffic_out: int
    cur_conns: int
    nodestate: str | None
    ip: str | None


class NodeRow(msgspec.Struct, kw_only=True):
    """One line of the public node list."""

    id: int
    name: str
    area: str
    nodegroup: str
    china: str
    web: str
    udp: str
    fangyu: str
    notes: str


class NodeInfo(msgspec.Struct, kw_only=True):
    """A node as an account sees it.

    `http_port` and `https_port` are an addition of this service: they are there only
    where web tunnels are not reached on 80 and 443.
    """

    udp: str
    total_traffic_in: int
    notes: str
    cpu_info: str
    fangyu: str
    rport: str
    storage_total: int
    nodegroup: str
    apitoken: str
    web: str
    ipv6: None = None
    toowhite: bool = False
    uptime_seconds: int
    id: int
    state: str
    bandwidth_usage_percent: int = 0
    memory_total: int
    nodetoken: str
    load15: int | float
    area: str
    real_ip: str = msgspec.field(name="realIp")
    ip: str
    num_cores: int
    coordinates: str
    load5: int | float
    version: str
    load1: int | float
    china: str
    port: int
    total_traffic_out: int
    name: str
    admin_port: int = msgspec.field(name="adminPort")
    storage_used: int
    http_port: int | UnsetType = UNSET
    https_port: int | UnsetType = UNSET


class NodeStats(msgspec.Struct, kw_only=True):
    """How busy a node is; the list has offline nodes too."""

    total_traffic_in: int
    total_traffic_out: int
    cur_counts: int
    node_name: str
    id: int
    state: str
    bandwidth_usage_percent: int = 0
    cpu_usage: int | float
    nodegroup: str
    client_counts: int
    tunnel_counts: int


def refused(refusal: Refusal) -> Reply[None]:
    """Return the envelope of a refusal; it has no `data`."""
    return Reply(msg=refusal.msg, code=refusal.code, state=refusal.state)


def no_route(status: int, reason: str, path: str, now: datetime) -> SpringError:
    """Return the body for a request that no route took."""
    return SpringError(timestamp=stamp(now), status=status, error=reason, path=path)


def stamp(moment: datetime) -> str:
    """Return the service's spelling of a time: `2024-12-21T01:38:19.000+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def account_row(user: User, *, tunnels: int, connections: int) -> AccountRow:
    """Return the account with its use."""
    group = group_of(user.group, tunnel_limit=user.tunnel_limit)
    return AccountRow(
        id=user.id,
        username=user.name,
        userimg=picture_of(user),
        qq=user.qq or "",
        email=user.email or "",
        usertoken=user.token,
        usergroup=user.group,
        bandwidth=user.bandwidth_mbps or group.bandwidth_mbps,
        tunnel=group.tunnels,
        realname="已实名" if user.has_real_name else "未实名",
        realname_count=user.real_name_tries,
        login_attempts=user.login_attempts,
        integral=user.points,
        term=user.member_until,
        regtime=user.registered_on,
        total_download=user.downloaded,
        total_upload=user.uploaded,
        tunnels_used=tunnels,
        connections=connections,
    )


def picture_of(user: User) -> str:
    """Return the address of the avatar: its own, else that of the QQ number."""
    if user.picture is not None:
        return user.picture
    return f"https://q.qlogo.cn/g?b=qq&nk={user.qq}&s=100" if user.qq else ""


def tunnel_row(tunnel: Tunnel, node: Node, *, today: str) -> TunnelRow:
    """Return the tunnel as the list shows it; `today` is the day traffic is of."""
    is_today = tunnel.traffic_day == today
    return TunnelRow(
        id=tunnel.id,
        name=tunnel.name,
        localip=tunnel.local_ip,
        type=tunnel.type,
        nport=tunnel.local_port,
        dorp=tunnel.domain or str(tunnel.remote_port),
        node=node.name,
        state=_true_false(tunnel.is_online),
        userid=tunnel.user_id,
        encryption=_true_false(tunnel.encryption),
        compression=_true_false(tunnel.compression),
        ap=tunnel.extra,
        uptime=_uptime(tunnel.started_ms),
        client_version=tunnel.client_version or NEVER_STARTED,
        today_traffic_in=tunnel.traffic_in if is_today else 0,
        today_traffic_out=tunnel.traffic_out if is_today else 0,
        cur_conns=tunnel.connections,
        nodestate=_online(node.is_online),
        ip=node.host,
    )


def written_row(tunnel: Tunnel, node: Node, *, today: str, with_id: bool) -> TunnelRow:
    """Return the tunnel as create (without id) and update (with id) show it."""
    row = tunnel_row(tunnel, node, today=today)
    return msgspec.structs.replace(
        row, id=row.id if with_id else None, uptime=None, nodestate=None, ip=None
    )


def node_row(node: Node) -> NodeRow:
    """Return the node as the public list shows it."""
    return NodeRow(
        id=node.id,
        name=node.name,
        area=node.area,
        nodegroup=_group(node),
        china=_yes_no(node.in_china),
        web=_yes_no(node.allows_web),
        udp=_true_false(node.allows_udp),
        fangyu=_true_false(node.is_protected),
        notes=node.notes,
    )


def node_info(node: Node) -> NodeInfo:
    """Return all that an account may know of the node."""
    machine: Mapping[str, Any] = node.machine
    http_port, https_port = _web_ports(node)
    return NodeInfo(
        **msgspec.structs.asdict(node_row(node)),
        state=_online(node.is_online),
        total_traffic_in=node.traffic_in,
        total_traffic_out=node.traffic_out,
        cpu_info=machine.get("cpu_info", ""),
        rport=f"{node.first_port}-{node.last_port}",
        storage_total=machine.get("storage_total", 0),
        storage_used=machine.get("storage_used", 0),
        memory_total=machine.get("memory_total", 0),
        num_cores=machine.get("num_cores", 0),
        uptime_seconds=machine.get("uptime_seconds", 0),
        load1=_number(machine.get("load1", 0)),
        load5=_number(machine.get("load5", 0)),
        load15=_number(machine.get("load15", 0)),
        apitoken=f"{node.api_key}|{node.id}",
        nodetoken=node.node_token,
        real_ip=node.host,
        ip=node.host,
        coordinates=node.coordinates,
        version=node.version,
        port=node.port,
        admin_port=node.dashboard_port,
        http_port=http_port,
        https_port=https_port,
    )


def node_stats(node: Node) -> NodeStats:
    """Return how busy the node is."""
    return NodeStats(
        total_traffic_in=node.traffic_in,
        total_traffic_out=node.traffic_out,
        cur_counts=node.connections,
        node_name=node.name,
        id=node.id,
        state=_online(node.is_online),
        cpu_usage=_number(node.machine.get("cpu_usage", 0) if node.is_online else 0),
        nodegroup=_group(node),
        client_counts=node.clients,
        tunnel_counts=node.proxies,
    )


def _web_ports(node: Node) -> tuple[int | UnsetType, int | UnsetType]:
    if not node.allows_web or (node.http_port, node.https_port) == (80, 443):
        return UNSET, UNSET
    return node.http_port, node.https_port


def _group(node: Node) -> str:
    return "vip" if node.is_vip else "user"


def _true_false(value: bool) -> str:  # noqa: FBT001 - the value is the subject
    return "true" if value else "false"


def _yes_no(value: bool) -> str:  # noqa: FBT001 - the value is the subject
    return "yes" if value else "no"


def _online(value: bool) -> str:  # noqa: FBT001 - the value is the subject
    return "online" if value else "offline"


def _number(value: float) -> int | float:
    # The original writes 0, not 0.0.
    return int(value) if value == int(value) else round(value, 6)


def _uptime(started_ms: int | None) -> str | None:
    if started_ms is None:
        return None
    return stamp(datetime.fromtimestamp(started_ms / 1000, UTC))
