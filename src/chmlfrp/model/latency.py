"""How long the way to a node is, as measured from here."""

from collections.abc import Sequence
from enum import StrEnum
from statistics import median

import msgspec

RECENT = 5
"""So many measurements make the number that people see."""


class LatencyTrouble(StrEnum):
    """Why nothing was measured; worded by `words.node`."""

    NO_ADDRESS = "no_address"
    """The service does not tell where the node is."""
    NO_RIGHTS = "no_rights"
    """It tells members only."""
    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    CUT = "cut"
    TLS = "tls"
    """The certificate, or the way it is spoken."""


class LatencyPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement: a TCP connection to the port that frps answers on."""

    at: float
    """Seconds since 1970."""
    ms: float | None = None
    trouble: LatencyTrouble | None = None


def typical(points: Sequence[LatencyPoint]) -> float | None:
    """Return the median of the last ones that came to something, in milliseconds."""
    good = [point.ms for point in points if point.ms is not None][-RECENT:]
    return median(good) if good else None
