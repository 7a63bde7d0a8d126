"""Writes down what the doors counted, a second at a time, off the loop."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from chmlfrp.daemon.doors import Doors
from chmlfrp.errors import HomeUnusable, InvalidInput
from chmlfrp.guard import history, roll
from chmlfrp.guard.backlog import Backlog
from chmlfrp.guard.door import Door
from chmlfrp.guard.history import Amount, History, Step
from chmlfrp.guard.meter import Told, Visitor
from chmlfrp.guard.roll import Entry, Roll
from chmlfrp.guard.standing import Changed
from chmlfrp.guard.store import Store
from chmlfrp.local.settings import load

log = logging.getLogger(__name__)

WRITE_EVERY_S = 1.0
TIDY_EVERY_S = 600.0
"""While nothing is written, so that who is away too long goes all the same."""

LOOK_EVERY_S = 60.0

T = TypeVar("T")


def keep_days(settings_file: Path) -> int | None:
    """Return for how many days the settings say, None while they cannot be understood."""
    try:
        found = load(settings_file)
    except (HomeUnusable, InvalidInput):
        return None
    return None if found.broken else found.settings.guard.keep_visitors_days


class _Counts(NamedTuple):
    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0
    refused: int = 0


class Ledger:
    """Only differences are written: a tunnel without visitors costs nothing.

    keep_days: for how long visitors are remembered; 0: they are not written down.
    look: asked once a minute, in a thread, for how long from now on; None: as before.
    """

    def __init__(
        self,
        doors: Doors,
        path: Path,
        *,
        keep_days: int = 90,
        look: Callable[[], int | None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._doors = doors
        self._path = path
        self._store = Store(path, history.TABLES + roll.TABLES)
        self._history = History(self._store)
        self._roll = Roll(self._store, keep_days=keep_days)
        self._clock = clock
        self._known: dict[Door, _Counts] = {}
        self._backlog = Backlog()
        self._is_loaded = False
        self._fault = ""
        self._tidied = self._looked = float("-inf")
        self._look = look
        self._turn = asyncio.Lock()

    @property
    def keeps_visitors(self) -> bool:
        """Whether anybody is remembered who is not in."""
        return self._roll.keep_days > 0

    async def load(self) -> None:
        """Take up who was turned away or admitted when the last daemon ended."""
        await asyncio.shield(self._alone(self._take_up))

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write what was counted and is not on disk yet; what cannot be waits."""
        await asyncio.shield(self._alone(self._write))

    async def _write(self) -> None:
        now = self._clock()
        await self._look_again(now)
        entries = self._stirred()
        amounts = self._grown(int(now)) + [_amount(e, int(now)) for e in entries]
        self._backlog.add(amounts, entries)
        if not self._is_loaded:
            await self._take_up()
        changed = self._doors.standings.changed(now)
        is_news = bool(self._backlog) or changed is not None
        is_due = abs(now - self._tidied) >= TIDY_EVERY_S
        # What stands on disk would be written over while it cannot be read.
        if not self._is_loaded or not (is_news or is_due):
            return
        self._tidied = now

        def put() -> bool:
            if is_news or self._store.is_there():
                self._put(changed, now)
            return True

        if await self._tried(put, "the traffic cannot be kept"):
            self._backlog.clear()
            if changed is not None:
                self._doors.standings.written(changed)

    def _put(self, changed: Changed | None, now: float) -> None:
        with self._store.writing():
            if changed is not None:
                self._roll.keep_standing(changed.lines)
            is_less = self._roll.add(self._backlog.entries, now)
            self._history.add(self._backlog.amounts, now)
        if is_less:
            self._store.scrub()

    async def _look_again(self, now: float) -> None:
        if abs(now - self._looked) < LOOK_EVERY_S:
            return
        self._looked = now
        days = await asyncio.to_thread(self._look)
        if days is None or days == self._roll.keep_days:
            return
        self._roll.keep_days = days
        if not days:
            self._backlog.forget(tunnel=None, address=None)
        self._roll.tidy_soon()
        self._history.tidy_soon()
        self._tidied = float("-inf")

    async def _take_up(self) -> None:
        lines = await self._tried(
            lambda: self._roll.standing() if self._store.is_there() else [],
            "blocks and passes cannot be read",
        )
        if lines is not None:
            self._doors.standings.load(lines)
            self._is_loaded = True

    async def read(
        self, step: Step, *, tunnel: int | None = None, address: str = ""
    ) -> list[Amount]:
        """Return what is kept in that step, the oldest first; nothing if it cannot be."""
        await self.write()
        return await self._in_turn(
            lambda: self._history.read(
                step, self._clock(), tunnel=tunnel, address=address
            ),
            [],
            "the traffic cannot be read",
        )

    async def visitors(
        self, *, tunnel: int | None = None, address: str | None = None, most: int
    ) -> list[Entry]:
        """Return who is remembered, the last one first; nothing if it cannot be."""
        await self.write()
        return await self._in_turn(
            lambda: self._roll.read(tunnel=tunnel, address=address, most=most),
            [],
            "the visitors cannot be read",
        )

    async def forget(self, *, tunnel: int | None, address: str | None) -> int:
        """Drop visitors, of a tunnel, of an address, or all; return how many.

        Raises HomeUnusable: nobody is dropped.
        """
        await self.write()

        def drop() -> int:
            if not self._store.is_there():
                return 0
            with self._store.writing():
                self._history.forget(tunnel=tunnel, address=address)
                gone = self._roll.forget(self._clock(), tunnel=tunnel, address=address)
            self._backlog.forget(tunnel=tunnel, address=address)
            self._store.scrub()
            return gone

        count = await self._in_turn(drop, -1, "the visitors cannot be dropped")
        if count < 0:
            raise HomeUnusable(f"{self._path} cannot be written: {self._fault}")
        return count

    async def close(self) -> None:
        """Write the rest and let go of the file."""
        await self.write()
        async with self._turn:
            await asyncio.to_thread(self._store.close)

    async def _in_turn(self, work: Callable[[], T], otherwise: T, fault: str) -> T:
        found = await asyncio.shield(self._alone(lambda: self._tried(work, fault)))
        return otherwise if found is None else found

    async def _alone(self, work: Callable[[], Awaitable[T]]) -> T:
        """Shielded: who asks may go away, what was begun in a thread is not ended."""
        async with self._turn:
            return await work()

    async def _tried(self, work: Callable[[], T], fault: str) -> T | None:
        """Return what it returns, None where the file cannot be used."""
        try:
            found = await asyncio.to_thread(work)
        except (sqlite3.Error, OSError) as error:
            if str(error) != self._fault:
                log.warning("%s: %s", fault, error)
            self._fault = str(error)
            return None
        self._fault = ""
        return found

    def _grown(self, at: int) -> list[Amount]:
        amounts, present = [], {}
        for tunnel, door in self._doors.all().items():
            new, old = _counts(door), self._known.get(door, _Counts())
            door.meter.pulse.feel(new.bytes_in, new.bytes_out, self._clock())
            present[door] = new
            grown = _Counts(*(n - o for n, o in zip(new, old, strict=True)))
            if any(grown):
                amounts.append(Amount(tunnel=tunnel, at=at, **grown._asdict()))
        self._known = present
        return amounts

    def _stirred(self) -> list[Entry]:
        now = self._clock()
        stirred = [
            (tunnel, visitor)
            for tunnel, door in self._doors.all().items()
            for visitor in door.meter.stirred()
        ]
        for _, visitor in stirred:
            visitor.pulse.feel(visitor.bytes_in, visitor.bytes_out, now)
        found = [_entry(tunnel, visitor) for tunnel, visitor in stirred]
        if not self._roll.keep_days:
            return []
        return [entry for entry in found if entry is not None]


def _counts(door: Door) -> _Counts:
    sums = door.meter.sums
    refused = sum(sums.refused.values())
    return _Counts(sums.bytes_in, sums.bytes_out, sums.connections, refused)


def _entry(tunnel: int, visitor: Visitor) -> Entry | None:
    """Return what the visitor did since it was written down, None if nothing."""
    was, now = visitor.told, _told(visitor)
    visitor.told = now
    if was == now:
        return None
    return Entry(
        tunnel=tunnel,
        address=str(visitor.address),
        first=visitor.first,
        last=visitor.last,
        connections=now.connections - was.connections,
        bytes_in=now.bytes_in - was.bytes_in,
        bytes_out=now.bytes_out - was.bytes_out,
        refused=now.refused - was.refused,
        players=dict(now.players.items() - was.players.items()),
    )


def _told(visitor: Visitor) -> Told:
    return Told(
        visitor.connections,
        visitor.bytes_in,
        visitor.bytes_out,
        visitor.refused.copy(),
        visitor.players.copy(),
    )


def _amount(entry: Entry, at: int) -> Amount:
    return Amount(
        tunnel=entry.tunnel,
        at=at,
        address=entry.address,
        bytes_in=entry.bytes_in,
        bytes_out=entry.bytes_out,
        connections=entry.connections,
        refused=sum(entry.refused.values()),
    )
