"""The wire of what is public: nodes over time, totals, load, programs to fetch."""

import re

import msgspec

from chmlfrp.api.call import Call
from chmlfrp.api.lax import Row, rows
from chmlfrp.model.node import DayUptime, NodeHistory, NodeMoment, NodeUptime
from chmlfrp.model.panel import Link, Load, Totals
from chmlfrp.model.program import Archive, Archives, Program, Programs

PROGRAMS_PATH = "/download/frpc/frpc_info.json"
HOSTED_PROGRAMS_URL = f"https://cf-v1.uapis.cn{PROGRAMS_PATH}"
"""Where the hosted service keeps it: on another host than everything else."""
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SYSTEMS = ("windows", "linux", "freebsd", "darwin")


def uptime_call(days: int, node: str) -> Call:
    """Ask how much of its last days a node was up; no name means every node."""
    query: dict[str, str | int] = {"time": days}
    if node:
        query["node"] = node
    return Call(
        method="GET", path="/node_uptime", query=query, is_signed=False, is_read=True
    )


def history_call(node: str) -> Call:
    """Ask for a node's last day; the answer may have two megabytes."""
    query = {"nodename": node}
    return Call(
        method="GET",
        path="/node_status_info",
        query=query,
        is_signed=False,
        is_read=True,
    )


def totals_call() -> Call:
    """Ask how much there is."""
    return Call(method="GET", path="/panelinfo", is_signed=False, is_read=True)


def load_call() -> Call:
    """Ask how busy the API is."""
    return Call(method="GET", path="/api/server-status", is_signed=False, is_read=True)


def archives_call(link: str) -> Call:
    """Ask what the panel offers, at a mirror if one is named."""
    query = {"link": link} if link else {}
    return Call(
        method="GET", path="/download_info", query=query, is_signed=False, is_read=True
    )


def programs_call(where: str) -> Call:
    """Ask what launchers may fetch; `where` is a path, or an address elsewhere."""
    return Call(method="GET", path=where, is_signed=False, is_read=True)


def uptimes(data: object) -> list[NodeUptime]:
    """Read how much nodes were up; `uptime` is a percentage, however small."""
    return [
        NodeUptime(
            id=row.whole("id", default=0),
            name=row.text("node_name"),
            is_online=row.text("state", default="") == "online",
            is_vip=row.text("group", "nodegroup", default="") == "vip",
            days=tuple(
                DayUptime(
                    day=one.text("recorded_at"), percent=one.real("uptime", default=0.0)
                )
                for one in rows(row.value("history_uptime"), "day")
            ),
        )
        for row in rows(data, "node uptime")
    ]


def history(data: object) -> NodeHistory:
    """Read a node's last day."""
    body = Row(data, "node history")
    row = Row(body.value("node_details") or {}, "node")
    return NodeHistory(
        version=row.text("version", default=""),
        cpu=row.text("cpu_info", default=""),
        cores=row.whole("num_cores", default=0),
        memory_bytes=row.whole("memory_total", default=0),
        storage_bytes=row.whole("storage_total", default=0),
        storage_used_bytes=row.whole("storage_used", default=0),
        load_1m=row.real("load1", default=0.0),
        uptime_s=row.whole("uptime_seconds", default=0),
        sent_bytes=row.whole("total_traffic_out", default=0),
        received_bytes=row.whole("total_traffic_in", default=0),
        moments=tuple(
            _moment(one) for one in rows(body.value("status_list"), "moment")
        ),
    )


def totals(data: object) -> Totals:
    """Read how much there is."""
    row = Row(data, "totals")
    return Totals(
        tunnels=row.whole("tunnel_amount", default=0),
        nodes=row.whole("node_amount", default=0),
        users=row.whole("user_amount", default=0),
        links=tuple(
            Link(
                name=one.text("name", default=""),
                url=one.text("url", default=""),
                notes=one.text("description", default=""),
            )
            for one in rows(row.value("friend_links"), "link")
        ),
    )


def bare(body: bytes) -> object:
    """Return the value of an answer that comes without envelope, None if it has one."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) and "metrics" in value else None


def load(data: object) -> Load:
    """Read how busy the API is."""
    body = Row(data, "load")
    row = Row(body.value("metrics") or {}, "metrics")
    return Load(
        server=body.text("serverName", default=""),
        total=body.real("load", default=0.0),
        cpu=row.real("cpu", default=0.0),
        memory=row.real("memory", default=0.0),
        steal=row.real("steal", default=0.0),
        io=row.real("ioLatency", default=0.0),
        threads=row.real("threadContention", default=0.0),
    )


def archives(data: object) -> Archives:
    """Read what the panel offers, by system."""
    body = Row(data, "archives")
    systems = Row(body.value("system") or {}, "systems")
    start = body.text("link", default="")
    return Archives(
        version=body.text("version", default=""),
        updated_at=body.text("update_time", default=""),
        files=tuple(
            Archive(
                system=system,
                architecture=row.text("architecture", default=""),
                url=start + row.text("route"),
            )
            for system in _SYSTEMS
            for row in rows(systems.value(system), "archive")
        ),
    )


def programs(data: object) -> Programs:
    """Read what launchers may fetch."""
    body = Row(data, "programs")
    notes = body.value("release_notes")
    return Programs(
        version=body.text("version", default=""),
        notes=tuple(map(str, notes)) if isinstance(notes, list) else (),
        files=tuple(
            Program(
                system=row.text("os", default=""),
                architecture=row.text("arch", default=""),
                platform=row.text("platform", default=""),
                url=row.text("link"),
                sha256=_sha256(row),
                size_bytes=row.whole("size", default=0),
            )
            for row in rows(body.value("downloads"), "program")
        ),
    )


def _sha256(row: Row) -> str:
    found = row.text("hash", default="").strip().lower()
    is_sha256 = row.text("hash_type", default="sha256").lower() == "sha256"
    return found if is_sha256 and _SHA256.fullmatch(found) else ""


def _moment(row: Row) -> NodeMoment:
    return NodeMoment(
        at=row.text("timestamp", default=""),
        cpu_percent=row.real("cpu_usage", default=0.0),
        memory_bytes=row.whole("memory_used", default=0),
        clients=row.whole("client_counts", default=0),
        connections=row.whole("cur_conns", default=0),
        upload_percent=row.real("upload_bandwidth_usage_percent", default=0.0),
        download_percent=row.real("download_bandwidth_usage_percent", default=0.0),
        tcp=row.whole("proxy_tcp", default=0),
        udp=row.whole("proxy_udp", default=0),
        http=row.whole("proxy_http", default=0),
        https=row.whole("proxy_https", default=0),
    )
