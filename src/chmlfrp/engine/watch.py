"""Notices a core that runs and does nothing, and a link that died unnoticed.

One timer a group. When it is due the run is looked at: silent without a link, without an
answer about proxies that were asked for, or cut off by a change of the network. What is
wrong is mended by the mildest means: proxies are asked for again where others are open,
else the process is replaced; a second time only after a growing delay.
"""

from dataclasses import replace

from chmlfrp.engine import knock
from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine.effects import ArmCheck, LookAtLink
from chmlfrp.engine.group import Outcome, put, stop
from chmlfrp.engine.state import GroupKey, GroupState, State, is_offline
from chmlfrp.model.ladder import Core, Link, Proxy
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId

SILENT_S = 60.0
"""A core without a link speaks at least this often: it dials for 10 s, waits for 20."""
OPENS_WITHIN_S = 30.0
_STUCK_DOUBLINGS = 4
DOUBT_S = 3.0
"""Time for the core to mend its link by itself after the network changed."""
SESSION_GONE_AFTER_S = 90.0
"""After a longer sleep no node has kept the session."""
MISSES_AT_MOST = 3
_SOONEST_S = 0.01


def arm(state: State, key: GroupKey, now: float) -> Outcome:
    """Have the run looked at when something may be wrong by then."""
    state = knock.follow(state, key, now)
    group = state.groups.get(key)
    due = None if group is None else _soonest(state, group)
    if group is None or due is None:
        return state, []
    if group.check_at is not None and group.check_at <= due:
        return state, []
    delay = max(due - now, _SOONEST_S)
    state = put(state, replace(group, check_at=now + delay))
    return state, [ArmCheck(key, group.run, delay)]


def look(state: State, group: GroupState, now: float) -> Outcome:
    """The time armed is over: mend what is wrong."""
    group = replace(group, check_at=None)
    knock_due = knock.due(state, group)
    if knock_due is not None and knock_due <= now:
        return knock.go_on(state, group)
    due = _due(state, group)
    if due is None or due > now:
        return put(state, group), []
    if group.doubted_at is not None:
        return _doubt(state, group, now)
    if group.link.state is not Link.LOGGED_IN:
        return stop(state, group, Reason(Code.CORE_WEDGED, "no sign of a login"))
    return _ask_again(state, group, now)


def doubt(state: State, now: float, *, must_relogin: bool) -> State:
    """Have every running core's link looked at soon."""
    doubted = (
        replace(g, doubted_at=now, must_relogin=must_relogin or g.must_relogin)
        for g in state.groups.values()
        if g.core.state in (Core.STARTING, Core.RUNNING)
    )
    return put(state, *doubted)


def link_seen(state: State, group: GroupState, *, is_stale: bool) -> Outcome:
    """Replace a core whose link leaves from an address that is gone."""
    if not is_stale or not _is_watched(state, group):
        return state, []
    return stop(state, group, Reason(Code.LINK_LOST, "the address changed"))


def pulse_missed(state: State, group: GroupState) -> Outcome:
    """Count; a core that does not answer time and again is replaced."""
    group = replace(group, missed_pulses=group.missed_pulses + 1)
    if group.missed_pulses < MISSES_AT_MOST or not _is_watched(state, group):
        return put(state, group), []
    return stop(state, group, Reason(Code.CORE_WEDGED, "no answer"))


def _doubt(state: State, group: GroupState, now: float) -> Outcome:
    is_up = group.link.state is Link.LOGGED_IN
    doubted_at, must = group.doubted_at, group.must_relogin
    group = replace(group, doubted_at=None, must_relogin=False)
    if is_up and group.logged_in_at is not None and doubted_at is not None:
        if group.logged_in_at >= doubted_at:
            return put(state, group), []
        if not must and group.pid is not None:
            return put(state, group), [LookAtLink(group.key, group.run, group.pid)]
    if group.link.state is Link.RECONNECTING:
        gone_at = now if must else None
        return put(state, knock.anew(group, now, gone_at=gone_at)), []
    return stop(state, group, Reason(Code.LINK_LOST, "the network changed"))


def _ask_again(state: State, group: GroupState, now: float) -> Outcome:
    stuck = _opening(state, group)
    told = tunnels.present(state, group.key, group.told)
    is_any_open = any(t.proxy.state is Proxy.OPEN for t in told)
    can_reopen = group.key.solo is None and (is_any_open or not group.stuck)
    if not can_reopen:
        return stop(state, group, Reason(Code.CORE_WEDGED, "no proxy opens"))
    group = replace(
        group, reopen=group.reopen | stuck, opening_since=now, stuck=group.stuck + 1
    )
    return put(state, group), []


def _soonest(state: State, group: GroupState) -> float | None:
    found = (_due(state, group), knock.due(state, group))
    return min((due for due in found if due is not None), default=None)


def _due(state: State, group: GroupState) -> float | None:
    """Return when the run is to be looked at, None if nothing can be wrong with it."""
    if not _is_watched(state, group):
        return None
    if group.doubted_at is not None:
        return group.doubted_at + DOUBT_S
    if group.link.state is not Link.LOGGED_IN:
        return group.heard_at + SILENT_S
    if group.is_reloading or not _opening(state, group):
        return None
    doublings: int = 2 ** min(group.stuck, _STUCK_DOUBLINGS)
    return group.opening_since + OPENS_WITHIN_S * doublings


def _is_watched(state: State, group: GroupState) -> bool:
    is_running = group.core.state is Core.RUNNING
    return is_running and not group.is_stopping and not is_offline(state)


def _opening(state: State, group: GroupState) -> frozenset[TunnelId]:
    told = tunnels.present(state, group.key, group.told)
    return frozenset(t.id for t in told if t.proxy.state is Proxy.OPENING)
