"""From the state to what is the matter: the cause and not its consequences.

While the network is down no node is called unreachable; while a node is, its tunnels are
not named one by one. What is over within a moment is never shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chmlfrp.engine.policy import FailureClass, class_of
from chmlfrp.engine.state import GroupState, State, TunnelState, group_of, ladder_of
from chmlfrp.model.health import HealthCode, HealthItem, HealthKey, Severity
from chmlfrp.model.ladder import (
    Core,
    Ladder,
    Link,
    Reach,
    Summary,
    first_unwell,
    summarise,
)
from chmlfrp.model.reason import Code, Reason

NETWORK = HealthKey(HealthCode.NETWORK_DOWN)
SERVICE = HealthKey(HealthCode.SERVICE_UNREACHABLE)
SESSION = HealthKey(HealthCode.SESSION_REFUSED)
CORE = HealthKey(HealthCode.CORE_UNUSABLE)
_LINK_TROUBLE = frozenset(code for code in Code if code.startswith("link."))

LASTS_S: Mapping[HealthCode, float] = {
    HealthCode.NETWORK_DOWN: 3.0,
    HealthCode.SERVICE_UNREACHABLE: 30.0,
    HealthCode.SESSION_REFUSED: 0.0,
    HealthCode.CORE_UNUSABLE: 0.0,
    HealthCode.NODE_UNREACHABLE: 15.0,
    HealthCode.TUNNEL_FAILED: 0.0,
    HealthCode.TUNNEL_WAITING: 30.0,
    HealthCode.LOCAL_SERVICE_DOWN: 5.0,
    HealthCode.TUNNEL_UNREACHABLE: 60.0,
}
"""Seconds that each must last before it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the state of tunnels does not hold."""

    is_network_usable: bool | None = None
    """None: nobody has looked yet."""
    trouble: Reason | None = None
    """Why the service could not be asked."""
    is_refused: bool = False
    """The service no longer takes the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is so at this moment, shown or not."""

    key: HealthKey
    severity: Severity = Severity.ERROR
    reason: Reason | None = None
    because_of: frozenset[HealthKey] = frozenset()
    """While one of these is so, this one is only its consequence."""


@dataclass(frozen=True, slots=True)
class Health:
    """Since when each finding has been so on its own account."""

    since: Mapping[HealthKey, float] = field(default_factory=dict)


def find(state: State, around: Around) -> Iterator[Finding]:
    """Yield all that is the matter, causes first."""
    if around.is_network_usable is False:
        yield Finding(key=NETWORK)
    if around.is_refused:
        yield Finding(key=SESSION, reason=around.trouble)
    elif around.trouble is not None:
        yield Finding(
            key=SERVICE,
            severity=Severity.WARNING,
            reason=around.trouble,
            because_of=frozenset({NETWORK}),
        )
    yield from _cores(state)
    for group in state.groups.values():
        yield from _node(group)
    for tunnel in state.tunnels.values():
        if tunnel.wanted:
            yield from _tunnel(state, tunnel)


def step(
    health: Health, found: Sequence[Finding], now: float
) -> tuple[Health, tuple[HealthItem, ...]]:
    """Return what is remembered, and what is to be shown, the worst first."""
    keys = {finding.key for finding in found}
    own: dict[HealthKey, Finding] = {}
    for finding in found:
        if not finding.because_of & keys:
            own.setdefault(finding.key, finding)
    since = {key: health.since.get(key, now) for key in own}
    shown = (
        HealthItem(
            key=key,
            severity=finding.severity,
            since=since[key],
            reason=finding.reason,
        )
        for key, finding in own.items()
        if now - since[key] >= LASTS_S[key.code]
    )
    order = {code: rank for rank, code in enumerate(HealthCode)}
    ranked = sorted(
        shown, key=lambda i: (i.severity is not Severity.ERROR, order[i.key.code])
    )
    return Health(since), tuple(ranked)


def _cores(state: State) -> Iterator[Finding]:
    for group in state.groups.values():
        reason = group.core.reason
        if (
            group.told
            and reason is not None
            and class_of(reason.code) is FailureClass.CORE
        ):
            yield Finding(key=CORE, reason=reason)
            return


def _node(group: GroupState) -> Iterator[Finding]:
    reason = group.link.reason or group.core.reason
    is_trying = group.core.state in (Core.RUNNING, Core.STARTING, Core.WAITING)
    is_linked = group.link.state is Link.LOGGED_IN
    if not group.told or is_linked or not is_trying or reason is None:
        return
    if reason.code in _LINK_TROUBLE or reason.code is Code.NODE_OFFLINE:
        yield Finding(
            key=_node_key(group.key.node),
            reason=reason,
            because_of=frozenset({NETWORK}),
        )


def _tunnel(state: State, tunnel: TunnelState) -> Iterator[Finding]:
    ladder = ladder_of(state, tunnel)
    group = group_of(state, tunnel)
    causes = {NETWORK, CORE}
    if group is not None:
        causes.add(_node_key(group.key.node))
    finding = (
        _unreachable(tunnel, ladder) if _is_open(ladder) else _down(tunnel, ladder)
    )
    if finding is not None:
        key, severity, reason, more = finding
        yield Finding(
            key=key,
            severity=severity,
            reason=reason,
            because_of=frozenset({*causes, *more}),
        )


_Found = tuple[HealthKey, Severity, Reason | None, set[HealthKey]] | None


def _is_open(ladder: Ladder) -> bool:
    return first_unwell(ladder) in (None, "reach")


def _unreachable(tunnel: TunnelState, ladder: Ladder) -> _Found:
    if ladder.reach.state is not Reach.UNREACHABLE:
        return None
    reason = ladder.reach.reason
    is_local = reason is not None and reason.code is Code.LOCAL_SERVICE_DOWN
    code = HealthCode.LOCAL_SERVICE_DOWN if is_local else HealthCode.TUNNEL_UNREACHABLE
    return _key(code, tunnel), Severity.WARNING, reason, set()


def _down(tunnel: TunnelState, ladder: Ladder) -> _Found:
    rung = first_unwell(ladder)
    reason: Reason | None = getattr(ladder, rung).reason if rung else None
    if summarise(tunnel.wanted, ladder) is Summary.FAILED:
        return _key(HealthCode.TUNNEL_FAILED, tunnel), Severity.ERROR, reason, set()
    # Without the service a tunnel that never ran cannot be started.
    more = {SERVICE, SESSION} if rung in ("record", "core") else set()
    return _key(HealthCode.TUNNEL_WAITING, tunnel), Severity.WARNING, reason, more


def _key(code: HealthCode, tunnel: TunnelState) -> HealthKey:
    return HealthKey(code, str(tunnel.id))


def _node_key(node: str) -> HealthKey:
    return HealthKey(HealthCode.NODE_UNREACHABLE, node)
