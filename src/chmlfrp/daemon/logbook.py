"""The last lines of every core, and those who read along.

Lines may be dropped under pressure; state changes never travel here.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable

from chmlfrp.control.protocol import LogLine

_KEPT = 5000
_BACKLOG = 1000

Wanted = Callable[[LogLine], bool]


class Logbook:
    """A bounded record; the texts in it are masked before they come."""

    def __init__(self, wall_clock: Callable[[], float] = time.time) -> None:
        self._wall_clock = wall_clock
        self._lines: deque[LogLine] = deque(maxlen=_KEPT)
        self._readers: dict[asyncio.Queue[LogLine | None], Wanted] = {}
        self._seq = 0
        self._is_closed = False

    def write(self, text: str, *, node: str, tunnel: str | None, level: str) -> None:
        """Add a line."""
        self._seq += 1
        line = LogLine(
            seq=self._seq,
            at=self._wall_clock(),
            tunnel=tunnel,
            node=node,
            level=level,
            text=text,
        )
        self._lines.append(line)
        for reader, wanted in self._readers.items():
            if wanted(line):
                if reader.full():
                    reader.get_nowait()
                reader.put_nowait(line)

    @contextlib.asynccontextmanager
    async def read(
        self, wanted: Wanted, *, tail: int, follow: bool
    ) -> AsyncIterator[AsyncIterator[LogLine]]:
        """Give the last `tail` lines that are wanted, and with `follow` those to come."""
        past = [line for line in self._lines if wanted(line)]
        past = past[-tail:] if tail else []
        reader: asyncio.Queue[LogLine | None] = asyncio.Queue(_BACKLOG)
        if follow and not self._is_closed:
            self._readers[reader] = wanted
        else:
            reader.put_nowait(None)
        try:
            yield _drain(past, reader)
        finally:
            self._readers.pop(reader, None)

    def close(self) -> None:
        """End all readers, also those that begin later."""
        self._is_closed = True
        for reader in self._readers:
            if reader.full():
                reader.get_nowait()
            reader.put_nowait(None)
        self._readers.clear()


async def _drain(
    past: list[LogLine], reader: asyncio.Queue[LogLine | None]
) -> AsyncIterator[LogLine]:
    for line in past:
        yield line
    while (line_or_end := await reader.get()) is not None:
        yield line_or_end
