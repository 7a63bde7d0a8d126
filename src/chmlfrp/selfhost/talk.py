"""What a node's agent and the service say to each other, whichever way it travels."""

from typing import Any

import msgspec

from chmlfrp.errors import SelfhostError
from chmlfrp.selfhost.rules.proxy import ProxyRecord, ProxyWish


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What a node is to be; with this its frps can be started."""

    node_id: int
    name: str
    bind: str
    port: int
    http_port: int
    https_port: int
    dashboard_port: int
    first_port: int
    last_port: int
    allows_web: bool
    node_token: str
    plugin_key: str
    dashboard_password: str
    report_s: float
    """At most so many seconds between two reports."""


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A tunnel that the account may open on this node."""

    tunnel_id: int
    name: str
    record: ProxyRecord


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What frps wants to know: of a login or a ping (no wish), or of a proxy."""

    user: str
    run_id: str = ""
    proxy_name: str = ""
    wish: ProxyWish | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The service's answer; without a reason it is yes."""

    reason: str | None = None
    tunnel_id: int = 0
    granted: tuple[Granted, ...] = ()
    """To a login: what the account may open here, so that frps need not wait again."""


class Opened(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A client opened a tunnel."""

    tunnel_id: int
    run_id: str
    """The client's session."""
    started_ms: int
    version: str


class Closed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A client closed a tunnel."""

    tunnel_id: int
    run_id: str
    closed_ms: int


Change = Opened | Closed


class TunnelSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A tunnel on the dashboard; traffic is what came since the report before."""

    tunnel_id: int
    is_open: bool
    connections: int
    version: str
    came: int
    """Bytes from visitors."""
    left: int
    """Bytes to visitors."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A whole frps at one moment."""

    version: str
    clients: int
    connections: int
    came: int
    left: int
    open_by_type: dict[str, int]
    machine: dict[str, Any]
    tunnels: tuple[TunnelSeen, ...] = ()
    fresh: bool = False
    """Nothing was opened or closed since the look began, so that it also tells which
    tunnels are open."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """News of a node. Each is applied once, however often it arrives."""

    boot: str
    """One start of the agent's frps."""
    number: int
    """Counts the reports of a boot, from 1."""
    changes: tuple[Change, ...] = ()
    look: Look | None = None
    done: tuple[int, ...] = ()
    """Orders that were carried out."""
    is_leaving: bool = False
    """frps is ending: nothing is open any more."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is to end: of whom, and if one proxy is meant, which."""

    id: int
    user: str
    tunnel_name: str = ""


class JoinWish(msgspec.Struct, frozen=True, kw_only=True):
    """An agent comes for the first time."""

    key: str


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """It is this node now, and shows this key from now on."""

    name: str
    key: str


class OrdersWish(msgspec.Struct, frozen=True, kw_only=True):
    """An agent has nothing to do."""

    wait_s: float = 0.0


class NodeUnknown(SelfhostError):
    """The service has no node with that key, or no longer has: its frps must end."""
