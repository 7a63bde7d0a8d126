"""One event in, the next state and its effects out."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from chmlfrp.engine import group as groups
from chmlfrp.engine import network as networks
from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine import wake, watch
from chmlfrp.engine.effects import Effect, SaveWishes
from chmlfrp.engine.events import (
    AccountLeft,
    ConfigEvent,
    CoreFound,
    EndRequested,
    Event,
    LocalServiceAnswered,
    NetworkChanged,
    PolicySet,
    ReachSeen,
    RecordsArrived,
    RecordsFailed,
    RecordsRecalled,
    RestartRequested,
    RunEvent,
    SignedIn,
    StartRequested,
    StopRequested,
    WishesRead,
    Woke,
)
from chmlfrp.engine.heard import hear
from chmlfrp.engine.state import GroupKey, Place, State, key_of
from chmlfrp.model.tunnel import TunnelId


def step(state: State, event: Event, now: float) -> tuple[State, list[Effect]]:
    """Return what is the case after the event, and what is to be done.

    `now` is in seconds on a clock that never goes back. Events of a run that is over
    change nothing.
    """
    if isinstance(event, RunEvent):
        return _step_run(state, event, now)
    after, touched = _take_in(state, event, now)
    after, effects = _reconcile(after, touched, now)
    return after, [*_wishes_to_save(state, after, event), *effects]


def _step_run(state: State, event: RunEvent, now: float) -> tuple[State, list[Effect]]:
    before = state.groups.get(event.key)
    if before is None or before.run != event.run:
        return state, []
    after, effects = hear(state, before, event, now)
    after, more = _reconcile(after, (event.key,), now)
    return after, [*effects, *more]


def _take_in(
    state: State, event: ConfigEvent, now: float
) -> tuple[State, Iterable[GroupKey]]:
    """Return the state with the news in it, and the groups that may have to act."""
    match event:
        case SignedIn():
            return wake.sign_in(replace(state, account=event.account))
        case AccountLeft():
            return tunnels.leave(replace(state, account=None), event.account), ()
        case CoreFound():
            return wake.core_found(state, event)
        case PolicySet():
            return wake.set_policy(state, event)
        case NetworkChanged():
            return networks.changed(state, event.network, now)
        case Woke():
            return networks.woke(state, event.slept_s, now)
        case WishesRead():
            return tunnels.remember(state, event), ()
        case RecordsArrived():
            after = tunnels.learn(state, event)
            return after, _groups_touched(after, event)
        case RecordsRecalled():
            after = tunnels.recall(state, event)
            return after, _groups_touched(after, event)
        case RecordsFailed():
            return tunnels.stay_unknown(state, event.reason), ()
        case StartRequested() | RestartRequested():
            is_restart = isinstance(event, RestartRequested)
            after = tunnels.want(state, event.ids, wanted=True)
            return wake.wake(after, event.ids, reopen=is_restart)
        case StopRequested():
            after = tunnels.want(state, event.ids, wanted=False)
            return after, _keys(after, event.ids)
        case EndRequested():
            return replace(state, is_ending=True), tuple(state.groups)
        case LocalServiceAnswered():
            return tunnels.local_service_answered(state, event.id), ()
        case ReachSeen():
            return tunnels.reach_seen(state, event), ()
        case _:
            assert_never(event)


def _reconcile(
    state: State, keys: Iterable[GroupKey], now: float
) -> tuple[State, list[Effect]]:
    effects: list[Effect] = []
    for key in dict.fromkeys(keys):
        state, more = groups.reconcile(state, key, now)
        state, checks = watch.arm(state, key, now)
        effects += [*more, *checks]
    return state, effects


def _groups_touched(
    state: State, event: RecordsArrived | RecordsRecalled
) -> tuple[GroupKey, ...]:
    """Return the groups whose members may have changed, the new ones included."""
    return (*state.groups, *_keys(state, (t.id for t in event.tunnels)))


def _keys(state: State, ids: Iterable[TunnelId]) -> tuple[GroupKey, ...]:
    found = (key_of(state, state.tunnels[i]) for i in ids if i in state.tunnels)
    return tuple(key for key in found if key is not None)


def _wishes_to_save(
    before: State, after: State, event: ConfigEvent
) -> Iterable[SaveWishes]:
    if isinstance(event, WishesRead):
        return
    touched = tuple(after.tunnels.touched_since(before.tunnels))
    for account in dict.fromkeys(place[0] for place in touched):
        places = [place for place in touched if place[0] == account]
        if _wishes(before, places) != _wishes(after, places):
            yield SaveWishes(account, _all_wishes(after, account))


def _wishes(state: State, places: Iterable[Place]) -> frozenset[TunnelId]:
    return frozenset(
        t.id for place in places for t in state.tunnels.at(place).values() if t.wanted
    )


def _all_wishes(state: State, account: int) -> frozenset[TunnelId]:
    all_tunnels = state.tunnels.values()
    return frozenset(t.id for t in all_tunnels if t.account == account and t.wanted)
