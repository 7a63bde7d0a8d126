"""A name, port or domain that somebody else holds.

After a drop it is most often our own last session: the node lets it go within a known
time. So: try on through that window, then ask the service to end the session, then say
that another client has it, and go on trying slowly.
"""

from dataclasses import replace

from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine.effects import ArmRetry, Effect, RefreshRecords, TakeOffline
from chmlfrp.engine.events import ProxyRefused
from chmlfrp.engine.group import Outcome, put
from chmlfrp.engine.policy import (
    SESSION_WINDOW_S,
    TAKEN_OFFLINE_EVERY_S,
    held_delay_s,
    limited_s,
    recent,
    spread,
)
from chmlfrp.engine.state import GroupState, State
from chmlfrp.model.ladder import Proxy, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId


def held_by_another(
    state: State, group: GroupState, event: ProxyRefused, now: float
) -> Outcome:
    """Say so and try again; members that wait share one next try."""
    effects: list[Effect] = []
    until = _next_try(state, group, now)
    if until is None:
        group, effects, until = _try_again(state, group, now)
    reason = event.reason
    if was_taken_offline(group) and reason.code is Code.NAME_IN_USE:
        reason = Reason(Code.HELD_ELSEWHERE, reason.detail)
    rung = Rung(Proxy.WAITING, reason, until)
    ids = [i for i, t in group.told.items() if t.name == event.name]
    state = tunnels.set_proxies(put(state, group), group.key, ids, rung)
    if is_past_window(group, now) and _may_take_offline(group, now):
        state, more = _take_offline(state, group, now)
        effects += more
    return state, effects


def window_end(group: GroupState) -> float | None:
    """Return until when an old session of ours may explain it, None without a conflict."""
    return None if group.held_since is None else group.held_since + SESSION_WINDOW_S


def is_past_window(group: GroupState, now: float) -> bool:
    """Return whether any session of ours must be over."""
    end = window_end(group)
    return end is not None and now >= end


def _try_again(
    state: State, group: GroupState, now: float
) -> tuple[GroupState, list[Effect], float]:
    conflicts = group.conflicts + 1
    since = now if group.held_since is None else group.held_since
    group = replace(group, conflicts=conflicts, held_since=since)
    delay = held_delay_s(
        conflicts,
        is_past_window=is_past_window(group, now),
        is_solo=group.key.solo is not None,
    )
    if group.key.solo is not None:
        delay = limited_s(delay, recent(group.restarts, now), now)
    delay = spread(delay, state.seed, group.key, group.run, conflicts)
    return group, [ArmRetry(group.key, group.run, delay)], now + delay


def was_taken_offline(group: GroupState) -> bool:
    """Return whether the service was asked to end the session in this conflict."""
    since, at = group.held_since, group.taken_offline_at
    return since is not None and at is not None and at >= since


def _may_take_offline(group: GroupState, now: float) -> bool:
    """Two machines that both want a tunnel must not end each other's session for ever."""
    at = group.taken_offline_at
    return at is None or now - at >= TAKEN_OFFLINE_EVERY_S


def _take_offline(state: State, group: GroupState, now: float) -> Outcome:
    waiting = {i: group.told[i] for i in waiting_ids(state, group)}
    group = replace(group, taken_offline_at=now)
    effects: list[Effect] = [
        TakeOffline(group.key, group.run, waiting),
        RefreshRecords(),
    ]
    return put(state, group), effects


def waiting_ids(state: State, group: GroupState) -> frozenset[TunnelId]:
    """Return the members that wait for somebody else to let go, or for a reload."""
    told = tunnels.present(state, group.key, group.told)
    return frozenset(t.id for t in told if t.proxy.state is Proxy.WAITING)


def _next_try(state: State, group: GroupState, now: float) -> float | None:
    """Return when waiting members will be tried, None if no try is ahead."""
    told = tunnels.present(state, group.key, group.told)
    waiting = (t.proxy.until for t in told if t.proxy.state is Proxy.WAITING)
    return next((until for until in waiting if until and until > now), None)
