"""How much went through tunnels.

In is what visitors send to the service behind the tunnel, out what it sends to them.
"""

import msgspec


class DayTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the whole account."""

    day: str
    """"MM-DD"; the service leaves the year out."""
    in_bytes: int = 0
    out_bytes: int = 0


class TunnelTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """The last days of one tunnel, the oldest first."""

    in_bytes: tuple[int, ...] = ()
    out_bytes: tuple[int, ...] = ()


class TunnelNow(msgspec.Struct, frozen=True, kw_only=True):
    """A tunnel's counters, asked at its node just now."""

    is_online: bool = False
    today_in_bytes: int = 0
    today_out_bytes: int = 0
    connections: int = 0
    last_started_at: str = ""
    last_closed_at: str = ""


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """What came of closing all sessions of an account on all nodes."""

    nodes: int = 0
    closed: int = 0
    failed: int = 0
    answers: dict[str, str] = {}
    """The service's word for each node, by the node's name."""
