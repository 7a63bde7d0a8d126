"""A process or its launch is over: stopped as asked, or to be tried again."""

from collections.abc import Iterable
from dataclasses import replace

from chmlfrp.engine import tunnel as tunnels
from chmlfrp.engine.effects import ArmRetry
from chmlfrp.engine.group import NO_NETWORK, Outcome, desired, put, rest
from chmlfrp.engine.policy import (
    FORGIVEN_AFTER_S,
    STABLE_AFTER_S,
    Answer,
    FailureClass,
    answer_to,
    class_of,
    delay_s,
    is_helped_by_network,
    limited_s,
    recent,
    spread,
)
from chmlfrp.engine.state import GroupKey, GroupState, State, TlsPolicy, is_offline
from chmlfrp.model.ladder import Core, Link, Record, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import TunnelId

_TLS_HANG_UPS = 2
"""So many hang-ups on TLS in a row before plain is tried: one may be a node restarting."""


def ended(
    state: State,
    group: GroupState,
    reason: Reason,
    now: float,
    asked_s: float | None = None,
) -> Outcome:
    """Go on after the end; a process that we replace ended for our reason."""
    why = group.replaced_for
    was_asked = group.is_stopping and why is None
    group = replace(
        group, is_stopping=False, is_reloading=False, replaced_for=None, pid=None
    )
    if was_asked:
        return _as_asked(state, group), []
    tls = _count_tls(state, group, reason.code)
    reason = why or reason
    group = replace(tls, link=Rung(Link.DOWN, reason))
    state = tunnels.set_proxies(state, group.key, group.told, tunnels.CLOSED)
    if is_offline(state) and is_helped_by_network(reason.code):
        return put(state, replace(group, core=NO_NETWORK)), []
    group = _count(group, now)
    is_at_once = why is not None and class_of(why.code) is FailureClass.NODE_DOWN
    return _go_on(state, group, reason, now, asked_s, is_at_once=is_at_once)


def _as_asked(state: State, group: GroupState) -> State:
    """Rest; where a launch follows at once, what others hold is still counted."""
    rested = rest(state, group)
    if desired(state, group.key):
        counted = replace(
            rested.groups[group.key],
            restarts=group.restarts,
            conflicts=group.conflicts,
            held_since=group.held_since,
            taken_offline_at=group.taken_offline_at,
        )
        rested = put(rested, counted)
    return _drop_gone(rested, group.key, group.told)


def _go_on(
    state: State,
    group: GroupState,
    reason: Reason,
    now: float,
    asked_s: float | None,
    *,
    is_at_once: bool,
) -> Outcome:
    """Wait as the reason calls for; one that we replaced for its link has waited."""
    match answer_to(reason.code):
        case Answer.NEVER:
            return put(state, replace(group, core=Rung(Core.BROKEN, reason))), []
        case Answer.ON_SIGN_IN:
            return put(state, replace(group, core=Rung(Core.WAITING, reason))), []
        case Answer.BACK_OFF | Answer.UNTIL | Answer.ON_NETWORK:
            # Without a network we are not here; who reports none all the same errs.
            own = delay_s(reason.code, group.failures, asked_s)
            own = 0.0 if is_at_once else own
            delay = limited_s(own, group.restarts, now)
            group = replace(group, is_slow=delay > own)
            delay = spread(delay, state.seed, group.key, group.run, group.failures)
            core = Rung(Core.WAITING, reason, now + delay)
            armed = ArmRetry(group.key, group.run, delay)
            return put(state, replace(group, core=core)), [armed]


def _count(group: GroupState, now: float) -> GroupState:
    """Count the failure; a stable time before it wipes the slate."""
    lasted = 0.0 if group.logged_in_at is None else now - group.logged_in_at
    restarts = () if lasted >= FORGIVEN_AFTER_S else recent(group.restarts, now)
    failures = 1 if lasted >= STABLE_AFTER_S else group.failures + 1
    return replace(group, failures=failures, restarts=restarts)


def _count_tls(state: State, group: GroupState, code: Code) -> GroupState:
    """Try plain after the node hung up on TLS, and TLS again after plain failed too."""
    if state.tls is not TlsPolicy.PREFER:
        return group
    if code is not Code.LINK_CLOSED or group.logged_in_at is not None:
        return replace(group, tls_hang_ups=0)
    hang_ups = group.tls_hang_ups + 1 if group.tls else 0
    is_plain_next = group.tls and hang_ups >= _TLS_HANG_UPS
    return replace(group, tls=not is_plain_next, tls_hang_ups=hang_ups)


def _drop_gone(state: State, key: GroupKey, ids: Iterable[TunnelId]) -> State:
    """Forget stopped tunnels that are not, or no longer, in the present account."""
    gone = {
        t.id
        for t in tunnels.present(state, key, ids)
        if not t.wanted
        and (t.record.state is Record.GONE or t.account != state.account)
    }
    return tunnels.drop(state, gone)
