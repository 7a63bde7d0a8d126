"""The service's wire: the only file that knows its paths, field names and oddities.

First what is asked, then how answers are read. Readers take any JSON value and return
model values or raise ServiceGarbled. Unknown fields are ignored, missing ones
defaulted; only what a tunnel cannot do without must be there.
"""

import re
from collections.abc import Sequence

import msgspec

from chmlfrp.api.call import Call, Parameters
from chmlfrp.api.lax import Row, flag, garbled, rows
from chmlfrp.errors import InvalidInput, ServiceGarbled
from chmlfrp.model.account import Account
from chmlfrp.model.node import Node, NodeDetail, NodeStats, PortRange
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import Tunnel, TunnelId, TunnelSpec, TunnelType

_RANGE = re.compile(r"\s*(\d{1,5})\s*-\s*(\d{1,5})\s*", re.ASCII)
_TOKEN = re.compile(r"[\x21-\x7e]+")

PARAMETERS = (
    ("tunnelname", "name"),
    ("localip", "local_host"),
    ("porttype", "type"),
    ("localport", "local_port"),
    ("remoteport", "remote_port"),
    ("banddomain", "domain"),
    ("extraparams", "extra"),
)
"""What the service calls a tunnel's fields in its refusals, and what we call them."""


# What is asked.


def sign_in_calls(name: str, password: Secret) -> tuple[Call, ...]:
    """Return the ways to sign in, the best first; the last has the password in its URL."""
    fields: Parameters = {"username": name, "password": password.reveal()}
    secrets = (password,)
    path = "/login"
    return (
        Call(method="POST", path=path, json=fields, is_signed=False, secrets=secrets),
        Call(method="POST", path=path, form=fields, is_signed=False, secrets=secrets),
        Call(method="GET", path=path, query=fields, is_signed=False, secrets=secrets),
    )


def account_call() -> Call:
    """Ask who the token belongs to."""
    return Call(method="GET", path="/userinfo", is_read=True)


def tunnels_call() -> Call:
    """Ask for the account's tunnels."""
    return Call(method="GET", path="/tunnel", is_read=True)


def create_call(spec: TunnelSpec) -> Call:
    """Ask for a new tunnel."""
    return Call(method="POST", path="/create_tunnel", json=_spec_fields(spec))


def update_call(tunnel_id: TunnelId, spec: TunnelSpec) -> Call:
    """Ask for other settings; what is left out would be reset, so nothing is."""
    fields = {"tunnelid": tunnel_id, **_spec_fields(spec)}
    return Call(method="POST", path="/update_tunnel", json=fields)


def delete_calls(tunnel_id: TunnelId) -> tuple[Call, ...]:
    """Return the ways to delete a tunnel, that of today's service first."""
    query = {"tunnelid": tunnel_id}
    return (
        Call(method="GET", path="/delete_tunnel", query=query),
        Call(method="POST", path="/delete_tunnel", query=query),
        Call(method="POST", path="/deletetunnel", query=query),
    )


def offline_call(name: str) -> Call:
    """Ask the service to end the session that holds a tunnel; its core may come back."""
    return Call(method="POST", path="/offline_tunnel", form={"tunnel_name": name})


def config_call(node: str, names: Sequence[str]) -> Call:
    """Ask for the ini of tunnels of one node; no names means all of them.

    Raises:
        InvalidInput: a name holds a comma, which the service would take for two.
    """
    for name in names:
        if not name or "," in name:
            raise InvalidInput(f"{name!r} is no tunnel name", field="name")
    query = {"node": node, "tunnel_names": ",".join(names)}
    return Call(method="GET", path="/tunnel_config", query=query, is_read=True)


def nodes_call() -> Call:
    """Ask for the public list of nodes."""
    return Call(method="GET", path="/node", is_signed=False, is_read=True)


def node_call(name: str) -> Call:
    """Ask for one node by name."""
    return Call(method="GET", path="/nodeinfo", query={"node": name}, is_read=True)


def node_stats_call() -> Call:
    """Ask how busy all nodes are."""
    return Call(method="GET", path="/node_stats", is_signed=False, is_read=True)


def _spec_fields(spec: TunnelSpec) -> dict[str, str | int | bool]:
    """Return the full set; of remoteport and banddomain the wrong one must be absent."""
    fields: dict[str, str | int | bool] = {
        "tunnelname": spec.name,
        "node": spec.node,
        "localip": spec.local_host,
        "porttype": spec.type.value,
        "localport": spec.local_port,
        "encryption": spec.encryption,
        "compression": spec.compression,
        "extraparams": spec.extra,
    }
    if spec.domain is not None:
        fields["banddomain"] = spec.domain
    if spec.remote_port is not None:
        fields["remoteport"] = spec.remote_port
    return fields


# How answers are read.


def account(data: object) -> Account:
    """Read a user. `tunnel` is the limit and `tunnelCount` what is used of it."""
    row = Row(data, "account")
    return Account(
        id=row.whole("id"),
        name=row.text("username"),
        group=row.text("usergroup", default=""),
        email=row.text("email", default=""),
        qq=row.text("qq", default=""),
        avatar_url=row.text("userimg", default=""),
        tunnel_limit=row.whole("tunnel", default=0),
        tunnels_used=row.whole("tunnelCount", "tunnnelCount", default=0),
        bandwidth_mbps=row.whole("bandwidth", default=0),
        is_real_name_verified=_is_verified(row),
        points=row.whole("integral", default=0),
        member_until=row.text("term", default=""),
        registered_on=row.text("regtime", default=""),
        uploaded_bytes=row.whole("total_upload", default=0),
        downloaded_bytes=row.whole("total_download", default=0),
        connections=row.whole("totalCurConns", default=0),
    )


def user_token(data: object) -> Secret | None:
    """Read the token of a user's answer, None if it holds none that can be sent."""
    value = data.get("usertoken") if isinstance(data, dict) else None
    if isinstance(value, str) and _TOKEN.fullmatch(value):
        return Secret(value)
    return None


def is_sendable(token: Secret) -> bool:
    """Return whether a header can carry the token."""
    return _TOKEN.fullmatch(token.reveal()) is not None


def tunnels(data: object) -> list[Tunnel]:
    """Read a list of tunnels; types this version does not know are left out."""
    known = {kind.value for kind in TunnelType}
    listed = rows(data, "tunnel")
    return [_tunnel(row) for row in listed if _type_word(row) in known]


def created(data: object) -> Tunnel | None:
    """Read the answer to a creation, None if it holds no tunnel (its id mostly is null).

    The tunnel exists by then, so nothing in the answer is worth an error.
    """
    try:
        return _without_node_state(Row(data, "created tunnel"))
    except ServiceGarbled:
        return None


def updated(data: object, *, tunnel_id: TunnelId, spec: TunnelSpec) -> Tunnel:
    """Read the answer to an update; where it holds no tunnel, what was asked stands."""
    try:
        fields = data if isinstance(data, dict) else {}
        return _without_node_state(Row({**fields, "id": tunnel_id}, "updated tunnel"))
    except ServiceGarbled:
        return Tunnel(id=tunnel_id, **msgspec.structs.asdict(spec))


def config(data: object) -> Secret:
    """Read an ini; it is secret because it holds the tokens of account and node."""
    if not isinstance(data, str) or "[common]" not in data:
        raise garbled("tunnel config", "an ini text", data)
    return Secret(data)


def nodes(data: object) -> list[Node]:
    """Read the public list of nodes."""
    return [_node(row) for row in rows(data, "node")]


def node_detail(data: object) -> NodeDetail:
    """Read one node; its tokens and admin port are not taken along."""
    row = Row(data, "node")
    return NodeDetail(
        **msgspec.structs.asdict(_node(row)),
        is_online=row.text("state", default="online") == "online",
        host=row.text("ip", "realIp", "real_IP", default=""),
        port=row.whole("port", default=7000),
        ports=_port_range(row),
        http_port=row.whole("http_port", default=80),
        https_port=row.whole("https_port", default=443),
        version=row.text("version", default=""),
        coordinates=row.text("coordinates", default=""),
        cores=row.whole("num_cores", default=0),
        cpu=row.text("cpu_info", default=""),
        load_1m=row.real("load1", default=0.0),
        bandwidth_percent=row.real("bandwidth_usage_percent", default=0.0),
        uptime_s=row.whole("uptime_seconds", default=0),
        sent_bytes=row.whole("total_traffic_out", "totalTrafficOut", default=0),
        received_bytes=row.whole("total_traffic_in", "totalTrafficIn", default=0),
    )


def node_stats(data: object) -> list[NodeStats]:
    """Read how busy the nodes are, offline ones included."""
    return [_stats(row) for row in rows(data, "node stats")]


def _is_verified(row: Row) -> bool:
    value = row.value("realname")
    return value == "已实名" or flag(value) is True


def _type_word(row: Row) -> str:
    return row.text("type").strip().lower()


def _tunnel(row: Row) -> Tunnel:
    """Read one tunnel. `dorp` is a port for tcp and udp, a domain for http and https."""
    kind = _type(row)
    seen = row.text("client_version", default="")
    return Tunnel(
        id=TunnelId(row.whole("id")),
        name=row.text("name"),
        node=row.text("node"),
        type=kind,
        local_host=row.text("localip", default="127.0.0.1"),
        local_port=row.whole("nport"),
        remote_port=None if kind.is_web else _remote_port(row),
        domain=row.text("dorp", default="") or None if kind.is_web else None,
        encryption=row.flag("encryption", default=False),
        compression=row.flag("compression", default=False),
        extra=row.text("ap", default=""),
        node_host=row.text("ip", default=""),
        is_node_online=_is_node_online(row),
        is_online=flag(row.value("state")) is True,
        last_started_at=row.text("uptime", default=""),
        client_version="" if seen in ("null", "尚未启动") else seen,
        today_in_bytes=row.whole("today_traffic_in", default=0),
        today_out_bytes=row.whole("today_traffic_out", default=0),
        connections=row.whole("cur_conns", default=0),
    )


def _is_node_online(row: Row) -> bool | None:
    """Null or empty in a list means that the node is gone for good."""
    return row.value("nodestate") == "online" if row.has("nodestate") else None


def _without_node_state(row: Row) -> Tunnel:
    """Read a tunnel of an answer that leaves the node's state null even if it is up."""
    tunnel = _tunnel(row)
    if row.value("nodestate") is not None:
        return tunnel
    return msgspec.structs.replace(tunnel, is_node_online=None)


def _type(row: Row) -> TunnelType:
    try:
        return TunnelType(_type_word(row))
    except ValueError:
        raise garbled("tunnel, field type", "a tunnel type", "") from None


def _remote_port(row: Row) -> int | None:
    return None if row.value("dorp") is None else row.whole("dorp")


def _port_range(row: Row) -> PortRange | None:
    match = _RANGE.fullmatch(row.text("rport", default=""))
    return PortRange(int(match[1]), int(match[2])) if match else None


def _node(row: Row) -> Node:
    """Read what list and detail share; two dialects of yes and no in one object."""
    return Node(
        id=row.whole("id"),
        name=row.text("name"),
        area=row.text("area", default=""),
        notes=row.text("notes", default=""),
        is_vip=row.text("nodegroup", default="") == "vip",
        is_in_mainland=row.flag("china", default=False),
        allows_web=row.flag("web", default=False),
        allows_udp=row.flag("udp", default=False),
        is_protected=row.flag("fangyu", default=False),
    )


def _stats(row: Row) -> NodeStats:
    return NodeStats(
        id=row.whole("id"),
        name=row.text("node_name"),
        is_online=row.text("state", default="") == "online",
        is_vip=row.text("nodegroup", default="") == "vip",
        clients=row.whole("client_counts", default=0),
        tunnels=row.whole("tunnel_counts", default=0),
        connections=row.whole("cur_counts", default=0),
        cpu_percent=row.real("cpu_usage", default=0.0),
        bandwidth_percent=row.real("bandwidth_usage_percent", default=0.0),
        sent_bytes=row.whole("total_traffic_out", default=0),
        received_bytes=row.whole("total_traffic_in", default=0),
    )
