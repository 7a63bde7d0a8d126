"""The service as a whole: how much there is of it, and how busy it is."""

import msgspec


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A site that the service recommends."""

    name: str
    url: str
    notes: str = ""


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """How much there is."""

    tunnels: int = 0
    nodes: int = 0
    users: int = 0
    links: tuple[Link, ...] = ()


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """How busy the machine of the API is, in percent."""

    server: str = ""
    total: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    steal: float = 0.0
    io: float = 0.0
    threads: float = 0.0
