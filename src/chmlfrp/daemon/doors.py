"""The doors of guarded tunnels: opened before frpc is told of them, kept over its runs."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from chmlfrp.daemon.supervisor import News
from chmlfrp.engine import events
from chmlfrp.engine.state import GroupKey
from chmlfrp.frpc.config import FrpcConfig
from chmlfrp.frpc.proxy import PROXY_PROTOCOL, Behind, Proxy
from chmlfrp.guard.datagram import DatagramDoor
from chmlfrp.guard.door import Door
from chmlfrp.guard.hall import Hall
from chmlfrp.guard.lobby import Lobby
from chmlfrp.guard.own import Mark, OwnTries
from chmlfrp.guard.peer import LoopbackPlace, Place, UnixPlace
from chmlfrp.guard.rules import Load, Refusal, Rules
from chmlfrp.guard.standing import Standings
from chmlfrp.model.guard import Address, Guard, PassOn
from chmlfrp.model.reason import Code, Reason
from chmlfrp.model.tunnel import ALL_TUNNELS, Tunnel, TunnelId, TunnelType

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """The run of frpc that may come in."""

    key: GroupKey
    run: int
    pid: Callable[[], int | None]
    tells_senders: bool
    """Whether it says who sends datagrams."""


@dataclass(slots=True)
class Kept:
    """A door, and who comes through it at present."""

    door: Door
    place: Place
    caller: Caller
    name: str
    passed_on: PassOn = PassOn.NOTHING
    """What the tunnel's own extra lines ask for."""

    def is_core(self, pid: int) -> bool:
        """Whether the process is the run that was last told of the door."""
        return self.caller.pid() == pid

    def rules(self, guard: Guard) -> Guard:
        """Return the guard with what the service is told as it was told before."""
        if guard.pass_on is not PassOn.NOTHING:
            return guard
        return msgspec.structs.replace(guard, pass_on=self.passed_on)


class Doors:
    """All doors; one per guarded tunnel that a core was told of."""

    def __init__(
        self,
        folder: Path,
        guard_of: Callable[[TunnelId], Guard],
        *,
        tell: Callable[[News], None],
        hall: Hall | None = None,
        standings: Standings | None = None,
        lobby: Lobby | None = None,
    ) -> None:
        self.standings = standings or Standings()
        self.hall = hall or Hall(standing=self.standings.of(ALL_TUNNELS))
        self.lobby = lobby or Lobby()
        self._folder = folder
        self._guard_of = guard_of
        self._tell = tell
        self._kept: dict[TunnelId, Kept] = {}
        self._tries = OwnTries()
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Be the home of all doors until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                await asyncio.Event().wait()
            finally:
                await self.close()

    async def close(self) -> None:
        """End whatever is inside, and leave no file behind."""
        for tunnel_id in tuple(self._kept):
            await self._kept.pop(tunnel_id).door.close()

    def door(self, tunnel_id: TunnelId) -> Door | None:
        """Return the tunnel's door, None while it has none."""
        kept = self._kept.get(tunnel_id)
        return kept.door if kept else None

    def all(self) -> Mapping[TunnelId, Door]:
        """Return all doors."""
        return {tunnel_id: kept.door for tunnel_id, kept in self._kept.items()}

    def name(self, tunnel_id: TunnelId) -> str:
        """Return the name of the tunnel that has the door."""
        kept = self._kept.get(tunnel_id)
        return kept.name if kept else ""

    @contextlib.contextmanager
    def own_try(self, tunnel_id: TunnelId) -> Iterator[Mark | None]:
        """Give what the door knows the daemon's own visit by, None without a door."""
        if tunnel_id not in self._kept:
            yield None
            return
        with self._tries.begin() as mark:
            yield mark

    def apply(self, tunnel_id: TunnelId) -> None:
        """Have the tunnel's door ask the rules that are in force now."""
        kept = self._kept.get(tunnel_id)
        if kept is not None:
            kept.door.apply(kept.rules(self._guard_of(tunnel_id)))

    def judge(
        self, tunnel_id: TunnelId, guard: Guard, address: Address, at: datetime
    ) -> tuple[Refusal | None, bool]:
        """Return what its door would do with a visitor, or one with that guard."""
        door = self.door(tunnel_id)
        if door is not None:
            return door.judge(address, at)
        return self.try_rules(tunnel_id, guard, self.hall.guard, address, at)

    def try_rules(
        self,
        tunnel_id: TunnelId,
        guard: Guard,
        common: Guard,
        address: Address,
        at: datetime,
    ) -> tuple[Refusal | None, bool]:
        """Return what an empty door of these rules would do with a visitor."""
        found = self.try_common(common, address, at)
        if found is not None:
            return found, True
        load = self.standings.of(tunnel_id).told(Load(), address, at.timestamp())
        return Rules(guard).judge(address, load, at), False

    def try_common(
        self, common: Guard, address: Address, at: datetime
    ) -> Refusal | None:
        """Return what these rules for all tunnels would do, with nobody inside."""
        load = self.hall.standing.told(Load(), address, at.timestamp())
        return Rules(common).judge(address, load, at)

    def apply_everywhere(self, guard: Guard) -> None:
        """Have every door ask these rules before its own."""
        self.hall.apply(guard, asyncio.get_running_loop().time())
        for tunnel_id in self._kept:
            self.apply(tunnel_id)

    async def lead(
        self, caller: Caller, config: FrpcConfig, tunnels: Iterable[Tunnel]
    ) -> FrpcConfig:
        """Return the config with its guarded tunnels led through their doors."""
        proxies = dict(config.proxies)
        for tunnel in tunnels:
            proxy = proxies.get(tunnel.name)
            if proxy is not None and self._is_guarded(tunnel):
                proxies[tunnel.name] = await self._led(caller, proxy, tunnel)
        return replace(config, proxies=proxies)

    async def retire(self, tunnel_id: TunnelId) -> None:
        """Let nobody more in; whoever is in may stay."""
        kept = self._kept.pop(tunnel_id, None)
        if kept is not None:
            await kept.door.retire()

    def _is_guarded(self, tunnel: Tunnel) -> bool:
        return self._guard_of(tunnel.id).is_on

    async def _led(self, caller: Caller, proxy: Proxy, tunnel: Tunnel) -> Proxy:
        try:
            kept = await self._open(caller, proxy, tunnel)
        except OSError as error:
            # Without its door the tunnel is closed rather than open to everybody: at a
            # port where nobody is, as frpc lets visitors of a missing socket hang.
            log.warning("tunnel %s has no door: %s", tunnel.name, error.strerror)
            return replace(proxy, behind=Behind(port=_NOWHERE))
        kept.caller = caller
        if isinstance(kept.door, DatagramDoor):
            kept.door.tells_senders = caller.tells_senders
        kept.passed_on = _passed_on(proxy)
        kept.door.target = (proxy.local_ip, proxy.local_port)
        kept.door.apply(kept.rules(self._guard_of(tunnel.id)))
        return replace(proxy, behind=_behind(kept.place))

    async def _open(self, caller: Caller, proxy: Proxy, tunnel: Tunnel) -> Kept:
        found = self._kept.get(tunnel.id)
        if found is not None and not _is_elsewhere(found, proxy):
            return found
        assert self._tasks is not None, "run() comes first"
        kind: type[Door] = DatagramDoor if tunnel.type is TunnelType.UDP else Door
        door = kind(
            self._guard_of(tunnel.id),
            (proxy.local_ip, proxy.local_port),
            is_core=lambda pid: kept.is_core(pid),
            tell_down=lambda why: self._tell_down(kept, why),
            tasks=self._tasks,
            is_web=tunnel.type is TunnelType.HTTP,
            tries=self._tries,
            hall=self.hall,
            standing=self.standings.of(tunnel.id),
            lobby=self.lobby,
        )
        place = await door.open(self._folder / f"{tunnel.id:x}.g")
        kept = Kept(door, place, caller, tunnel.name)
        self._kept[tunnel.id] = kept
        if found is not None:
            door.meter = found.door.meter
            await found.door.retire()
        return kept

    def _tell_down(self, kept: Kept, why: str) -> None:
        key, run = kept.caller.key, kept.caller.run
        reason = Reason(Code.LOCAL_SERVICE_DOWN, why)
        self._tell(events.LocalServiceFailed(key, run, kept.name, reason))


_NOWHERE = 1


def _is_elsewhere(kept: Kept, proxy: Proxy) -> bool:
    """Whether frpc would not see that the service is another one now."""
    is_port = isinstance(kept.place, LoopbackPlace)
    return is_port and kept.door.target != (proxy.local_ip, proxy.local_port)


def _behind(place: Place) -> Behind:
    if isinstance(place, UnixPlace):
        return Behind(path=str(place.path))
    return Behind(port=place.port)


def _passed_on(proxy: Proxy) -> PassOn:
    asked = dict(proxy.extra).get(PROXY_PROTOCOL, "")
    return PassOn(asked) if asked in (PassOn.V1, PassOn.V2) else PassOn.NOTHING
