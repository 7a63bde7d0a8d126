"""News of a run: what the process or its launch reported."""

from dataclasses import replace
from typing import assert_never

from chmlfrp.engine import knock, watch
from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine.conflict import held_by_another, waiting_ids
from chmlfrp.engine.effects import ArmRetry, RefreshRecords
from chmlfrp.engine.ended import ended
from chmlfrp.engine.events import (
    CheckDue,
    Connecting,
    CoreExited,
    CoreStarted,
    Knocked,
    LaunchFailed,
    LinkSeen,
    LocalServiceFailed,
    LoggedIn,
    LoginFailed,
    ProxyOpened,
    ProxyRefused,
    PulseFelt,
    PulseMissed,
    RefusalDisproved,
    Reloaded,
    ReloadRefused,
    RetryDue,
    RunEvent,
    TookOffline,
)
from chmlfrp.engine.group import Outcome, put, stop
from chmlfrp.engine.policy import CORE_RETRY_S, delay_s, is_conflict, spread
from chmlfrp.engine.state import GroupState, State
from chmlfrp.model.ladder import Core, Link, Proxy, Reach, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId

_REFUSED = (Proxy.WAITING, Proxy.REFUSED)
_OWN_VERDICTS = (Code.CONFIG_MISMATCH, Code.CONFIG_REFUSED, Code.ADDRESS_MISMATCH)
"""Found by us and not by the node, so the core does not try again."""
_SPOKEN = (
    Connecting,
    LoggedIn,
    LoginFailed,
    ProxyOpened,
    ProxyRefused,
    LocalServiceFailed,
)
"""Events that come from the core's own log."""
_FREED_AFTER_S = 1.0


def hear(state: State, group: GroupState, event: RunEvent, now: float) -> Outcome:
    """Take in what the group's present run reports."""
    if isinstance(event, _SPOKEN):
        group = replace(group, heard_at=now)
        state = put(state, group)
    match event:
        case CoreStarted():
            return _started(state, group, event.pid, now), []
        case LaunchFailed():
            return ended(state, group, event.reason, now, event.retry_after_s)
        case CoreExited():
            return ended(state, group, event.reason, now)
        case Reloaded():
            return put(state, replace(group, is_reloading=False, failures=0)), []
        case ReloadRefused():
            return _reload_refused(state, group, event, now)
        case Connecting():
            return _connecting(state, group, event), []
        case LoggedIn():
            return _logged_in(state, group, now), []
        case LoginFailed():
            link = replace_reason(group.link, event.reason)
            return put(state, replace(group, link=link)), []
        case ProxyOpened():
            return _opened(state, group, event.name), []
        case ProxyRefused():
            return _proxy_refused(state, group, event, now)
        case RefusalDisproved():
            return _disproved(state, group, event.name), []
        case LocalServiceFailed():
            return _local_service_failed(state, group, event), []
        case RetryDue():
            return _retry(state, group, now)
        case CheckDue() | LinkSeen() | Knocked() | PulseMissed() | PulseFelt():
            return _watched(state, group, event, now)
        case TookOffline():
            return _took_offline(state, group, now)
        case _:
            assert_never(event)


def replace_reason(link: Rung[Link], reason: Reason) -> Rung[Link]:
    """Return the rung with another reason."""
    return Rung(link.state, reason, link.until)


def _watched(
    state: State,
    group: GroupState,
    event: CheckDue | LinkSeen | Knocked | PulseMissed | PulseFelt,
    now: float,
) -> Outcome:
    match event:
        case CheckDue():
            return watch.look(state, group, now)
        case LinkSeen():
            return watch.link_seen(state, group, is_stale=event.is_stale)
        case Knocked():
            return knock.answered(state, group, event.answer, now)
        case PulseMissed():
            return watch.pulse_missed(state, group)
        case PulseFelt() if not group.missed_pulses:
            return state, []
        case PulseFelt():
            return put(state, replace(group, missed_pulses=0)), []


def _took_offline(state: State, group: GroupState, now: float) -> Outcome:
    """Try soon what the service may have freed."""
    waiting = waiting_ids(state, group)
    if not waiting:
        return state, []
    delay = spread(_FREED_AFTER_S, state.seed, group.key, group.run)
    for tunnel in tuple(tunnels.present(state, group.key, waiting)):
        rung = Rung(Proxy.WAITING, tunnel.proxy.reason, now + delay)
        state = tunnels.set_proxies(state, group.key, [tunnel.id], rung)
    return state, [ArmRetry(group.key, group.run, delay)]


def _started(state: State, group: GroupState, pid: int, now: float) -> State:
    if group.core.state is not Core.STARTING:
        return state
    # The core may have spoken before its start was told.
    link = Rung(Link.CONNECTING) if group.link.state is Link.DOWN else group.link
    core = Rung(Core.RUNNING)
    return put(state, replace(group, core=core, link=link, pid=pid, heard_at=now))


def _connecting(state: State, group: GroupState, event: Connecting) -> State:
    if not event.again:
        return put(state, replace(group, link=Rung(Link.CONNECTING, group.link.reason)))
    reason = event.reason or group.link.reason or Reason(Code.LINK_LOST)
    state = tunnels.set_proxies(state, group.key, group.told, tunnels.OPENING)
    return put(state, replace(group, link=Rung(Link.RECONNECTING, reason)))


def _logged_in(state: State, group: GroupState, now: float) -> State:
    return put(
        state,
        replace(
            group,
            link=Rung(Link.LOGGED_IN),
            logged_in_at=now,
            opening_since=now,
            tls_hang_ups=0,
        ),
    )


def _set_proxy(state: State, group: GroupState, name: str, rung: Rung[Proxy]) -> State:
    return tunnels.set_proxies(state, group.key, _named(group, name), rung)


def _named(group: GroupState, name: str) -> list[TunnelId]:
    return [i for i, t in group.told.items() if t.name == name]


def _opened(state: State, group: GroupState, name: str) -> State:
    if group.stuck:
        group = replace(group, stuck=0)
        state = put(state, group)
    after = _set_proxy(state, group, name, Rung(Proxy.OPEN))
    if not group.conflicts or waiting_ids(after, group):
        return after
    return put(after, replace(group, conflicts=0, held_since=None))


def _disproved(state: State, group: GroupState, name: str) -> State:
    """Take a refusal back; one that is to open anew has its own news to come."""
    named = tunnels.present(state, group.key, _named(group, name))
    refused = [t.id for t in named if t.proxy.state in _REFUSED]
    return tunnels.set_proxies(state, group.key, refused, Rung(Proxy.OPEN))


def _proxy_refused(
    state: State, group: GroupState, event: ProxyRefused, now: float
) -> Outcome:
    code = event.reason.code
    if is_conflict(code):
        return held_by_another(state, group, event, now)
    is_retried = state.core_retries_proxies and code not in _OWN_VERDICTS
    rung = Rung(Proxy.REFUSED, event.reason, now + CORE_RETRY_S if is_retried else None)
    after = _set_proxy(state, group, event.name, rung)
    return after, [] if is_retried else [RefreshRecords()]


def _local_service_failed(
    state: State, group: GroupState, event: LocalServiceFailed
) -> State:
    rung = Rung(Reach.UNREACHABLE, event.reason)
    named = tunnels.present(state, group.key, _named(group, event.name))
    return tunnels.put(state, *(replace(t, reach=rung) for t in named))


def _reload_refused(
    state: State, group: GroupState, event: ReloadRefused, now: float
) -> Outcome:
    """Go on as the core is: it carries an unknown set until the next reload."""
    group = replace(group, is_reloading=False)
    if event.is_core_deaf:
        return stop(state, group, Reason(Code.CORE_WEDGED, event.reason.detail))
    group = replace(group, failures=group.failures + 1)
    told = tunnels.present(state, group.key, group.told)
    pending = {t.id for t in told if t.proxy.state is Proxy.OPENING}
    delay = delay_s(event.reason.code, group.failures, event.retry_after_s)
    delay = spread(delay, state.seed, group.key, group.run, group.failures)
    rung = Rung(Proxy.WAITING, event.reason, now + delay)
    state = tunnels.set_proxies(put(state, group), group.key, pending, rung)
    return state, [ArmRetry(group.key, group.run, delay)]


def _retry(state: State, group: GroupState, now: float) -> Outcome:
    """Let the next reconcile launch or reload."""
    if group.core.state is Core.WAITING:
        if knock.is_vain(group, now):
            return _wait_on(state, group, now)
        core = Rung(Core.ABSENT, group.core.reason)
        return put(state, replace(group, core=core)), []
    if group.core.state is not Core.RUNNING:
        return state, []
    waiting = waiting_ids(state, group)
    group = replace(group, reopen=group.reopen | waiting, must_reload=True)
    return put(state, group), []


def _wait_on(state: State, group: GroupState, now: float) -> Outcome:
    reason = group.core.reason
    assert reason is not None
    delay = delay_s(reason.code, group.failures + 1)
    delay = spread(delay, state.seed, group.key, group.run, now)
    core = Rung(Core.WAITING, reason, now + delay)
    group = replace(group, failures=group.failures + 1, core=core)
    return put(state, group), [ArmRetry(group.key, group.run, delay)]
