"""The last requests of a web tunnel and what they were answered, as they passed the door.

Kept in memory alone, and bounded: so many exchanges, so many bytes of each, so many bytes
of all.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chmlfrp.guard.watch import Watch

MOST = 200
"""Exchanges; the oldest goes first."""
KEPT = 128 * 1024
"""Bytes of a request, and of an answer, heads included; the rest is counted alone."""
MOST_BYTES = 16 << 20
"""Of all exchanges of a tunnel."""


@dataclass(slots=True)
class Side:
    """What one of the two said."""

    kept: bytearray = field(default_factory=bytearray)
    size: int = 0
    """Bytes that came, kept or not."""

    @property
    def is_cut(self) -> bool:
        """Whether more came than is kept."""
        return self.size > len(self.kept)

    def take(self, data: bytes) -> int:
        """Count what came; return how much of it is kept."""
        self.size += len(data)
        before = len(self.kept)
        self.kept += data[: max(0, KEPT - before)]
        return len(self.kept) - before


@dataclass(slots=True)
class Exchange:
    """A request and its answer."""

    number: int
    """Counted from 1 since the door was opened."""
    address: str
    """Of the visitor; empty: it was sent again from here."""
    at: float
    """When it began, in seconds since 1970."""
    began: float
    """The same by the clock that measures."""
    request: Side = field(default_factory=Side)
    answer: Side = field(default_factory=Side)
    first_s: float | None = None
    """Until the first byte of the answer."""
    took_s: float | None = None
    """Until all was over; None: it is not."""

    @property
    def held(self) -> int:
        """Bytes in memory."""
        return len(self.request.kept) + len(self.answer.kept)


class Inspector:
    """Watches whoever is let in while it is there."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        now: Callable[[], float] = time.monotonic,
        most: int = MOST,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._clock = clock
        self._now = now
        self._most = most
        self._most_bytes = most_bytes
        self._held = 0
        self._count = 0
        self._exchanges: deque[Exchange] = deque()

    def __iter__(self) -> Iterator[Exchange]:
        """Yield what is kept, the newest first."""
        return reversed(self._exchanges)

    def get(self, number: int) -> Exchange | None:
        """Return the exchange of that number, None if it is not kept."""
        return next((each for each in self._exchanges if each.number == number), None)

    def clear(self) -> int:
        """Drop what is kept; return how many there were."""
        count = len(self._exchanges)
        self._exchanges.clear()
        self._held = 0
        return count

    def watch(self, address: str) -> "ExchangeWatch":
        """Return what looks on while a visitor's request is carried."""
        return ExchangeWatch(self, address)

    def begin(self, address: str) -> Exchange:
        """Keep an exchange that begins now."""
        self._count += 1
        made = Exchange(self._count, address, self._clock(), self._now())
        self._exchanges.append(made)
        self._make_room()
        return made

    def take(self, exchange: Exchange, side: Side, data: bytes) -> None:
        """Add what one of the two said."""
        if side is exchange.answer and exchange.first_s is None:
            exchange.first_s = self._now() - exchange.began
        kept = side.take(data)
        if self.get(exchange.number) is exchange:
            self._held += kept
            self._make_room()

    def end(self, exchange: Exchange) -> None:
        """Know that the exchange is over."""
        if exchange.took_s is None:
            exchange.took_s = self._now() - exchange.began

    def _make_room(self) -> None:
        while len(self._exchanges) > self._most or (
            self._held > self._most_bytes and len(self._exchanges) > 1
        ):
            self._held -= self._exchanges.popleft().held


class ExchangeWatch(Watch):
    """Of one connection; what says nothing is no exchange."""

    def __init__(self, inspector: Inspector, address: str) -> None:
        self._inspector = inspector
        self._address = address
        self._exchange: Exchange | None = None

    def said(self, data: bytes) -> None:
        if self._exchange is None:
            self._exchange = self._inspector.begin(self._address)
        self._inspector.take(self._exchange, self._exchange.request, data)

    def answered(self, data: bytes) -> None:
        if self._exchange is not None:
            self._inspector.take(self._exchange, self._exchange.answer, data)

    def left(self) -> None:
        if self._exchange is not None:
            self._inspector.end(self._exchange)
