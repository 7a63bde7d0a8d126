"""The door of one tunnel: frpc comes in, the published service stands behind it."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from chmlfrp.guard import peer, proxy
from chmlfrp.guard.hall import Hall
from chmlfrp.guard.inspector import Inspector
from chmlfrp.guard.lobby import Lobby
from chmlfrp.guard.meter import Meter, Visitor
from chmlfrp.guard.minecraft import PlayerWatch, Stand
from chmlfrp.guard.own import OwnTries
from chmlfrp.guard.pace import Pace
from chmlfrp.guard.peer import Place
from chmlfrp.guard.pipe import Carrier
from chmlfrp.guard.relay import Inner, Outer
from chmlfrp.guard.rules import Refusal, Rules
from chmlfrp.guard.standing import Standing, Turned
from chmlfrp.guard.streams import StreamCarrier
from chmlfrp.guard.watch import Watch
from chmlfrp.model.guard import Address, Guard, PassOn, Rule

log = logging.getLogger(__name__)

HEADER_PATIENCE_S = 10.0
SWEEP_EVERY_S = 1.0


class Inside(Protocol):
    """Who is at the door or inside."""

    visitor: Visitor | None
    last_at: float

    def cut(self) -> None: ...


class Door:
    """Open from `open` to `close`; rules and service may change in between.

    is_core: whether the process with that number is the tunnel's frpc.
    tell_down: is told, in English, why the service could not be reached.
    tasks: the owner of what takes a while.
    tries: of the daemon itself, which are not counted.
    hall: the rules for all tunnels, asked before this one's own.
    standing: who is turned away or may come, for a while.
    lobby: of a service of the daemon itself, which is told of who comes to it.
    is_web: a node's frps sends requests of several visitors through one connection.
    """

    tells_senders = True
    """Whether the tunnel's frpc names the visitor."""

    def __init__(
        self,
        guard: Guard,
        target: tuple[str, int],
        *,
        is_core: Callable[[int], bool],
        tell_down: Callable[[str], None],
        tasks: asyncio.TaskGroup,
        clock: Callable[[], float] = time.time,
        wall: Callable[[], datetime] = datetime.now,
        platform: str = sys.platform,
        is_web: bool = False,
        tries: OwnTries | None = None,
        hall: Hall | None = None,
        standing: Standing | None = None,
        lobby: Lobby | None = None,
    ) -> None:
        self.meter = Meter()
        self.standing = Standing() if standing is None else standing
        self._hall = Hall() if hall is None else hall
        self._lobby = Lobby() if lobby is None else lobby
        self.tries = OwnTries() if tries is None else tries
        self.target = target
        self.is_web = is_web
        self.inspector: Inspector | None = None
        """There while the guard asks for it; what it kept goes with it."""
        self.now = asyncio.get_running_loop().time
        self._rules = Rules(guard)
        self._pace: Pace | None = None
        self._is_core = is_core
        self._tell_down = tell_down
        self._tasks = tasks
        self._clock = clock
        self._wall = wall
        self._platform = platform
        self._carrier = carrier_for(platform, tasks)
        self._place: Place | None = None
        self._outers: set[Inside] = set()
        self._unknown: dict[Outer, float] = {}
        """Who has not said yet who the visitor is, and since when."""
        self._sweeper: asyncio.TimerHandle | None = None
        self._hall.doors.add(self)
        self.apply(guard)

    @property
    def connections(self) -> int:
        """How many are inside or at the door, own tries included."""
        return len(self._outers)

    @property
    def guard(self) -> Guard:
        """The rules in force."""
        return self._rules.guard

    async def open(self, path: Path) -> Place:
        """Listen, at that path where there are Unix sockets."""
        self._place = await self._carrier.listen(lambda: Outer(self), path)
        return self._place

    async def retire(self) -> None:
        """Let nobody more in; whoever is in may stay."""
        self._carrier.stop_listening()
        if self._place is not None:
            await peer.leave(self._place)

    async def close(self) -> None:
        """Let nobody in and end what is inside."""
        for outer in tuple(self._outers):
            outer.cut()
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await self.retire()

    def apply(self, guard: Guard) -> None:
        """Ask these rules from now on; who is in stays in."""
        self._rules = Rules(guard)
        if not (guard.inspects and self.is_web):
            self.inspector = None
        elif self.inspector is None:
            self.inspector = Inspector()
        rate = guard.bytes_per_second
        if rate is None:
            self._pace = None
        elif self._pace is None or self._pace.rate != rate:
            self._pace = Pace(rate, self.now())
        if self._idle_limit is not None:
            self._look_soon()

    def block(self, address: Address, *, until: float) -> int:
        """Refuse the address until then and end its connections; returns how many."""
        return self.turn(address, Turned(until))

    def turn(self, address: Address, turned: Turned) -> int:
        """Turn the address away for a while and end its connections; returns how many."""
        self.standing.turn(address, turned)
        return self.cut(address)

    def cut(self, address: Address) -> int:
        """End the connections of the address; returns how many."""
        visitor = self.meter.visitors.get(address)
        inside = [o for o in self._outers if o.visitor and o.visitor is visitor]
        for outer in inside:
            outer.cut()
        return len(inside)

    def refusal(self, address: Address) -> Rule | None:
        """Return which rule would turn the address away now; nothing is counted."""
        refusal, _ = self.judge(address)
        return refusal.rule if refusal is not None else None

    def judge(
        self, address: Address, at: datetime | None = None
    ) -> tuple[Refusal | None, bool]:
        """Return what would turn the address away, and whether it is for all tunnels.

        at: local time without a zone; None: now. Nothing is counted.
        """
        now = self._clock() if at is None else at.timestamp()
        wall = self._wall() if at is None else at
        found = self._hall.judge(address, now, wall)
        if found is not None:
            return found, True
        load = self.meter.load_of(address, now)
        return self._rules.judge(
            address, self.standing.told(load, address, now), wall
        ), False

    # What connections ask of their door.

    def passed(self, count: int) -> float:
        """Return for how long whoever sent these bytes is not read from."""
        now = self.now()
        own = 0.0 if self._pace is None else self._pace.wait_after(count, now)
        return max(own, self._hall.wait_after(count, now))

    def came(self, outer: Outer) -> None:
        """Find out who connected."""
        self._outers.add(outer)
        self._unknown[outer] = self.now()
        self._look_soon()
        assert outer.pipe is not None
        if self._platform == "win32":
            outer.wait()
            self._tasks.create_task(self._look_up(outer))
        else:
            sock = outer.pipe.get_extra_info("socket")
            self._judge(outer, peer.pid_of(sock, platform=self._platform))

    def knock(self, outer: Outer) -> None:
        """Decide about a visitor whose address is known now."""
        self._unknown.pop(outer, None)
        if outer.ends is None:
            self.turn_away(outer, Rule.NO_HEADER)
            return
        if self.tries.left_from(outer.ends.source_port):
            self._knock_unseen(outer, outer.ends.source)
            return
        now = self._clock()
        visitor = self.meter.visitor(outer.ends.source, now)
        rule = self.refusal(visitor.address)
        if rule is not None:
            self.meter.turned_away(rule, visitor)
            outer.cut()
            return
        outer.visitor, outer.sums = visitor, self.meter.sums
        outer.guest = self._hall.let_in(visitor.address, now)
        is_counted = self.guard.new_per_minute is not None
        self.meter.let_in(visitor, now, is_counted=is_counted)
        self._dial(outer)

    def own(self, outer: Outer) -> None:
        """Take back that it was counted: it is a try of the daemon."""
        if outer.visitor is not None and not outer.is_own:
            self.meter.take_back(outer.visitor)
            if outer.guest is not None:
                self._hall.take_back(outer.guest)
                outer.guest = None
            outer.disown()

    def met(self, outer: Outer, inner: Inner) -> None:
        """Begin to carry, unless the visitor is gone by now."""
        if outer.pipe is None:
            inner.close()
            return
        outer.other = inner
        if self._lobby.is_at(self.target):
            self._announce(outer, inner)
            outer.start(b"")
            return
        outer.watch = self._watch_of(outer)
        outer.start(self._introduction(outer))

    def _watch_of(self, outer: Outer) -> Watch | None:
        visitor = outer.visitor
        if visitor is None:
            return None
        if not self.is_web:
            return PlayerWatch(visitor.plays)
        inspector = self.inspector
        return None if inspector is None else inspector.watch(str(visitor.address))

    def turn_away(self, outer: Inside, rule: Rule) -> None:
        """End a connection of nobody known."""
        self.meter.turned_away(rule)
        outer.cut()

    def gone(self, outer: Outer) -> None:
        """Count that it is over."""
        self._outers.discard(outer)
        self._unknown.pop(outer, None)
        if outer.came_from is not None:
            self._lobby.leave(outer.came_from, outer)
        if outer.visitor is None or outer.is_own:
            return
        now = self._clock()
        self.meter.left(outer.visitor, now)
        if outer.guest is not None:
            self._hall.left(outer.guest, now)
        self._note_failure(outer, outer.visitor, now)

    def _note_failure(self, outer: Outer, visitor: Visitor, now: float) -> None:
        """Ban the visitor after one fast failure too many.

        By the rules for all tunnels it fails at any of them, and is turned away at all.
        """
        own, common = self.guard.ban, self._hall.guard.ban
        is_own = own.after is not None
        ban = own if is_own else common
        is_failure = (
            self.now() - outer.since < ban.shorter_s and outer.carried < ban.fewer_bytes
        )
        was_served = outer.other is not None
        if ban.after is None or self.is_web or not was_served or not is_failure:
            return
        address = visitor.address
        failures = visitor.failures if is_own else self._hall.failures(address, now)
        failures.append(now)
        while failures[0] <= now - ban.within_s:
            failures.popleft()
        is_spared = self._rules.is_spared(address) or self._hall.rules.is_spared(
            address
        )
        if len(failures) >= ban.after and not is_spared:
            failures.clear()
            turned = Turned(now + ban.minutes * 60, Rule.BANNED)
            for door in (self,) if is_own else tuple(self._hall.doors):
                door.turn(address, turned)

    def _knock_unseen(self, outer: Outer, address: Address) -> None:
        """Ask the rules without counting anything."""
        if self.refusal(address) is not None:
            outer.cut()
            return
        outer.visitor = Meter().visitor(address, self._clock())
        outer.disown()
        self._dial(outer)

    def _dial(self, outer: Outer) -> None:
        inner = Inner(self, outer)
        self._carrier.dial(inner, self.target, lambda why: self._failed(outer, why))

    def _judge(self, outer: Outer, pid: int | None) -> None:
        if pid is not None and self._is_core(pid):
            outer.known()
        else:
            self.turn_away(outer, Rule.NOT_FRPC)

    async def _look_up(self, outer: Outer) -> None:
        assert outer.pipe is not None
        info = outer.pipe.get_extra_info
        ends = info("peername"), info("sockname")
        pid = await asyncio.to_thread(peer.pid_in_table, *ends)
        if outer.pipe is not None:
            self._judge(outer, pid)

    def _failed(self, outer: Outer, why: str) -> None:
        host, port = self.target
        if why:
            self._tell_down(f"{host}:{port}: {why}")
        else:
            log.warning("a door cannot go on to %s:%s: no files are left", host, port)
        if self.guard.asleep and not self.is_web and outer.pipe is not None:
            outer.stand_in(Stand(self.guard.asleep))
        else:
            outer.close()

    def _introduction(self, outer: Outer) -> bytes:
        assert outer.ends is not None
        match self.guard.pass_on:
            case PassOn.V1:
                return proxy.write(outer.ends, version=1)
            case PassOn.V2:
                return proxy.write(outer.ends, version=2)
            case PassOn.HEADERS:
                outer.tell(str(outer.ends.source))
        return b""

    def _announce(self, outer: Outer, inner: Inner) -> None:
        assert outer.ends is not None
        assert inner.pipe is not None
        came_from: int = inner.pipe.get_extra_info("socket").getsockname()[1]
        outer.came_from = came_from
        self._lobby.enter(came_from, outer, outer.ends.source)

    def _look_soon(self) -> None:
        if self._sweeper is None:
            loop = asyncio.get_running_loop()
            self._sweeper = loop.call_later(SWEEP_EVERY_S, self._sweep)

    def _sweep(self) -> None:
        """End what has been silent for too long, and look again soon."""
        self._sweeper = None
        oldest = self.now() - HEADER_PATIENCE_S
        late = [outer for outer, since in self._unknown.items() if since < oldest]
        for outer in late:
            self.turn_away(outer, Rule.NO_HEADER)
        limit = self._idle_limit
        if limit is not None:
            self._end_idle(self.now() - limit)
        if (limit is not None and self._outers) or self._unknown:
            self._look_soon()

    @property
    def _idle_limit(self) -> int | None:
        limits = self.guard.idle_timeout_s, self._hall.guard.idle_timeout_s
        return min((limit for limit in limits if limit is not None), default=None)

    def _end_idle(self, oldest: float) -> None:
        for outer in tuple(self._outers):
            if outer.visitor is not None and outer.last_at < oldest:
                outer.cut()


def carrier_for(platform: str, tasks: asyncio.TaskGroup) -> Carrier:
    """Return what carries best on that system."""
    if platform == "linux":
        # It has modules that other systems lack.
        from chmlfrp.guard.lean import LeanCarrier

        return LeanCarrier(tasks)
    return StreamCarrier(tasks, platform=platform)
