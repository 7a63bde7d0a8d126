"""The life of one frpc process.

`reconcile` compares what the group carries with what is wanted of it and does the one
next thing; `heard` takes in the news. At most one launch or process exists per group:
nothing is launched before the last one is known to be gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine.effects import Effect, Launch, Reload, Stop
from chmlfrp.engine.policy import recent
from chmlfrp.engine.state import (
    GroupKey,
    GroupState,
    Knocking,
    State,
    TlsPolicy,
    TunnelState,
    is_offline,
)
from chmlfrp.model.ladder import Core, Link, Record, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId

_USABLE = (Record.KNOWN, Record.CACHED)
NO_NETWORK = Rung(Core.WAITING, Reason(Code.NETWORK_DOWN))

Outcome = tuple[State, list[Effect]]


def put(state: State, *changed: GroupState) -> State:
    """Return the state with these groups in it."""
    if not changed:
        return state
    return replace(state, groups={**state.groups, **{g.key: g for g in changed}})


def desired(state: State, key: GroupKey) -> Mapping[TunnelId, Tunnel]:
    """Return what the group's process should carry now."""
    if state.is_ending or (key.solo is None) is not state.can_reload:
        return {}
    return {
        t.id: t.tunnel
        for t in members(state, key)
        if t.wanted and t.tunnel is not None and t.record.state in _USABLE
    }


def members(state: State, key: GroupKey) -> Iterable[TunnelState]:
    """Return the tunnels that belong to the group, wanted or not."""
    there = state.tunnels.at(key.place)
    if key.solo is None:
        return there.values()
    return (there[key.solo],) if key.solo in there else ()


def reconcile(state: State, key: GroupKey, now: float) -> Outcome:
    """Do the next thing that brings the group nearer to what is wanted of it."""
    group = state.groups.get(key) or GroupState(
        key=key, tls=state.tls is not TlsPolicy.OFF
    )
    wanted = desired(state, key)
    match group.core.state:
        case Core.STARTING | Core.RUNNING:
            return _steer(state, group, wanted, now)
        case Core.ABSENT:
            return _launch(state, group, wanted, now) if wanted else (state, [])
        case Core.WAITING | Core.BROKEN if not wanted:
            return rest(state, group), []
        case Core.BROKEN if not _is_told(group, wanted):
            return _launch(state, group, wanted, now)
        case Core.WAITING | Core.BROKEN:
            return state, []
        case _:
            assert_never(group.core.state)


def _steer(
    state: State, group: GroupState, wanted: Mapping[TunnelId, Tunnel], now: float
) -> Outcome:
    """Reload or stop a process that carries something else than wanted."""
    if group.is_stopping:
        return state, []
    if not wanted:
        return stop(state, group)
    is_busy = group.core.state is Core.STARTING or group.is_reloading
    is_settled = not group.reopen and not group.must_reload
    if is_busy or (is_settled and _is_told(group, wanted)):
        return state, []
    if group.key.solo is not None:
        return stop(state, group)
    return _reload(state, group, wanted, now)


def stop(state: State, group: GroupState, why: Reason | None = None) -> Outcome:
    """End the process; with a reason it counts as failed and is launched anew."""
    group = replace(group, is_stopping=True, replaced_for=why)
    return put(state, group), [Stop(group.key, group.run)]


def _reload(
    state: State, group: GroupState, wanted: Mapping[TunnelId, Tunnel], now: float
) -> Outcome:
    reopen = group.reopen & wanted.keys()
    fresh = reopen | {
        i
        for i, t in wanted.items()
        if i not in group.told or not tunnels.is_same_proxy(group.told[i], t)
    }
    state = tunnels.set_proxies(
        state, group.key, group.told.keys() - wanted.keys(), tunnels.CLOSED
    )
    state = tunnels.set_proxies(state, group.key, fresh, tunnels.OPENING)
    group = replace(
        group,
        told=wanted,
        is_reloading=True,
        must_reload=False,
        reopen=frozenset(),
        opening_since=now,
    )
    return put(state, group), [Reload(group.key, group.run, wanted, reopen)]


def _launch(
    state: State, group: GroupState, wanted: Mapping[TunnelId, Tunnel], now: float
) -> Outcome:
    if is_offline(state):
        return put(state, replace(group, core=NO_NETWORK)), []
    restarts = recent(group.restarts, now)
    if group.failures or group.conflicts:
        restarts = (*restarts, now)
    group = GroupState(
        key=group.key,
        run=group.run + 1,
        core=Rung(Core.STARTING),
        told=wanted,
        failures=group.failures,
        restarts=restarts,
        conflicts=group.conflicts,
        held_since=group.held_since,
        taken_offline_at=group.taken_offline_at,
        tls=group.tls,
        tls_hang_ups=group.tls_hang_ups,
        heard_at=now,
        opening_since=now,
        knocking=_carried(group.knocking, now),
    )
    state = tunnels.set_proxies(put(state, group), group.key, wanted, tunnels.OPENING)
    return state, [Launch(group.key, group.run, wanted, group.tls)]


def _carried(knocking: Knocking | None, now: float) -> Knocking | None:
    """Return it as the next run has it: answers to the last run's knocks are dropped."""
    return knocking and replace(knocking, due=now, open_at=None)


def rest(state: State, group: GroupState) -> State:
    """Nothing is wanted and nothing runs."""
    state = tunnels.set_proxies(state, group.key, group.told, tunnels.CLOSED)
    resting = replace(forgiven(group), core=Rung(Core.ABSENT), link=Rung(Link.DOWN))
    return put(state, replace(resting, told={}))


def forgiven(group: GroupState) -> GroupState:
    """Return the group as if nothing had ever gone wrong."""
    return replace(
        group,
        failures=0,
        restarts=(),
        is_slow=False,
        conflicts=0,
        held_since=None,
        taken_offline_at=None,
        stuck=0,
    )


def _is_told(group: GroupState, wanted: Mapping[TunnelId, Tunnel]) -> bool:
    return group.told.keys() == wanted.keys() and all(
        tunnels.is_same_proxy(group.told[i], t) for i, t in wanted.items()
    )
