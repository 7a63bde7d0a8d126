"""A node that is back is met at once, however long its core would still wait.

Between its tries frpc sleeps longer and longer (upstream up to 20 s), and a core that gave
up waits for its back-off. So while there is no link the node's door is knocked at. One that
was shut and opens again is a reason to launch, or to replace a core that does not log in by
itself within a moment. Only the change counts: a node that takes connections and refuses
logins is left to the core's own pace.
"""

from dataclasses import replace

from chmlfrp.engine.effects import KnockAtNode
from chmlfrp.engine.group import Outcome, put, stop
from chmlfrp.engine.policy import (
    RESTARTS_AT_MOST,
    FailureClass,
    class_of,
    recent,
    spread,
)
from chmlfrp.engine.state import GroupKey, GroupState, Knocking, State, is_offline
from chmlfrp.model.ladder import Core, Link, Rung
from chmlfrp.model.network import Knock
from chmlfrp.model.reason import Code, Reason

GRACE_S = 1.0
"""Time for the core to come back by itself, with the session it had."""
_PACE_S = (0.5, 5.0)
_PACE_SHARE = 1 / 8
"""Of the time without a link, between two knocks."""
SESSION_KEPT_S = 40.0
"""A node lets a silent session go by then (frps asks each 30 s and waits for 10 s)."""
_UNNOTICED_S = 10.0
"""The core notices that its link is silent at the soonest after this long."""


def follow(state: State, key: GroupKey, now: float) -> State:
    """Begin to knock where a link was lost, end it where there is one again."""
    group = state.groups.get(key)
    if group is None:
        return state
    is_over = group.link.state is Link.LOGGED_IN or group.core.state in (
        Core.ABSENT,
        Core.BROKEN,
    )
    if is_over and group.knocking is not None:
        return put(state, replace(group, knocking=None))
    if group.knocking is None and _is_cut_off(group):
        return put(state, replace(group, knocking=_begun(now)))
    return state


def due(state: State, group: GroupState) -> float | None:
    """Return when there is something to do about the door."""
    knocking = group.knocking
    if knocking is None or is_offline(state) or not _is_cut_off(group):
        return None
    if knocking.open_at is None:
        return knocking.due
    if group.core.state is Core.WAITING:
        return knocking.open_at
    return max(knocking.open_at + GRACE_S, knocking.gone_at)


def go_on(state: State, group: GroupState) -> Outcome:
    """Knock, or have the core replaced or launched that a node has waited for."""
    knocking = group.knocking
    assert knocking is not None
    if knocking.open_at is None:
        group = replace(group, knocking=replace(knocking, due=None))
        return put(state, group), [KnockAtNode(group.key, group.run)]
    group = replace(group, knocking=None)
    if group.core.state is Core.WAITING:
        return put(state, replace(group, core=Rung(Core.ABSENT))), []
    return stop(state, group, Reason(Code.LINK_LOST, "the node is back"))


def answered(state: State, group: GroupState, answer: Knock, now: float) -> Outcome:
    """Take in what a knock came to."""
    knocking = group.knocking
    if knocking is None or knocking.due is not None:
        return state, []
    first, longest = _PACE_S
    pace = min(max(first, (now - knocking.paced_from) * _PACE_SHARE), longest)
    pace = spread(pace, state.seed, group.key, group.run, now)
    knocking = replace(knocking, due=now + pace)
    if answer is not Knock.OPEN:
        is_gone = answer is Knock.REFUSED
        gone_at = min(knocking.gone_at, now) if is_gone else knocking.gone_at
        knocking = replace(knocking, was_shut=True, gone_at=gone_at)
    elif knocking.was_shut and len(recent(group.restarts, now)) < RESTARTS_AT_MOST:
        knocking = replace(knocking, open_at=now)
    return put(state, replace(group, knocking=knocking)), []


def is_vain(group: GroupState, now: float) -> bool:
    """Return whether a launch would only use up a restart: the node is shut.

    Half of the restarts allowed are spent all the same, lest a wrong door costs a tunnel.
    """
    knocking = group.knocking
    is_shut = knocking is not None and knocking.was_shut and knocking.open_at is None
    return is_shut and len(recent(group.restarts, now)) >= RESTARTS_AT_MOST // 2


def anew(group: GroupState, now: float, *, gone_at: float | None = None) -> GroupState:
    """Return the group with its door to be knocked at now, as one that was shut.

    gone_at: from then on the node has no session of ours for certain.
    """
    before = group.knocking or _begun(now)
    sure = before.gone_at if gone_at is None else min(before.gone_at, gone_at)
    fresh = Knocking(paced_from=now, due=now, gone_at=sure, was_shut=True)
    return replace(group, knocking=fresh)


def network_back(state: State, now: float) -> State:
    """Have all doors knocked at whose cores know that they are cut off."""
    since = state.offline_since
    gone_at = None if since is None else since + SESSION_KEPT_S
    for group in state.groups.values():
        if group.core.state is Core.RUNNING and _is_cut_off(group):
            state = put(state, anew(group, now, gone_at=gone_at))
    return state


def _begun(now: float) -> Knocking:
    gone_at = now + SESSION_KEPT_S - _UNNOTICED_S
    return Knocking(paced_from=now, due=now + _PACE_S[0], gone_at=gone_at)


def _is_cut_off(group: GroupState) -> bool:
    if group.core.state is Core.WAITING:
        reason = group.core.reason
        is_node = reason is not None and class_of(reason.code) is FailureClass.NODE_DOWN
        return is_node and group.run > 0 and not group.is_slow
    is_running = group.core.state is Core.RUNNING and not group.is_stopping
    return is_running and group.link.state is Link.RECONNECTING
