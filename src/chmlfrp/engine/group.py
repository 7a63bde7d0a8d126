"""The life of one frpc process.

`hear` takes in what the process or its launch reported; `reconcile` compares what the
group carries with what is wanted of it and does the one next thing. At most one launch or
process exists per group: nothing is launched before the last one is known to be gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine.effects import (
    ArmRetry,
    Effect,
    Launch,
    RefreshRecords,
    Reload,
    Stop,
)
from chmlfrp.engine.events import (
    Connecting,
    CoreExited,
    CoreFound,
    CoreStarted,
    LaunchFailed,
    LocalServiceFailed,
    LoggedIn,
    LoginFailed,
    ProxyOpened,
    ProxyRefused,
    RefusalDisproved,
    Reloaded,
    ReloadRefused,
    RetryDue,
    RunEvent,
)
from chmlfrp.engine.policy import (
    CORE_RETRY_S,
    STABLE_AFTER_S,
    Answer,
    answer_to,
    delay_s,
    is_conflict,
)
from chmlfrp.engine.state import GroupKey, GroupState, State, TlsPolicy, key_of
from chmlfrp.model.ladder import Core, Link, Proxy, Reach, Record, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId

_USABLE = (Record.KNOWN, Record.CACHED)
_LIVE = (Core.STARTING, Core.RUNNING)
_REFUSED = (Proxy.WAITING, Proxy.REFUSED)
_OWN_VERDICTS = (Code.CONFIG_MISMATCH, Code.CONFIG_REFUSED, Code.ADDRESS_MISMATCH)
"""Found by us and not by the node, so the core does not try again."""
_TLS_HANG_UPS = 2
"""So many hang-ups on TLS in a row before plain is tried: one may be a node restarting."""

Outcome = tuple[State, list[Effect]]


def put(state: State, group: GroupState) -> State:
    """Return the state with the group in it."""
    return replace(state, groups={**state.groups, group.key: group})


def desired(state: State, key: GroupKey) -> Mapping[TunnelId, Tunnel]:
    """Return what the group's process should carry now."""
    if state.is_ending or (key.solo is None) is not state.can_reload:
        return {}
    return {
        t.id: t.tunnel
        for t in state.tunnels.values()
        if t.wanted
        and t.tunnel is not None
        and t.account == key.account
        and t.tunnel.node == key.node
        and key.solo in (None, t.id)
        and t.record.state in _USABLE
    }


def reconcile(state: State, key: GroupKey, now: float) -> Outcome:
    """Do the next thing that brings the group nearer to what is wanted of it."""
    group = state.groups.get(key) or GroupState(
        key=key, tls=state.tls is not TlsPolicy.OFF
    )
    wanted = desired(state, key)
    match group.core.state:
        case Core.STARTING | Core.RUNNING:
            return _steer(state, group, wanted)
        case Core.ABSENT:
            return _launch(state, group, wanted) if wanted else (state, [])
        case Core.WAITING | Core.BROKEN if not wanted:
            return _rest(state, group), []
        case Core.BROKEN if not _is_told(group, wanted):
            return _launch(state, group, wanted)
        case Core.WAITING | Core.BROKEN:
            return state, []
        case _:
            assert_never(group.core.state)


def _steer(
    state: State, group: GroupState, wanted: Mapping[TunnelId, Tunnel]
) -> Outcome:
    """Reload or stop a process that carries something else than wanted."""
    if group.is_stopping:
        return state, []
    if not wanted:
        return put(state, replace(group, is_stopping=True)), [
            Stop(group.key, group.run)
        ]
    is_busy = group.core.state is Core.STARTING or group.is_reloading
    is_settled = not group.reopen and not group.must_reload
    if is_busy or (is_settled and _is_told(group, wanted)):
        return state, []
    if group.key.solo is not None:
        return put(state, replace(group, is_stopping=True)), [
            Stop(group.key, group.run)
        ]
    return _reload(state, group, wanted)


def _reload(
    state: State, group: GroupState, wanted: Mapping[TunnelId, Tunnel]
) -> Outcome:
    reopen = group.reopen & wanted.keys()
    fresh = reopen | {
        i
        for i, t in wanted.items()
        if i not in group.told or not tunnels.is_same_proxy(group.told[i], t)
    }
    state = tunnels.set_proxies(
        state, group.told.keys() - wanted.keys(), tunnels.CLOSED
    )
    state = tunnels.set_proxies(state, fresh, tunnels.OPENING)
    group = replace(
        group, told=wanted, is_reloading=True, must_reload=False, reopen=frozenset()
    )
    return put(state, group), [Reload(group.key, group.run, wanted, reopen)]


def _launch(
    state: State, group: GroupState, wanted: Mapping[TunnelId, Tunnel]
) -> Outcome:
    group = replace(
        group,
        run=group.run + 1,
        core=Rung(Core.STARTING),
        link=Rung(Link.DOWN),
        told=wanted,
        is_stopping=False,
        is_reloading=False,
        must_reload=False,
        reopen=frozenset(),
        conflicts=0,
        logged_in_at=None,
        pid=None,
    )
    state = tunnels.set_proxies(put(state, group), wanted, tunnels.OPENING)
    return state, [Launch(group.key, group.run, wanted, group.tls)]


def _rest(state: State, group: GroupState) -> State:
    """Nothing is wanted and nothing runs."""
    state = tunnels.set_proxies(state, group.told, tunnels.CLOSED)
    return put(
        state,
        replace(
            group, core=Rung(Core.ABSENT), link=Rung(Link.DOWN), told={}, failures=0
        ),
    )


def _is_told(group: GroupState, wanted: Mapping[TunnelId, Tunnel]) -> bool:
    return group.told.keys() == wanted.keys() and all(
        tunnels.is_same_proxy(group.told[i], t) for i, t in wanted.items()
    )


# News of a run.


def hear(state: State, group: GroupState, event: RunEvent, now: float) -> Outcome:
    """Take in what the group's present run reports."""
    match event:
        case CoreStarted():
            return _started(state, group, event.pid), []
        case LaunchFailed():
            return _ended(state, group, event.reason, now, event.retry_after_s)
        case CoreExited():
            return _ended(state, group, event.reason, now, None)
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
            return _retry(state, group), []
        case _:
            assert_never(event)


def replace_reason(link: Rung[Link], reason: Reason) -> Rung[Link]:
    """Return the rung with another reason."""
    return Rung(link.state, reason, link.until)


def _started(state: State, group: GroupState, pid: int) -> State:
    if group.core.state is not Core.STARTING:
        return state
    # The core may have spoken before its start was told.
    link = Rung(Link.CONNECTING) if group.link.state is Link.DOWN else group.link
    core = Rung(Core.RUNNING)
    return put(state, replace(group, core=core, link=link, pid=pid))


def _connecting(state: State, group: GroupState, event: Connecting) -> State:
    if not event.again:
        return put(state, replace(group, link=Rung(Link.CONNECTING, group.link.reason)))
    reason = event.reason or group.link.reason or Reason(Code.LINK_LOST)
    state = tunnels.set_proxies(state, group.told, tunnels.OPENING)
    return put(state, replace(group, link=Rung(Link.RECONNECTING, reason)))


def _logged_in(state: State, group: GroupState, now: float) -> State:
    return put(
        state,
        replace(group, link=Rung(Link.LOGGED_IN), logged_in_at=now, tls_hang_ups=0),
    )


def _set_proxy(state: State, group: GroupState, name: str, rung: Rung[Proxy]) -> State:
    ids = [i for i, t in group.told.items() if t.name == name]
    return tunnels.set_proxies(state, ids, rung)


def _opened(state: State, group: GroupState, name: str) -> State:
    state = put(state, replace(group, conflicts=0))
    return _set_proxy(state, group, name, Rung(Proxy.OPEN))


def _disproved(state: State, group: GroupState, name: str) -> State:
    """Take a refusal back; one that is to open anew has its own news to come."""
    refused = [
        i
        for i, t in group.told.items()
        if t.name == name
        and i in state.tunnels
        and state.tunnels[i].proxy.state in _REFUSED
    ]
    return tunnels.set_proxies(state, refused, Rung(Proxy.OPEN))


def _proxy_refused(
    state: State, group: GroupState, event: ProxyRefused, now: float
) -> Outcome:
    code = event.reason.code
    if is_conflict(code):
        return _held_by_another(state, group, event, now)
    is_retried = state.core_retries_proxies and code not in _OWN_VERDICTS
    rung = Rung(Proxy.REFUSED, event.reason, now + CORE_RETRY_S if is_retried else None)
    after = _set_proxy(state, group, event.name, rung)
    return after, [] if is_retried else [RefreshRecords()]


def _held_by_another(
    state: State, group: GroupState, event: ProxyRefused, now: float
) -> Outcome:
    """Try again sooner than the core would: it may be our own last session that is
    still going, as after a stop and start, or a link that broke.
    """
    effects: list[Effect] = []
    until = _next_try(state, group, now)
    if until is None:
        group = replace(group, conflicts=group.conflicts + 1)
        delay = delay_s(event.reason.code, group.conflicts, None)
        until = now + delay
        effects.append(ArmRetry(group.key, group.run, delay))
    rung = Rung(Proxy.WAITING, event.reason, until)
    return _set_proxy(put(state, group), group, event.name, rung), effects


def _next_try(state: State, group: GroupState, now: float) -> float | None:
    """Return when waiting members will be tried, None if no try is ahead."""
    waiting = (
        state.tunnels[i].proxy
        for i in group.told
        if i in state.tunnels and state.tunnels[i].proxy.state is Proxy.WAITING
    )
    return next((p.until for p in waiting if p.until and p.until > now), None)


def _local_service_failed(
    state: State, group: GroupState, event: LocalServiceFailed
) -> State:
    rung = Rung(Reach.UNREACHABLE, event.reason)
    return tunnels.put(
        state,
        *(
            replace(state.tunnels[i], reach=rung)
            for i, t in group.told.items()
            if t.name == event.name and i in state.tunnels
        ),
    )


def _reload_refused(
    state: State, group: GroupState, event: ReloadRefused, now: float
) -> Outcome:
    """Go on as the core is: it carries an unknown set until the next reload."""
    group = replace(group, is_reloading=False)
    if event.is_core_deaf:
        stopping = replace(group, is_stopping=True)
        return put(state, stopping), [Stop(group.key, group.run)]
    group = replace(group, failures=group.failures + 1)
    pending = {i for i in group.told if state.tunnels[i].proxy.state is Proxy.OPENING}
    delay = delay_s(event.reason.code, group.failures, event.retry_after_s)
    rung = Rung(Proxy.WAITING, event.reason, now + delay)
    state = tunnels.set_proxies(put(state, group), pending, rung)
    return state, [ArmRetry(group.key, group.run, delay)]


def _retry(state: State, group: GroupState) -> State:
    """Let the next reconcile launch or reload."""
    if group.core.state is Core.WAITING:
        return put(state, replace(group, core=Rung(Core.ABSENT, group.core.reason)))
    if group.core.state is not Core.RUNNING:
        return state
    waiting = frozenset(
        i
        for i in group.told
        if i in state.tunnels and state.tunnels[i].proxy.state is Proxy.WAITING
    )
    return put(state, replace(group, reopen=group.reopen | waiting, must_reload=True))


def _ended(
    state: State,
    group: GroupState,
    reason: Reason,
    now: float,
    asked_s: float | None,
) -> Outcome:
    """The process or its launch is over: stopped as asked, or to be tried again."""
    was_asked = group.is_stopping
    group = replace(group, is_stopping=False, is_reloading=False, pid=None)
    if was_asked:
        rested = _rest(state, replace(group, failures=0))
        return _drop_gone(rested, group.told), []
    was_stable = (
        group.logged_in_at is not None and now - group.logged_in_at >= STABLE_AFTER_S
    )
    group = _count_tls(state, group, reason.code)
    failures = 1 if was_stable else group.failures + 1
    group = replace(group, failures=failures, link=Rung(Link.DOWN, reason))
    state = tunnels.set_proxies(state, group.told, tunnels.CLOSED)
    match answer_to(reason.code):
        case Answer.NEVER:
            return put(state, replace(group, core=Rung(Core.BROKEN, reason))), []
        case Answer.ON_SIGN_IN:
            return put(state, replace(group, core=Rung(Core.WAITING, reason))), []
        case Answer.BACK_OFF | Answer.SLOWLY:
            delay = delay_s(reason.code, failures, asked_s)
            core = Rung(Core.WAITING, reason, now + delay)
            armed = ArmRetry(group.key, group.run, delay)
            return put(state, replace(group, core=core)), [armed]


def _count_tls(state: State, group: GroupState, code: Code) -> GroupState:
    """Try plain after the node hung up on TLS, and TLS again after plain failed too."""
    if state.tls is not TlsPolicy.PREFER:
        return group
    if code is not Code.LINK_CLOSED or group.logged_in_at is not None:
        return replace(group, tls_hang_ups=0)
    hang_ups = group.tls_hang_ups + 1 if group.tls else 0
    is_plain_next = group.tls and hang_ups >= _TLS_HANG_UPS
    return replace(group, tls=not is_plain_next, tls_hang_ups=hang_ups)


def _drop_gone(state: State, ids: Iterable[TunnelId]) -> State:
    """Forget stopped tunnels that are not, or no longer, in the present account."""
    gone = {
        i
        for i in ids
        if (t := state.tunnels.get(i)) is not None
        and not t.wanted
        and (t.record.state is Record.GONE or t.account != state.account)
    }
    if not gone:
        return state
    kept = {i: t for i, t in state.tunnels.items() if i not in gone}
    return replace(state, tunnels=kept)


# What people and settings change.


def wake(
    state: State, ids: Iterable[TunnelId], *, reopen: bool
) -> tuple[State, tuple[GroupKey, ...]]:
    """Let groups that wait or are broken try at once; open running members anew."""
    keys: dict[GroupKey, None] = {}
    for tunnel_id in ids:
        tunnel = state.tunnels.get(tunnel_id)
        key = None if tunnel is None else key_of(state, tunnel)
        if key is None:
            continue
        keys[key] = None
        group = state.groups.get(key)
        if group is None:
            continue
        if group.core.state in (Core.WAITING, Core.BROKEN):
            group = replace(group, core=Rung(Core.ABSENT), failures=0)
        elif reopen or _is_stuck(state, group, tunnel_id):
            group = replace(group, reopen=group.reopen | {tunnel_id})
        state = put(state, group)
    return state, tuple(keys)


def _is_stuck(state: State, group: GroupState, tunnel_id: TunnelId) -> bool:
    proxy = state.tunnels[tunnel_id].proxy
    return tunnel_id in group.told and proxy.state in _REFUSED


def sign_in(state: State) -> tuple[State, tuple[GroupKey, ...]]:
    """Let groups that wait for an account try at once."""
    for group in tuple(state.groups.values()):
        reason = group.core.reason
        is_waiting = group.core.state is Core.WAITING and group.core.until is None
        if is_waiting and reason is not None and reason.code is Code.SIGNED_OUT:
            state = put(state, replace(group, core=Rung(Core.ABSENT)))
    return state, tuple(state.groups)


def core_found(state: State, event: CoreFound) -> tuple[State, tuple[GroupKey, ...]]:
    """Take in what the core can do; groups that lacked one try at once.

    Processes that run stay as they are: another grouping holds for later launches only
    once nothing of the old grouping is live.
    """
    has_live = any(g.core.state in _LIVE for g in state.groups.values())
    can_reload = state.can_reload if has_live else event.can_reload
    state = replace(
        state, can_reload=can_reload, core_retries_proxies=event.retries_proxies
    )
    lacking = (Code.CORE_MISSING, Code.CORE_UNTRUSTED)
    for group in tuple(state.groups.values()):
        reason = group.core.reason
        if group.core.state is Core.BROKEN and reason and reason.code in lacking:
            state = put(state, replace(group, core=Rung(Core.ABSENT)))
    keys = (key_of(state, t) for t in state.tunnels.values() if t.wanted)
    return state, tuple(key for key in keys if key is not None)


def set_tls(state: State, tls: TlsPolicy) -> tuple[State, tuple[GroupKey, ...]]:
    """Hold to another TLS policy from the next launch on."""
    fresh = {
        k: replace(g, tls=tls is not TlsPolicy.OFF, tls_hang_ups=0)
        for k, g in state.groups.items()
    }
    return replace(state, tls=tls, groups=fresh), ()
