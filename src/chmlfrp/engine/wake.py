"""What people, sign-ins and settings change for groups."""

from collections.abc import Iterable
from dataclasses import replace

from chmlfrp.engine.events import CoreFound, PolicySet
from chmlfrp.engine.group import forgiven, put
from chmlfrp.engine.policy import FailureClass, class_of
from chmlfrp.engine.state import GroupKey, GroupState, State, TlsPolicy, key_of
from chmlfrp.model.ladder import Core, Proxy, Rung
from chmlfrp.model.reason import Code
from chmlfrp.model.tunnel import TunnelId

_LIVE = (Core.STARTING, Core.RUNNING)
_REFUSED = (Proxy.WAITING, Proxy.REFUSED)


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
        group = forgiven(group)
        if group.core.state in (Core.WAITING, Core.BROKEN):
            group = replace(group, core=Rung(Core.ABSENT))
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
    for group in tuple(state.groups.values()):
        reason = group.core.reason
        is_lacking = reason is not None and class_of(reason.code) is FailureClass.CORE
        if group.core.state is Core.BROKEN and is_lacking:
            state = put(state, replace(group, core=Rung(Core.ABSENT)))
    keys = (key_of(state, t) for t in state.tunnels.values() if t.wanted)
    return state, tuple(key for key in keys if key is not None)


def set_policy(state: State, event: PolicySet) -> tuple[State, tuple[GroupKey, ...]]:
    """Hold to other settings from the next launch on."""
    fresh = {
        k: replace(g, tls=event.tls is not TlsPolicy.OFF, tls_hang_ups=0)
        for k, g in state.groups.items()
    }
    return replace(state, tls=event.tls, seed=event.seed, groups=fresh), ()
