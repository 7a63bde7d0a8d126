"""Which node to take for a tunnel, and why; pure."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from chmlfrp.model.tunnel import TunnelType

FULL_PERCENT = 95.0
"""A node whose bandwidth is this used up comes after all others."""
QUIET_PERCENT = 30.0
STEADY_PERCENT = 99.0
NEAR_MS = 50.0

_UNKNOWN_MS = 100.0
"""Stands for a latency that was not measured: worse than near, better than far."""
_UNKNOWN_UPTIME = 97.0
_FAVOURED = 0.7


class Why(StrEnum):
    """What speaks for a node, or is to be known; worded by `words.node`."""

    NEAREST = "nearest"
    NEAR = "near"
    UNMEASURED = "unmeasured"
    QUIET = "quiet"
    BUSY = "busy"
    STEADY = "steady"
    FAVOURITE = "favourite"
    MAINLAND_NEEDS_FILING = "mainland_needs_filing"
    """A site there needs a filed domain."""


class NodeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a node."""

    name: str
    is_online: bool
    is_vip: bool = False
    is_in_mainland: bool | None = None
    allows_web: bool | None = None
    allows_udp: bool | None = None
    load_percent: float = 0.0
    latency_ms: float | None = None
    uptime_percent: float | None = None
    is_favourite: bool = False


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """A node that fits."""

    node: str
    score: float
    """Smaller is better: milliseconds, longer where a node is busy or often down."""
    why: tuple[Why, ...] = ()
    latency_ms: float | None = None
    load_percent: float = 0.0
    uptime_percent: float | None = None


def recommend(
    nodes: Iterable[NodeFacts], kind: TunnelType, *, is_member: bool
) -> list[Recommendation]:
    """Return the nodes that can carry such a tunnel, the best first."""
    fitting = [one for one in nodes if _fits(one, kind, is_member=is_member)]
    measured = [one.latency_ms for one in fitting if one.latency_ms is not None]
    nearest = min(measured, default=None)
    found = [
        Recommendation(
            node=one.name,
            score=round(_score(one), 1),
            why=tuple(_why(one, kind, nearest)),
            latency_ms=one.latency_ms,
            load_percent=one.load_percent,
            uptime_percent=one.uptime_percent,
        )
        for one in fitting
    ]
    # What is full is still better than nothing.
    return sorted(
        found,
        key=lambda each: (each.load_percent >= FULL_PERCENT, each.score, each.node),
    )


def _fits(node: NodeFacts, kind: TunnelType, *, is_member: bool) -> bool:
    if not node.is_online or (node.is_vip and not is_member):
        return False
    if kind is TunnelType.UDP:
        return bool(node.allows_udp)
    return bool(node.allows_web) if kind.is_web else True


def _score(node: NodeFacts) -> float:
    latency = _UNKNOWN_MS if node.latency_ms is None else node.latency_ms
    uptime = _UNKNOWN_UPTIME if node.uptime_percent is None else node.uptime_percent
    score = latency * (1 + node.load_percent / 50) + (100 - uptime) * 10
    return score * (_FAVOURED if node.is_favourite else 1)


def _why(node: NodeFacts, kind: TunnelType, nearest: float | None) -> list[Why]:
    why = _why_distance(node.latency_ms, nearest)
    if node.load_percent < QUIET_PERCENT:
        why.append(Why.QUIET)
    elif node.load_percent > 2 * QUIET_PERCENT:
        why.append(Why.BUSY)
    if (node.uptime_percent or 0.0) >= STEADY_PERCENT:
        why.append(Why.STEADY)
    if node.is_favourite:
        why.append(Why.FAVOURITE)
    if kind.is_web and node.is_in_mainland:
        why.append(Why.MAINLAND_NEEDS_FILING)
    return why


def _why_distance(latency_ms: float | None, nearest: float | None) -> list[Why]:
    if latency_ms is None:
        return [Why.UNMEASURED]
    if latency_ms == nearest:
        return [Why.NEAREST]
    return [Why.NEAR] if latency_ms <= NEAR_MS else []
