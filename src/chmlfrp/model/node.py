"""A node: a machine of the service that has public ports."""

import random

import msgspec


class PortRange(msgspec.Struct, frozen=True):
    """Remote ports that a node lends, both ends included."""

    first: int
    last: int

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def any(self) -> int:
        """Return one of them by chance; which it becomes need not be a secret."""
        return random.randint(self.first, self.last)  # noqa: S311 - as said

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A node as the public list shows it."""

    id: int
    name: str
    area: str = ""
    notes: str = ""
    is_vip: bool = False
    is_in_mainland: bool = False
    allows_web: bool = False
    allows_udp: bool = False
    is_protected: bool = False
    """The service's 防御: protected against floods."""


class NodeDetail(Node, frozen=True, kw_only=True):
    """A node as an account may see it. Node secrets are left out."""

    is_online: bool = True
    host: str = ""
    """Where tunnels of this node are reached, a domain or an address."""
    port: int = 7000
    ports: PortRange | None = None
    http_port: int = 80
    https_port: int = 443
    version: str = ""
    coordinates: str = ""
    """"longitude,latitude", as the service gives it."""
    cores: int = 0
    cpu: str = ""
    load_1m: float = 0.0
    bandwidth_percent: float = 0.0
    uptime_s: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0


class NodeStats(msgspec.Struct, frozen=True, kw_only=True):
    """How busy a node is; the list holds offline nodes too."""

    id: int
    name: str
    is_online: bool
    is_vip: bool = False
    clients: int = 0
    tunnels: int = 0
    connections: int = 0
    cpu_percent: float = 0.0
    bandwidth_percent: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0


class DayUptime(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a node."""

    day: str
    """ISO date."""
    percent: float = 0.0


class NodeUptime(msgspec.Struct, frozen=True, kw_only=True):
    """How much of its days a node was up."""

    id: int
    name: str
    is_online: bool = False
    is_vip: bool = False
    days: tuple[DayUptime, ...] = ()


class NodeMoment(msgspec.Struct, frozen=True, kw_only=True):
    """A node at one moment; the service keeps one for each 20 s of a day."""

    at: str
    """ISO time, as the service gives it."""
    cpu_percent: float = 0.0
    memory_bytes: int = 0
    clients: int = 0
    connections: int = 0
    upload_percent: float = 0.0
    download_percent: float = 0.0
    tcp: int = 0
    """Open proxies by type."""
    udp: int = 0
    http: int = 0
    https: int = 0


class NodeHistory(msgspec.Struct, frozen=True, kw_only=True):
    """A node's machine and its last day, the newest moment first."""

    version: str = ""
    cpu: str = ""
    cores: int = 0
    memory_bytes: int = 0
    storage_bytes: int = 0
    storage_used_bytes: int = 0
    load_1m: float = 0.0
    uptime_s: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    moments: tuple[NodeMoment, ...] = ()
