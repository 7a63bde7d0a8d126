"""What the engine knows.

A group is one frpc process: all wanted tunnels of one account on one node, or a single
tunnel where the core cannot reload. Values are frozen and shared between states, so that
whoever compares two states by identity sees what changed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from chmlfrp.model.ladder import Core, Ladder, Link, Proxy, Reach, Record, Rung
from chmlfrp.model.network import NetworkState
from chmlfrp.model.reason import Reason
from chmlfrp.model.tunnel import Tunnel, TunnelId


class TlsPolicy(StrEnum):
    """Whether frpc speaks TLS to the node; without it the token crosses in clear."""

    PREFER = "prefer"
    REQUIRE = "require"
    OFF = "off"


CORE_CARRIES = 90
"""Tunnels in one process at most. A frpc (0.65) that loses its link says goodbye for each
into a queue of 100 that nobody reads any more: with a fuller queue it hangs for ever."""

Place = tuple[int, str, int]
"""Account, node and part: the tunnels there share a process where the core can reload."""


class GroupKey(msgspec.Struct, frozen=True):
    """Names a process-to-be."""

    account: int
    node: str
    solo: TunnelId | None = None
    """The only tunnel in it, where the core cannot reload."""
    part: int = 0
    """Which of the node's processes, where there are too many tunnels for one."""

    @property
    def place(self) -> Place:
        """Where its members are."""
        return self.account, self.node, self.part

    def __str__(self) -> str:
        part = f"#{self.part}" if self.part else ""
        solo = f"/{self.solo}" if self.solo else ""
        return f"{self.account}/{self.node}{part}{solo}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knocking:
    """The node's door is knocked at because there is no link."""

    paced_from: float
    """The longer ago, the rarer the knocks."""
    due: float | None
    """When to knock next, None while an answer is awaited."""
    gone_at: float
    """By then the node holds no session of ours."""
    was_shut: bool = False
    open_at: float | None = None
    """When it was found open after it had been shut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelState:
    """One tunnel: the wish, the record and the rungs that are its own."""

    id: TunnelId
    account: int = 0
    wanted: bool = False
    tunnel: Tunnel | None = None
    record: Rung[Record] = Rung(Record.UNKNOWN)
    proxy: Rung[Proxy] = Rung(Proxy.CLOSED)
    reach: Rung[Reach] = Rung(Reach.UNKNOWN)

    @property
    def home(self) -> tuple[int, str]:
        """Account and node; the node is empty while it is not known."""
        return self.account, self.tunnel.node if self.tunnel else ""


class Register(Mapping[TunnelId, TunnelState]):
    """All tunnels, in one drawer for each place; a tunnel stays in it while at that node.

    What differs from another register shares every drawer that it does not touch, so one
    change costs as much as its drawer is full, however many tunnels there are elsewhere.
    """

    __slots__ = ("_drawers", "_places")

    def __init__(
        self,
        places: Mapping[TunnelId, Place] | None = None,
        drawers: Mapping[Place, Mapping[TunnelId, TunnelState]] | None = None,
    ) -> None:
        self._places = places or {}
        self._drawers = drawers or {}

    def __getitem__(self, tunnel_id: TunnelId) -> TunnelState:
        return self._drawers[self._places[tunnel_id]][tunnel_id]

    def __contains__(self, tunnel_id: object) -> bool:
        return tunnel_id in self._places

    def __iter__(self) -> Iterator[TunnelId]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def place_of(self, tunnel_id: TunnelId) -> Place:
        """Return where the tunnel is, or raise KeyError."""
        return self._places[tunnel_id]

    def at(self, place: Place) -> Mapping[TunnelId, TunnelState]:
        """Return the tunnels of the place; the very same as long as none changes."""
        return self._drawers.get(place, {})

    def having(self, *changed: TunnelState) -> "Register":
        """Return a register with these in it, each in its place."""
        leaving = [t.id for t in changed if self._has_left(t)]
        if leaving:
            return self.lacking(leaving).having(*changed)
        fresh: dict[Place, dict[TunnelId, TunnelState]] = {}
        come: dict[TunnelId, Place] = {}
        for tunnel in changed:
            place = self._places.get(tunnel.id)
            if place is None:
                place = come[tunnel.id] = self._roomy(tunnel.home, fresh)
            if place not in fresh:
                fresh[place] = dict(self.at(place))
            fresh[place][tunnel.id] = tunnel
        places = {**self._places, **come} if come else self._places
        return Register(places, {**self._drawers, **fresh})

    def _has_left(self, tunnel: TunnelState) -> bool:
        place = self._places.get(tunnel.id)
        return place is not None and place[:2] != tunnel.home

    def _roomy(
        self, home: tuple[int, str], fresh: Mapping[Place, Mapping[TunnelId, object]]
    ) -> Place:
        """Return the first place there with room for one more."""
        part = 0
        while len(fresh.get((*home, part)) or self.at((*home, part))) >= CORE_CARRIES:
            part += 1
        return *home, part

    def lacking(self, ids: Iterable[TunnelId]) -> "Register":
        """Return a register without these."""
        gone = {i: self._places[i] for i in ids if i in self._places}
        if not gone:
            return self
        drawers = dict(self._drawers)
        for place in set(gone.values()):
            drawers[place] = {i: t for i, t in drawers[place].items() if i not in gone}
            if not drawers[place]:
                del drawers[place]
        places = {i: p for i, p in self._places.items() if i not in gone}
        return Register(places, drawers)

    def touched_since(self, before: "Register") -> Iterator[Place]:
        """Yield the places whose drawers are not the ones of that register."""
        if before._drawers is self._drawers:
            return
        for place in dict.fromkeys((*before._drawers, *self._drawers)):
            if before._drawers.get(place) is not self._drawers.get(place):
                yield place


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupState:
    """One process of frpc, from before its first launch to after its last end."""

    key: GroupKey
    run: int = 0
    """Number of the last launch; news from other runs is dropped."""
    core: Rung[Core] = Rung(Core.ABSENT)
    link: Rung[Link] = Rung(Link.DOWN)
    told: Mapping[TunnelId, Tunnel] = field(default_factory=dict)
    """What the core of this run was last told to carry."""
    is_reloading: bool = False
    must_reload: bool = False
    """The last reload failed: what the core carries is not known for certain."""
    is_stopping: bool = False
    reopen: frozenset[TunnelId] = frozenset()
    """Members to be closed and opened again with the next reload."""
    failures: int = 0
    """Ends in a row without a stable time between them."""
    restarts: tuple[float, ...] = ()
    """When processes that ended by themselves were replaced, within the window."""
    is_slow: bool = False
    """The next try waits because the restarts of the window are used up."""
    replaced_for: Reason | None = None
    """Why the process is being ended by us to be launched anew."""
    conflicts: int = 0
    """Tries in a row that met a name, port or domain held by somebody else."""
    held_since: float | None = None
    """When the first of them met it."""
    taken_offline_at: float | None = None
    """When the service was last asked to end whatever session holds it."""
    tls: bool = True
    tls_hang_ups: int = 0
    """Times in a row that the node hung up on TLS before any login."""
    logged_in_at: float | None = None
    pid: int | None = None
    heard_at: float = 0.0
    """When the run last said anything."""
    opening_since: float = 0.0
    """When proxies were last asked for."""
    stuck: int = 0
    """Times in a row that proxies asked for got no answer."""
    missed_pulses: int = 0
    doubted_at: float | None = None
    """When the network changed in a way that may have cut the link unnoticed."""
    must_relogin: bool = False
    """The doubt is a certainty: the node has let the session go while we slept."""
    knocking: Knocking | None = None
    check_at: float | None = None
    """When the run will be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything; starts empty and signed out."""

    account: int | None = None
    """Whose tunnels are shown; a token that expires does not change that."""
    can_reload: bool = True
    core_retries_proxies: bool = True
    """Whether the core itself tries a refused proxy again (upstream: each 30 s)."""
    tls: TlsPolicy = TlsPolicy.PREFER
    seed: int | None = None
    """Spreads delays; None leaves them as they are."""
    network: NetworkState | None = None
    """None before the first look at it."""
    offline_since: float | None = None
    """Since when no way leads off this machine."""
    is_ending: bool = False
    tunnels: Register = field(default_factory=Register)
    groups: Mapping[GroupKey, GroupState] = field(default_factory=dict)


def is_offline(state: State) -> bool:
    """Return whether this machine has no way out, as far as is known."""
    return state.network is not None and not state.network.is_usable


def key_of(state: State, tunnel: TunnelState) -> GroupKey | None:
    """Return the group that carries the tunnel, None while its node is not known."""
    if tunnel.tunnel is None:
        return None
    account, node, part = state.tunnels.place_of(tunnel.id)
    return GroupKey(account, node, None if state.can_reload else tunnel.id, part)


def group_of(state: State, tunnel: TunnelState) -> GroupState | None:
    """Return the state of that group, None if it never was launched."""
    key = key_of(state, tunnel)
    return None if key is None else state.groups.get(key)


def ladder_of(state: State, tunnel: TunnelState) -> Ladder:
    """Return all five rungs of the tunnel."""
    group = group_of(state, tunnel)
    if group is None or not (tunnel.wanted or tunnel.id in group.told):
        return Ladder(record=tunnel.record, proxy=tunnel.proxy, reach=tunnel.reach)
    return Ladder(
        record=tunnel.record,
        core=group.core,
        link=group.link,
        proxy=tunnel.proxy,
        reach=tunnel.reach,
    )
