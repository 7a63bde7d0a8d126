"""The ladder of a tunnel: five rungs, each with a state, a reason and a next try.

A process that is alive is not a tunnel that is up. Times are seconds on the daemon's own
monotonic clock; every frame of the watch carries that clock's present.
"""

from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from chmlfrp.model.reason import Reason


class Record(StrEnum):
    """What the service's account says of the tunnel."""

    UNKNOWN = "unknown"
    KNOWN = "known"
    GONE = "gone"
    CACHED = "cached"


class Core(StrEnum):
    """The frpc process that carries the tunnel."""

    ABSENT = "absent"
    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    """Will be started again at `until`."""
    BROKEN = "broken"
    """Will not be started again by itself; the reason says why."""


class Link(StrEnum):
    """frpc's control connection to the node."""

    DOWN = "down"
    CONNECTING = "connecting"
    LOGGED_IN = "logged_in"
    RECONNECTING = "reconnecting"


class Proxy(StrEnum):
    """The public port or domain at the node."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"
    REFUSED = "refused"
    WAITING = "waiting"
    """Somebody else holds the name or port; tried again at `until`."""


class Reach(StrEnum):
    """Whether a visitor gets an answer at the public address."""

    UNKNOWN = "unknown"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"


State = TypeVar("State", bound=StrEnum)


class Rung(msgspec.Struct, Generic[State], frozen=True):
    """One rung; `until` is when it will be tried again, None if no try is planned."""

    state: State
    reason: Reason | None = None
    until: float | None = None


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """All five rungs of one tunnel."""

    record: Rung[Record] = Rung(Record.UNKNOWN)
    core: Rung[Core] = Rung(Core.ABSENT)
    link: Rung[Link] = Rung(Link.DOWN)
    proxy: Rung[Proxy] = Rung(Proxy.CLOSED)
    reach: Rung[Reach] = Rung(Reach.UNKNOWN)


class Summary(StrEnum):
    """One word for the whole ladder."""

    STOPPED = "stopped"
    STARTING = "starting"
    UP = "up"
    STOPPING = "stopping"
    WAITING = "waiting"
    """Not up, but another try is planned or the core is mending itself."""
    FAILED = "failed"
    """Not up, and nothing will change without the person."""


RUNGS = ("record", "core", "link", "proxy", "reach")

_WELL: dict[str, frozenset[StrEnum]] = {
    "record": frozenset({Record.KNOWN, Record.CACHED}),
    "core": frozenset({Core.RUNNING}),
    "link": frozenset({Link.LOGGED_IN}),
    "proxy": frozenset({Proxy.OPEN}),
    "reach": frozenset({Reach.REACHABLE, Reach.UNKNOWN}),
}


def first_unwell(ladder: Ladder) -> str | None:
    """Return the name of the lowest rung that is not as it should be, None if all are."""
    return next(
        (name for name in RUNGS if getattr(ladder, name).state not in _WELL[name]), None
    )


def summarise(wanted: bool, ladder: Ladder) -> Summary:  # noqa: FBT001 - the wish is data
    """Return the one word that describes wish and ladder together."""
    if not wanted:
        is_idle = ladder.core.state in (Core.ABSENT, Core.BROKEN) or (
            ladder.proxy.state is Proxy.CLOSED
        )
        return Summary.STOPPED if is_idle else Summary.STOPPING
    rung = first_unwell(ladder)
    if rung is None:
        return Summary.UP
    if ladder.record.state is Record.GONE or ladder.core.state is Core.BROKEN:
        return Summary.FAILED
    if rung == "proxy" and ladder.proxy.state is Proxy.REFUSED:
        return Summary.FAILED if ladder.proxy.until is None else Summary.WAITING
    if rung == "reach" or ladder.core.state is Core.WAITING:
        return Summary.WAITING
    if ladder.link.state is Link.RECONNECTING or ladder.proxy.state is Proxy.WAITING:
        return Summary.WAITING
    return Summary.STARTING
