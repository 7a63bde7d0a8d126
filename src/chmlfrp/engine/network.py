"""What a network that goes, comes back or changes means for groups.

While there is none nothing is launched and nothing counts as a failure.
"""

from dataclasses import replace

from chmlfrp.engine import knock, watch
from chmlfrp.engine.group import NO_NETWORK, put
from chmlfrp.engine.policy import is_helped_by_network
from chmlfrp.engine.state import GroupKey, GroupState, State
from chmlfrp.model.ladder import Core, Rung
from chmlfrp.model.network import NetworkState
from chmlfrp.model.reason import Code


def changed(
    state: State, network: NetworkState, now: float
) -> tuple[State, tuple[GroupKey, ...]]:
    """Take in the network; groups wait for it, or go on with it."""
    before = state.network
    state = replace(state, network=network)
    if not network.leads_off and state.offline_since is None:
        state = replace(state, offline_since=now)
    if not network.is_usable:
        return _wait(state), tuple(state.groups)
    if before is None:
        return state, ()
    is_back = not before.is_usable or (network.leads_off and not before.leads_off)
    has_moved = not set(before.addresses) <= set(network.addresses)
    if is_back or has_moved:
        state = watch.doubt(state, now, must_relogin=False)
        if is_back:
            state = knock.network_back(state, now)
            state = replace(state, offline_since=None)
        return _try_now(state)
    if network.resolves and before.resolves is False:
        return _try_now(state)
    return state, ()


def woke(
    state: State, slept_s: float, now: float
) -> tuple[State, tuple[GroupKey, ...]]:
    """The machine slept: links may be dead, and long ones are."""
    is_gone = slept_s >= watch.SESSION_GONE_AFTER_S
    return _try_now(watch.doubt(state, now, must_relogin=is_gone))


def _wait(state: State) -> State:
    """Let groups that would try again soon wait for the network instead."""
    helped = (g for g in state.groups.values() if _is_helped(g))
    return put(state, *(replace(g, core=NO_NETWORK, is_slow=False) for g in helped))


def _try_now(state: State) -> tuple[State, tuple[GroupKey, ...]]:
    """Let groups try that a network helps."""
    fresh = (
        replace(group, core=Rung(Core.ABSENT), failures=0, is_slow=False)
        for group in state.groups.values()
        if _is_helped(group)
    )
    return put(state, *fresh), tuple(state.groups)


def _is_helped(group: GroupState) -> bool:
    reason = group.core.reason
    return (
        group.core.state is Core.WAITING
        and reason is not None
        and is_helped_by_network(reason.code)
        and not (group.is_slow and reason.code is not Code.NETWORK_DOWN)
    )
