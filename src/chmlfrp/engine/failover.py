"""Whether a tunnel should move to another node now, and to which.

Pure: what was seen goes in, a decision comes out, and whoever called does it. Two clocks
are needed: monotonic seconds for how long something lasts, seconds since 1970 for the
budget, which outlives a restart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from chmlfrp.model.failover import HOUR_S, Candidate, Failover, FailoverRecord
from chmlfrp.model.tunnel import TunnelType

AVOIDED_FOR_S = 1800.0
"""A node that was tried and did not carry the tunnel is left alone this long."""
MINUTE_S = 60.0


class Verdict(StrEnum):
    """What a look came to."""

    OFF = "off"
    NOT_WANTED = "not_wanted"
    NO_NETWORK = "no_network"
    """Our own network is down: the node is not to blame."""
    WELL = "well"
    PATIENT = "patient"
    """The node is in trouble, but not long enough yet."""
    BUDGET_SPENT = "budget_spent"
    NO_CANDIDATE = "no_candidate"
    MOVE = "move"
    MOVE_BACK = "move_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One look at a tunnel and the nodes."""

    now: float
    """Monotonic seconds."""
    wall: float
    """Seconds since 1970."""
    node: str
    kind: TunnelType
    is_wanted: bool
    is_network_up: bool
    is_node_well: bool
    """False: the node is offline or cannot be reached; a refusal is none of its faults."""
    candidates: Sequence[Candidate]
    may_use_vip: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is remembered between looks; only `record` outlives a restart."""

    record: FailoverRecord | None = None
    bad_since: float | None = None
    home_good_since: float | None = None
    tried: Mapping[str, float] = field(default_factory=dict)
    """When a node was last left because it did not carry the tunnel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do; `node` is where to, for a move, and `until` when it may change."""

    verdict: Verdict
    node: str | None = None
    until: float | None = None


def decide(plan: Failover, memory: Memory, seen: Seen) -> tuple[Memory, Decision]:
    """Return what is remembered from now on, and what to do."""
    memory = _observe(memory, seen)
    if not plan.is_on:
        return Memory(), Decision(verdict=Verdict.OFF)
    if not seen.is_wanted:
        return memory, Decision(verdict=Verdict.NOT_WANTED)
    if not seen.is_network_up:
        return memory, Decision(verdict=Verdict.NO_NETWORK)
    if memory.bad_since is None:
        return memory, _way_back(plan, memory, seen)
    return memory, _way_out(plan, memory, seen, memory.bad_since)


def moved(memory: Memory, seen: Seen, to: str) -> Memory:
    """Return what is remembered once the tunnel is, or is about to be, on that node."""
    home = memory.record.home if memory.record else seen.node
    times = (*_moves(memory, seen), seen.wall)
    record = FailoverRecord(home=home, away=to, moved_at=times)
    return Memory(record=record, tried={**memory.tried, seen.node: seen.now})


def refused(memory: Memory, seen: Seen, node: str) -> Memory:
    """Return what is remembered when a node would not take the tunnel."""
    return replace(memory, tried={**memory.tried, node: seen.now})


def best(plan: Failover, memory: Memory, seen: Seen) -> str | None:
    """Return the node that a move would lead to: home if it can, None if none fits."""
    fitting = {
        c.name: c
        for c in seen.candidates
        if c.is_online
        and c.name != seen.node
        and c.fits(seen.kind, may_use_vip=seen.may_use_vip)
        and seen.now - memory.tried.get(c.name, -AVOIDED_FOR_S) >= AVOIDED_FOR_S
    }
    if memory.record and memory.record.home in fitting:
        return memory.record.home
    if plan.nodes:
        return next((name for name in plan.nodes if name in fitting), None)
    allowed = [c for c in fitting.values() if plan.area in c.area]
    found = min(allowed, key=lambda c: (c.load_percent, c.name), default=None)
    return found.name if found else None


def _observe(memory: Memory, seen: Seen) -> Memory:
    """Take in for how long node and home have been as they are."""
    record = memory.record
    if record and seen.node not in (record.home, record.away):
        record = None
    if record and seen.node == record.home and not _recent(record.moved_at, seen.wall):
        record = None
    is_bad = seen.is_wanted and seen.is_network_up and not seen.is_node_well
    home = record.home if record and record.home != seen.node else None
    is_home_good = any(c.name == home and c.is_online for c in seen.candidates)
    return replace(
        memory,
        record=record,
        bad_since=_since(memory.bad_since, seen.now) if is_bad else None,
        home_good_since=(
            _since(memory.home_good_since, seen.now) if is_home_good else None
        ),
    )


def _way_out(plan: Failover, memory: Memory, seen: Seen, since: float) -> Decision:
    until = since + plan.after_min * MINUTE_S
    if seen.now < until:
        return Decision(verdict=Verdict.PATIENT, until=until)
    to = best(plan, memory, seen)
    if to is None:
        return Decision(verdict=Verdict.NO_CANDIDATE)
    return _spend(plan, memory, seen, Decision(verdict=Verdict.MOVE, node=to))


def _way_back(plan: Failover, memory: Memory, seen: Seen) -> Decision:
    record, since = memory.record, memory.home_good_since
    if record is None or since is None or not plan.is_back_wanted:
        return Decision(verdict=Verdict.WELL)
    until = since + plan.back_after_min * MINUTE_S
    if seen.now < until:
        return Decision(verdict=Verdict.WELL, until=until)
    back = Decision(verdict=Verdict.MOVE_BACK, node=record.home)
    return _spend(plan, memory, seen, back)


def _spend(plan: Failover, memory: Memory, seen: Seen, move: Decision) -> Decision:
    """Return the move if the hour's budget allows it."""
    moves = _moves(memory, seen)
    if len(moves) < plan.moves_per_hour:
        return move
    wait = moves[-plan.moves_per_hour] + HOUR_S - seen.wall
    return Decision(verdict=Verdict.BUDGET_SPENT, node=move.node, until=seen.now + wait)


def _moves(memory: Memory, seen: Seen) -> tuple[float, ...]:
    return _recent(memory.record.moved_at, seen.wall) if memory.record else ()


def _recent(times: tuple[float, ...], wall: float) -> tuple[float, ...]:
    # A clock that was set back would otherwise lock the budget for ever.
    return tuple(t for t in times if wall - HOUR_S < t <= wall)


def _since(before: float | None, now: float) -> float:
    return now if before is None else before
