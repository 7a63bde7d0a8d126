"""The door of a udp tunnel: datagrams of one sender are one connection.

frpc sends those of each visitor from a port of its own. From frp 0.63 on it puts the
PROXY header before each of them, later versions before the first alone (frp's pull requests
4810 and 5119); what is older says nothing of who sends (`tells_senders`).
"""

import asyncio
import ipaddress
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from chmlfrp.guard import peer, proxy
from chmlfrp.guard.door import Door
from chmlfrp.guard.meter import Sums, Visitor
from chmlfrp.guard.peer import LoopbackPlace, Place
from chmlfrp.guard.pipe import NO_WAY
from chmlfrp.guard.rules import Load, Refusal
from chmlfrp.model.guard import Address, PassOn, Rule

MOST_FLOWS = 1024
"""The one that was silent longest is forgotten for a new one."""
IDLE_S = 60
"""Unless the guard says otherwise; frp itself forgets a sender after 30 s."""
MOST_WAITING = 32
"""Datagrams of one sender kept until it is decided; more are lost, as udp may."""
MOST_BEHIND_S = 0.25
"""Datagrams that would come later than this by the allowed rate are lost."""
LOOK_EVERY_S = 0.1
LOOK_AGAIN_S = 5.0
"""Who sends is asked again after that, for a port may change hands meanwhile."""
HOST = "127.0.0.1"
"""Where the door listens, so that frpc sends from there as well."""
UNKNOWN = ipaddress.IPv4Address(0)
"""Stands for all senders where frpc does not name them."""

_From = tuple[str, int]


class DatagramDoor(Door):
    """As a door of streams; whoever is not frpc, or is refused, is not answered."""

    _transport: asyncio.DatagramTransport | None = None
    _is_looking = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._flows: dict[_From, Flow] = {}

    @property
    def flows(self) -> "tuple[Flow, ...]":
        """All senders that are remembered, those refused among them."""
        return tuple(self._flows.values())

    async def open(self, path: Path) -> Place:
        """Listen on loopback, at a port that the system chooses."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(self), local_addr=(HOST, 0)
        )
        port: int = self._transport.get_extra_info("sockname")[1]
        return LoopbackPlace(port)

    async def retire(self) -> None:
        """Know nobody new; frpc has let go of the others as well."""
        if self._transport is not None:
            self._transport.close()
        for flow in self.flows:
            flow.cut()

    def came_from(self, source: _From, data: bytes) -> None:
        """Take a datagram."""
        flow = self._flows.get(source)
        if flow is None:
            flow = self._begin(source)
        flow.take(data)
        self.look_at(flow)

    def answer(self, source: _From, data: bytes) -> None:
        """Send a datagram back."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, source)

    def is_too_fast(self, size: int) -> bool:
        """Whether these bytes are to be lost for the sake of the rate."""
        if self.passed(0) > MOST_BEHIND_S:
            return True
        self.passed(size)
        return False

    def admit(self, flow: "Flow", ends: proxy.Ends | None) -> bool:
        """Decide about a sender, whose address is known if it ever will be."""
        if ends is None and self.tells_senders:
            self.meter.turned_away(Rule.NO_HEADER)
            return False
        now = self._clock()
        if ends is not None and self.tries.left_from(ends.source_port):
            flow.visitor = Visitor(ends.source, now, now)
            return self.refusal(ends.source) is None
        visitor = self.meter.visitor(UNKNOWN if ends is None else ends.source, now)
        rule = self.refusal(visitor.address)
        if rule is not None:
            self.meter.turned_away(rule, visitor)
            return False
        flow.visitor, flow.sums, flow.is_counted = visitor, self.meter.sums, True
        is_known = ends is not None
        flow.guest = self._hall.let_in(visitor.address, now, is_known=is_known)
        is_timed = is_known and self.guard.new_per_minute is not None
        self.meter.let_in(visitor, now, is_counted=is_timed)
        return True

    def judge(
        self, address: Address, at: datetime | None = None
    ) -> tuple[Refusal | None, bool]:
        """As for streams; nobody is counted as one sender when all of them are."""
        if address != UNKNOWN:
            return super().judge(address, at)
        wall = self._wall() if at is None else at
        found = self._hall.judge_all_as_one(address, wall)
        if found is not None:
            return found, True
        load = Load(open=self.meter.open)
        return self._rules.judge(address, load, wall), False

    def forget(self, flow: "Flow") -> None:
        """Count that a sender is gone."""
        self._flows.pop(flow.source, None)
        self._outers.discard(flow)
        if flow.is_counted and flow.visitor is not None:
            self.meter.left(flow.visitor, self._clock())
        if flow.guest is not None:
            self._hall.left(flow.guest, self._clock())

    @property
    def _idle_limit(self) -> int | None:
        return super()._idle_limit or IDLE_S

    def _end_idle(self, oldest: float) -> None:
        for flow in self.flows:
            if flow.last_at < oldest:
                flow.cut()

    def look_at(self, flow: "Flow") -> None:
        """Find out who sends, if that is to be asked."""
        if flow.wants_look and not self._is_looking:
            self._is_looking = True
            self._tasks.create_task(self._find_out())

    def _begin(self, source: _From) -> "Flow":
        if len(self._flows) >= MOST_FLOWS:
            min(self.flows, key=lambda f: (not f.is_refused, f.last_at)).cut()
        flow = Flow(self, source)
        self._flows[source] = flow
        self._outers.add(flow)
        self._look_soon()
        if source[0] != HOST:
            flow.judged(is_core=False)
        return flow

    async def _find_out(self) -> None:
        """Ask the system which process sends; for all that are to be asked at once."""
        try:
            while asked := [f for f in self.flows if f.wants_look]:
                owners = await asyncio.to_thread(peer.datagram_owners)
                for flow in asked:
                    pid = owners.alone_at(flow.source)
                    flow.judged(is_core=pid is not None and self._is_core(pid))
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._is_looking = False

    async def join(self, flow: "Flow") -> None:
        """Give a sender a way to the service."""
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Back(flow), remote_addr=self.target
            )
        except NO_WAY:
            flow.cut()
            return
        flow.opened(transport)

    def passes_header(self) -> bool:
        """Whether the service is told who sends."""
        return self.guard.pass_on is PassOn.V2

    def spawn(self, flow: "Flow") -> None:
        """Begin to join."""
        self._tasks.create_task(self.join(flow))


class Flow:
    """All datagrams of one sender, both ways."""

    def __init__(self, door: DatagramDoor, source: _From) -> None:
        self.door = door
        self.source = source
        self.visitor: Visitor | None = None
        self.guest: Visitor | None = None
        self.sums = Sums()
        self.is_counted = False
        self.is_core: bool | None = None
        self.last_at = self._looked_at = door.now()
        self.is_refused = False
        self._is_over = False
        self._header = b""
        self._waiting: list[bytes] = []
        self._transport: asyncio.DatagramTransport | None = None

    @property
    def wants_look(self) -> bool:
        """Whether the system is to be asked who sends."""
        if self.is_core is None:
            return True
        return not self.is_refused and self.last_at - self._looked_at > LOOK_AGAIN_S

    def take(self, data: bytes) -> None:
        """Hand on what the visitor sent, or keep it until that is decided."""
        if self.is_refused:
            return  # and asked anew once it has been silent here for long enough
        now = self.door.now()
        if now - self.last_at > LOOK_AGAIN_S:
            self.is_core = None  # frpc may have left the port to another meanwhile
        self.last_at = now
        if self.is_core and self._transport is not None:
            self._send(data)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(data)

    def judged(self, *, is_core: bool) -> None:
        """Go on once it is known which process sends."""
        self.is_core, self._looked_at = is_core, self.door.now()
        if self._is_over:
            return
        if self.visitor is not None:
            self._go_on(is_core=is_core)
            return
        if not is_core:
            self.is_refused = True
            self._waiting.clear()
            self.door.meter.turned_away(Rule.NOT_FRPC)
            return
        self.is_refused = not self._is_admitted()
        if self.is_refused:
            self._waiting.clear()
        else:
            self.door.spawn(self)

    def opened(self, transport: asyncio.DatagramTransport) -> None:
        """Hand on what waited."""
        if self._is_over:
            transport.close()
            return
        self._transport = transport
        if self.is_core:
            self._hand_on()

    def answered(self, data: bytes) -> None:
        """Hand back what the service sent."""
        self.last_at = self.door.now()
        self.door.look_at(self)
        if not self.is_core or self.visitor is None or self.door.is_too_fast(len(data)):
            return
        self.visitor.bytes_out += len(data)
        self.sums.bytes_out += len(data)
        self.door.answer(self.source, data)

    def cut(self) -> None:
        """End it."""
        if self._is_over:
            return
        self._is_over = True
        if self._transport is not None:
            self._transport.close()
        self.door.forget(self)

    def _go_on(self, *, is_core: bool) -> None:
        """Hand on what waited, or end it: the port is another's now."""
        if is_core:
            self._hand_on()
        else:
            self.cut()

    def _hand_on(self) -> None:
        if self._transport is not None:
            waiting, self._waiting = self._waiting, []
            for data in waiting:
                self._send(data)

    def _is_admitted(self) -> bool:
        first = self._waiting[0] if self._waiting else b""
        try:
            header = proxy.read_datagram(first) if self.door.tells_senders else None
        except proxy.Malformed:
            header = None
        if header is not None:
            self._header = first[: header.size]
        return self.door.admit(self, header.ends if header else None)

    def _send(self, data: bytes) -> None:
        assert self.visitor is not None
        assert self._transport is not None
        bare = data.removeprefix(self._header)
        if self.door.is_too_fast(len(bare)):
            return
        self.visitor.bytes_in += len(bare)
        self.sums.bytes_in += len(bare)
        told = self._header if self.door.passes_header() else b""
        self._transport.sendto(told + bare)


class _Ear(asyncio.DatagramProtocol):
    """The side of frpc."""

    def __init__(self, door: DatagramDoor) -> None:
        self._door = door

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._door.came_from(cast(_From, addr), data)


class _Back(asyncio.DatagramProtocol):
    """The side of the service."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._flow.answered(data)
