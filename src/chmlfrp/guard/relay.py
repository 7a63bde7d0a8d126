"""One connection through a door: the side of frpc, the side of the service.

Nothing here is awaited: bytes go from one transport to the other within the loop's own
call, and a side whose other side cannot take more is not read from.
"""

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING

from chmlfrp.guard import proxy
from chmlfrp.guard.meter import Sums, Visitor
from chmlfrp.guard.minecraft import Stand
from chmlfrp.guard.pipe import Data, End, Pipe
from chmlfrp.guard.watch import Watch
from chmlfrp.guard.web import FirstHead
from chmlfrp.model.guard import Rule

if TYPE_CHECKING:
    from chmlfrp.guard.door import Door

LINGER_S = 60.0
"""Once one side is gone, the other is let go if it takes none of the last bytes so long."""
STAND_S = 30.0
"""For all that is said in the place of a service that is not there."""

_FULL, _PACED, _UNDECIDED = 1, 2, 4


class Side(End):
    """What both sides have in common."""

    def __init__(self, door: "Door") -> None:
        self.door = door
        self.pipe: Pipe | None = None
        self.other: Side | None = None
        self._is_over = False
        self._held = 0
        self._linger: asyncio.TimerHandle | None = None

    def joined(self, pipe: Pipe) -> None:
        self.pipe = pipe

    def carry(self, data: Data) -> None:
        """Hand bytes to the other side, and count them."""
        self.count(len(data))
        self.send(data)

    def straight(self) -> Pipe | None:
        return self.other.pipe if self.other is not None else None

    def passed(self, size: int) -> None:
        self.count(size)
        self._pace(size)

    def send(self, data: Data) -> None:
        """Hand bytes to the other side, at the pace that is allowed."""
        assert self.other is not None
        if self.other.pipe is not None:
            self.other.pipe.write(data)
        self._pace(len(data))

    def _pace(self, size: int) -> None:
        wait = self.door.passed(size)
        if wait > 0:
            self.hold(_PACED)
            loop = asyncio.get_running_loop()
            loop.call_later(wait, self.release, _PACED)

    @abstractmethod
    def count(self, size: int) -> None:
        """Add to what this side has sent."""

    def eof_received(self) -> bool:
        self._is_over = True
        if self.other is None or self.other.pipe is None:
            return False
        if self.other._is_over:
            self.other.close()
            return False
        if self.other.pipe.can_write_eof():
            self.other.pipe.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.hold(_FULL)

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.release(_FULL)

    def hold(self, why: int) -> None:
        """Read no more from this side, until every reason is gone."""
        if not self._held and self.pipe is not None and not self._is_over:
            self.pipe.pause_reading()
        self._held |= why

    def release(self, why: int) -> None:
        """Take a reason away."""
        was, self._held = self._held, self._held & ~why
        pipe = self.pipe
        if was and not self._held and pipe is not None and not self._is_over:
            pipe.resume_reading()

    def close(self) -> None:
        """Let go once what was written is taken, or no more of it for a while."""
        pipe = self.pipe
        if pipe is None or pipe.is_closing():
            return
        pipe.close()
        if self._linger is not None:
            self._linger.cancel()
        if self.pipe is not None:
            self._linger_on(pipe)

    def _linger_on(self, pipe: Pipe) -> None:
        def look(left: int) -> None:
            if pipe.get_write_buffer_size() < left:
                self._linger_on(pipe)
            else:
                pipe.abort()

        loop = asyncio.get_running_loop()
        left = pipe.get_write_buffer_size()
        self._linger = loop.call_later(LINGER_S, look, left)

    def connection_lost(self, exc: Exception | None) -> None:
        self.pipe = None
        if self._linger is not None:
            self._linger.cancel()
        if self.other is not None:
            self.other.close()


class Outer(Side):
    """The side of frpc: it must be frpc, and must say who the visitor is."""

    def __init__(self, door: "Door") -> None:
        super().__init__(door)
        self.visitor: Visitor | None = None
        self.sums = Sums()
        self.ends: proxy.Ends | None = None
        self.is_own = False
        """Whether it is the daemon itself, and not counted."""
        self._may_be_own = False
        self.guest: Visitor | None = None
        """How the rules for all tunnels count it."""
        self.since = self.last_at = door.now()
        self.came_from: int | None = None
        """The port under which the daemon's own service was told of the visitor."""
        self.carried = 0
        """Bytes, both directions together."""
        self.watch: Watch | None = None
        self._head: bytearray | None = bytearray()
        self._request = FirstHead() if door.is_web else None
        self._stand: Stand | None = None
        """Who answers in the place of a service that is not there."""

    def joined(self, pipe: Pipe) -> None:
        super().joined(pipe)
        self.door.came(self)

    def known(self) -> None:
        """Go on: it is frpc."""
        self.release(_UNDECIDED)

    def wait(self) -> None:
        """Read nothing, not even its end, until it is known who it is."""
        self.hold(_UNDECIDED)

    def count(self, size: int) -> None:
        assert self.visitor is not None
        self.visitor.bytes_in += size
        self.sums.bytes_in += size
        self.carried += size
        self.last_at = self.door.now()

    def carry(self, data: Data) -> None:
        if self._head is None:
            self._carry_on(data)
            return
        self._head += data
        self._try_head()

    def straight(self) -> Pipe | None:
        is_plain = self._head is None and self._request is None
        return super().straight() if is_plain and self.watch is None else None

    def tell(self, source: str) -> None:
        """Have the request say where it comes from."""
        if self._request is not None:
            self._request.source = source

    def disown(self) -> None:
        """Count what it sends nowhere."""
        assert self.visitor is not None
        self.is_own, self.sums = True, Sums()
        self.visitor = Visitor(self.visitor.address, self.visitor.first, 0.0)

    def _carry_on(self, data: Data) -> None:
        if self._may_be_own:
            data = self._without_word(bytes(data))
        if self._stand is not None:
            self._answer(self._stand, bytes(data))
            return
        if self.watch is not None:
            self.watch.said(bytes(data))
            self._look_away()
        if self._request is not None:
            self.count(len(data))
            head = self._request.feed(data)
            if head is not None:
                self._request = None
                self.send(head)
        else:
            super().carry(data)

    def _without_word(self, data: bytes) -> bytes:
        """Return the first bytes as the service may see them."""
        self._may_be_own = False
        word = self.door.tries.word_in(data)
        if word:
            self.door.own(self)
            self.watch = None
        return data.removeprefix(word)

    def start(self, first: bytes) -> None:
        """Begin to carry; `first` goes before what the visitor sent."""
        assert self.other is not None
        assert self.other.pipe is not None
        rest, self._head = bytes(self._head or b""), None
        self._may_be_own = self.door.tries.are_any
        if first:
            self.other.pipe.write(first)
        if rest:
            self.carry(rest)
        self.release(_UNDECIDED)

    def stand_in(self, stand: Stand) -> None:
        """Let it speak for a service that is not there."""
        rest, self._head = bytes(self._head or b""), None
        self._stand = stand
        self._may_be_own = self.door.tries.are_any
        assert self.pipe is not None
        loop = asyncio.get_running_loop()
        self._linger = loop.call_later(STAND_S, self.cut)
        if rest:
            self._carry_on(rest)
        self.release(_UNDECIDED)

    def _answer(self, stand: Stand, data: bytes) -> None:
        self.count(len(data))
        said = stand.feed(data)
        if said and self.pipe is not None:
            self.pipe.write(said)
        if stand.is_done:
            self.close()

    def heard(self, data: Data) -> None:
        """Show whoever looks on what the service answered."""
        if self.watch is not None:
            self.watch.answered(bytes(data))
            self._look_away()

    def _look_away(self) -> None:
        if self.watch is not None and self.watch.is_over:
            self.watch.left()
            self.watch = None

    def eof_received(self) -> bool:
        if self._head is not None and self.visitor is None:
            self.door.turn_away(self, Rule.NO_HEADER)
            return False
        return super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.watch is not None:
            self.watch.left()
            self.watch = None
        self.door.gone(self)

    def cut(self) -> None:
        """End both sides at once."""
        for side in (self, self.other):
            if side is not None and side.pipe is not None:
                side.pipe.abort()

    def _try_head(self) -> None:
        if not self._head or self.visitor is not None:
            return
        try:
            header = proxy.read(self._head)
        except proxy.Malformed:
            self.door.turn_away(self, Rule.NO_HEADER)
            return
        if header is None:
            return
        del self._head[: header.size]
        self.ends = header.ends
        self.door.knock(self)
        if self._head is not None:
            self.hold(_UNDECIDED)


class Inner(Side):
    """The side of the published service."""

    def __init__(self, door: "Door", outer: Outer) -> None:
        super().__init__(door)
        self._outer = outer
        self.other = outer

    def count(self, size: int) -> None:
        visitor = self._outer.visitor
        assert visitor is not None
        visitor.bytes_out += size
        self._outer.sums.bytes_out += size
        self._outer.carried += size
        self._outer.last_at = self.door.now()

    def joined(self, pipe: Pipe) -> None:
        super().joined(pipe)
        self.door.met(self._outer, self)

    def carry(self, data: Data) -> None:
        self._outer.heard(data)
        super().carry(data)

    def straight(self) -> Pipe | None:
        return super().straight() if self._outer.watch is None else None
