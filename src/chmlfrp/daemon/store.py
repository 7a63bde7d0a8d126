"""The one place that knows how things are; whoever wants to know watches it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

import msgspec

from chmlfrp.control.protocol import (
    Change,
    FellBehind,
    Frame,
    SessionView,
    Snapshot,
    TunnelView,
    apply,
)
from chmlfrp.model.health import HealthItem

_BACKLOG = 256
"""Frames a reader may lag behind before it has to watch again."""


class Store:
    """Holds the snapshot and numbers its changes.

    `publish` is called by the supervisor only, on the daemon's loop.
    """

    def __init__(self, first: Snapshot, now: Callable[[], float]) -> None:
        self._snapshot = first
        self._now = now
        self._is_closed = False
        self._readers: set[asyncio.Queue[Frame | None]] = set()

    @property
    def snapshot(self) -> Snapshot:
        """All there is, with the present on it."""
        return msgspec.structs.replace(self._snapshot, now=self._now())

    def publish(
        self,
        tunnels: Mapping[int, TunnelView | None],
        session: SessionView | None = None,
        health: tuple[HealthItem, ...] | None = None,
    ) -> None:
        """Take in views; those equal to what is known are not told to anybody."""
        known = self._snapshot.tunnels
        news = {i: view for i, view in tunnels.items() if known.get(i, None) != view}
        is_session_new = session is not None and session != self._snapshot.session
        is_health_new = health is not None and health != self._snapshot.health
        if not news and not is_session_new and not is_health_new:
            return
        change = Change(
            seq=self._snapshot.seq + 1,
            now=self._now(),
            session=session
            if session is not None and is_session_new
            else msgspec.UNSET,
            tunnels=news,
            health=health if health is not None and is_health_new else msgspec.UNSET,
        )
        self._snapshot = apply(self._snapshot, change)
        for reader in tuple(self._readers):
            self._hand(reader, change)

    def _hand(self, reader: asyncio.Queue[Frame | None], frame: Frame) -> None:
        if reader.qsize() < _BACKLOG:
            reader.put_nowait(frame)
            return
        self._readers.discard(reader)
        while not reader.empty():
            reader.get_nowait()
        reader.put_nowait(FellBehind())
        reader.put_nowait(None)

    @contextlib.asynccontextmanager
    async def watch(self) -> AsyncIterator[AsyncIterator[Frame]]:
        """Give a snapshot and then every change, until closed or fallen behind."""
        reader: asyncio.Queue[Frame | None] = asyncio.Queue()
        reader.put_nowait(self.snapshot)
        if self._is_closed:
            reader.put_nowait(None)
        self._readers.add(reader)
        try:
            yield _drain(reader)
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """End all watches, also those that begin later."""
        self._is_closed = True
        for reader in self._readers:
            reader.put_nowait(None)
        self._readers.clear()


async def _drain(reader: asyncio.Queue[Frame | None]) -> AsyncIterator[Frame]:
    while (frame := await reader.get()) is not None:
        yield frame
