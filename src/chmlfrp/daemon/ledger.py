"""Writes what the doors counted into the history, a second at a time."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from chmlfrp.daemon.doors import Doors
from chmlfrp.guard.door import Door
from chmlfrp.guard.history import Amount, History, Step

log = logging.getLogger(__name__)

WRITE_EVERY_S = 1.0


class _Counts(NamedTuple):
    bytes_in: int = 0
    bytes_out: int = 0
    connections: int = 0
    refused: int = 0


class Ledger:
    """Only differences are written: a tunnel without visitors costs nothing."""

    def __init__(
        self, doors: Doors, path: Path, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._doors = doors
        self._history = History(path)
        self._clock = clock
        self._known: dict[Door, _Counts] = {}
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write what was counted since the last time."""
        now = self._clock()
        amounts = self._grown(int(now))
        if not amounts:
            return
        async with self._turn:
            try:
                await asyncio.to_thread(self._history.add, amounts, now)
            except (sqlite3.Error, OSError) as error:
                log.info("the traffic cannot be kept: %s", error)

    async def read(self, step: Step) -> list[Amount]:
        """Return what is kept in that step, the oldest first; nothing if it cannot be."""
        await self.write()
        async with self._turn:
            try:
                return await asyncio.to_thread(self._history.read, step, self._clock())
            except (sqlite3.Error, OSError) as error:
                log.info("the traffic cannot be read: %s", error)
                return []

    async def close(self) -> None:
        """Write the rest and let go of the file."""
        await self.write()
        async with self._turn:
            await asyncio.to_thread(self._history.close)

    def _grown(self, at: int) -> list[Amount]:
        amounts, present = [], {}
        for tunnel, door in self._doors.all().items():
            new, old = _counts(door), self._known.get(door, _Counts())
            present[door] = new
            grown = _Counts(*(n - o for n, o in zip(new, old, strict=True)))
            if any(grown):
                amounts.append(Amount(tunnel=tunnel, at=at, **grown._asdict()))
        self._known = present
        return amounts


def _counts(door: Door) -> _Counts:
    sums = door.meter.sums
    refused = sum(sums.refused.values())
    return _Counts(sums.bytes_in, sums.bytes_out, sums.connections, refused)
