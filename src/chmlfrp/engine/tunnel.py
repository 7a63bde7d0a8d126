"""The tunnel's own part of the ladder: wish, record, proxy, reach."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from chmlfrp.engine.events import (
    ReachSeen,
    RecordsArrived,
    RecordsRecalled,
    WishesRead,
)
from chmlfrp.engine.state import GroupKey, State, TunnelState, group_of
from chmlfrp.model.ladder import Proxy, Reach, Record, Rung
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId

KNOWN = Rung(Record.KNOWN)
CLOSED = Rung(Proxy.CLOSED)
OPENING = Rung(Proxy.OPENING)
UNPROBED = Rung(Reach.UNKNOWN)


def put(state: State, *changed: TunnelState) -> State:
    """Return the state with these tunnels in it."""
    if not changed:
        return state
    return replace(state, tunnels=state.tunnels.having(*changed))


def drop(state: State, ids: Iterable[TunnelId]) -> State:
    """Return the state without these tunnels."""
    return replace(state, tunnels=state.tunnels.lacking(ids))


def remember(state: State, event: WishesRead) -> State:
    """Add tunnels that were wanted before; nothing is known of them yet."""
    return put(
        state,
        *(
            replace(
                state.tunnels.get(i, TunnelState(id=i, account=event.account)),
                wanted=True,
            )
            for i in sorted(event.wanted)
        ),
    )


def want(state: State, ids: Iterable[TunnelId], *, wanted: bool) -> State:
    """Set the wish on those that exist."""
    found = (state.tunnels[i] for i in ids if i in state.tunnels)
    return put(state, *(replace(t, wanted=wanted) for t in found))


def learn(state: State, event: RecordsArrived) -> State:
    """Take in the account's list: new, changed and gone tunnels."""
    listed = {t.id: t for t in event.tunnels}
    fresh = []
    for tunnel in listed.values():
        old = state.tunnels.get(
            tunnel.id, TunnelState(id=tunnel.id, account=event.account)
        )
        if old.tunnel != tunnel or old.record != KNOWN:
            fresh.append(_learnt(old, tunnel, event.account))
    lost = [
        t
        for t in state.tunnels.values()
        if t.account == event.account and t.id not in listed
    ]
    return put(_lose(state, lost), *fresh)


def _learnt(old: TunnelState, tunnel: Tunnel, account: int) -> TunnelState:
    """Return the tunnel with its record; on another node nothing is open yet."""
    new = replace(old, account=account, tunnel=tunnel, record=KNOWN)
    is_there = old.home == new.home
    return new if is_there else replace(new, proxy=CLOSED, reach=UNPROBED)


def recall(state: State, event: RecordsRecalled) -> State:
    """Take in records from before for tunnels of which nothing is known yet."""
    found = {t.id: t for t in event.tunnels}
    return put(
        state,
        *(
            replace(old, tunnel=found[old.id], record=Rung(Record.CACHED))
            for old in state.tunnels.values()
            if old.account == event.account and old.id in found and old.tunnel is None
        ),
    )


def _lose(state: State, lost: Iterable[TunnelState]) -> State:
    """Forget tunnels that are gone from the account, unless somebody waits for them."""
    gone = Rung(Record.GONE, Reason(Code.RECORD_GONE))
    kept = [replace(t, record=gone) for t in lost if _matters(state, t)]
    return put(drop(state, {t.id for t in lost} - {t.id for t in kept}), *kept)


def leave(state: State, account: int) -> State:
    """Forget the account's tunnels, but for those that are wanted or carried."""
    left = {
        i
        for i, t in state.tunnels.items()
        if t.account == account and not _matters(state, t)
    }
    return drop(state, left)


def _matters(state: State, tunnel: TunnelState) -> bool:
    """Return whether somebody waits for the tunnel or a process carries it."""
    group = group_of(state, tunnel)
    return tunnel.wanted or (group is not None and tunnel.id in group.told)


def stay_unknown(state: State, reason: Reason) -> State:
    """Say why nothing is known of a wanted tunnel; what is known stays known."""
    rung = Rung(Record.UNKNOWN, reason)
    return put(
        state,
        *(
            replace(t, record=rung)
            for t in state.tunnels.values()
            if t.record.state is Record.UNKNOWN and t.record != rung
        ),
    )


def local_service_answered(state: State, tunnel_id: TunnelId) -> State:
    """Forget that the published service was down."""
    tunnel = state.tunnels.get(tunnel_id)
    return state if tunnel is None else put(state, replace(tunnel, reach=UNPROBED))


def reach_seen(state: State, event: ReachSeen) -> State:
    """Note what a try at the public address came to, if it still is one.

    What frpc says of the local service says more than any failure from outside.
    """
    tunnel = state.tunnels.get(event.id)
    if tunnel is None or tunnel.proxy.state is not Proxy.OPEN:
        return state
    if event.reason is None:
        return put(state, replace(tunnel, reach=Rung(Reach.REACHABLE)))
    known = tunnel.reach.reason
    if known is not None and known.code is Code.LOCAL_SERVICE_DOWN:
        return state
    rung = Rung(Reach.UNREACHABLE, event.reason, event.until)
    return put(state, replace(tunnel, reach=rung))


def is_same_proxy(one: Tunnel, other: Tunnel) -> bool:
    """Return whether the core would be told the same for both."""
    return one is other or one.spec == other.spec


def present(
    state: State, key: GroupKey, ids: Iterable[TunnelId]
) -> Iterator[TunnelState]:
    """Yield those of the tunnels that still belong where the group is.

    One that moved away is another group's matter, though a process may still carry it.
    """
    there = state.tunnels.at(key.place)
    return (there[i] for i in ids if i in there)


def set_proxies(
    state: State, key: GroupKey, ids: Iterable[TunnelId], rung: Rung[Proxy]
) -> State:
    """Set the proxy rung of the group's; a proxy that is not open has no reach."""
    found = present(state, key, ids)
    return put(state, *(replace(t, proxy=rung, reach=UNPROBED) for t in found))
