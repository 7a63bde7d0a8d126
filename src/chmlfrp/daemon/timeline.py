"""What happened, kept over restarts: the last few thousand things, bounded on disk."""

import asyncio
import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from chmlfrp.control.protocol import (
    Change,
    FellBehind,
    Frame,
    Snapshot,
    TunnelView,
    apply,
)
from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.daemon.store import Store
from chmlfrp.model.ladder import Summary, first_unwell
from chmlfrp.model.reason import Reason

log = logging.getLogger(__name__)

KEPT = 5000
LARGEST_FILE = 1 << 20
"""Bytes; one file before the present one is kept."""
_BACKLOG = 1000


class Timeline:
    """Follows the store; `run` writes, `read` gives."""

    def __init__(
        self,
        path: Path,
        store: Store,
        *,
        wall_clock: Callable[[], float] = time.time,
        largest: int = LARGEST_FILE,
    ) -> None:
        self._path = path
        self._store = store
        self._wall_clock = wall_clock
        self._largest = largest
        self._events: deque[TimelineEvent] = deque(maxlen=KEPT)
        self._unwritten: list[TimelineEvent] = []
        self._readers: set[asyncio.Queue[TimelineEvent | None]] = set()
        self._is_closed = False

    async def load(self) -> None:
        """Read what earlier daemons kept; lines that cannot be read are left out."""
        self._events.extend(await asyncio.to_thread(lambda: list(self._read())))

    async def run(self) -> None:
        """Follow the store until it closes or this is cancelled."""
        has_fallen_behind = True
        while has_fallen_behind:
            async with self._store.watch() as frames:
                has_fallen_behind = await self._follow(frames)

    async def _follow(self, frames: AsyncIterator[Frame]) -> bool:
        """Return whether there is more that was not seen."""
        snapshot: Snapshot | None = None
        async for frame in frames:
            if isinstance(frame, Snapshot):
                snapshot = frame
            elif isinstance(frame, Change) and snapshot is not None:
                after = apply(snapshot, frame)
                for event in changes(snapshot, after, frame, self._wall_clock()):
                    self._tell(event)
                snapshot = after
                await self._write()
            elif isinstance(frame, FellBehind):
                return True
        return False

    async def note(self, kind: Happened) -> None:
        """Add something about the daemon itself."""
        self._tell(TimelineEvent(at=self._wall_clock(), kind=kind))
        await self._write()

    @contextlib.asynccontextmanager
    async def read(
        self, *, since: float, follow: bool
    ) -> AsyncIterator[AsyncIterator[TimelineEvent]]:
        """Give what happened since that time, and with `follow` what is to come."""
        past = [event for event in self._events if event.at >= since]
        reader: asyncio.Queue[TimelineEvent | None] = asyncio.Queue(_BACKLOG)
        if follow and not self._is_closed:
            self._readers.add(reader)
        else:
            reader.put_nowait(None)
        try:
            yield _drain(past, reader)
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """End all readers, also those that begin later."""
        self._is_closed = True
        for reader in self._readers:
            _hand(reader, None)
        self._readers.clear()

    def _tell(self, event: TimelineEvent) -> None:
        self._events.append(event)
        self._unwritten.append(event)
        for reader in self._readers:
            _hand(reader, event)

    async def _write(self) -> None:
        lines = [msgspec.json.encode(event) for event in self._unwritten]
        self._unwritten.clear()
        if lines:
            try:
                await asyncio.to_thread(self._append, b"\n".join(lines) + b"\n")
            except OSError as error:
                log.info("the timeline cannot be kept: %s", error.strerror or error)

    def _append(self, data: bytes) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self._path.stat().st_size + len(data) > self._largest:
                self._path.replace(self._older)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            # A line that was cut short must not swallow the one that follows it.
            if (size := file.seek(0, os.SEEK_END)) and _byte_at(
                file, size - 1
            ) != b"\n":
                file.write(b"\n")
            file.write(data)

    @property
    def _older(self) -> Path:
        return self._path.with_name(f"{self._path.name}.1")

    def _read(self) -> Iterator[TimelineEvent]:
        for path in (self._older, self._path):
            try:
                lines = path.read_bytes().splitlines()
            except OSError:
                continue
            for line in lines:
                with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                    yield msgspec.json.decode(line, type=TimelineEvent)


def _byte_at(file: BinaryIO, place: int) -> bytes:
    file.seek(place)
    return file.read(1)


def changes(
    before: Snapshot, after: Snapshot, change: Change, at: float
) -> Iterator[TimelineEvent]:
    """Yield what a person would call a change between the two."""
    old, new = before.session, after.session
    is_same = (old.state, _code(old.trouble)) == (new.state, _code(new.trouble))
    if not is_same:
        yield TimelineEvent(
            at=at,
            kind=Happened.SESSION,
            session=new.state,
            reason=new.trouble,
            name=new.account.name if new.account else "",
        )
    for tunnel_id, view in change.tunnels.items():
        known = before.tunnels.get(tunnel_id)
        if view is None:
            name = known.name if known else ""
            yield TimelineEvent(
                at=at, kind=Happened.TUNNEL_GONE, tunnel=tunnel_id, name=name
            )
        elif _state(view) != _state(known) and (known or view.wanted):
            yield TimelineEvent(
                at=at,
                kind=Happened.TUNNEL,
                tunnel=tunnel_id,
                name=view.name,
                summary=view.summary,
                reason=_reason(view),
            )
    yield from _health(before, after, at)


def _health(before: Snapshot, after: Snapshot, at: float) -> Iterator[TimelineEvent]:
    old = {item.key: item for item in before.health}
    new = {item.key: item for item in after.health}
    for key, item in new.items():
        if key not in old:
            kind = Happened.HEALTH_BEGAN
            yield TimelineEvent(at=at, kind=kind, health=key, reason=item.reason)
    for key in old.keys() - new.keys():
        yield TimelineEvent(at=at, kind=Happened.HEALTH_ENDED, health=key)


def _state(view: TunnelView | None) -> tuple[Summary, str] | None:
    if view is None:
        return None
    return view.summary, _code(_reason(view))


def _reason(view: TunnelView) -> Reason | None:
    rung = first_unwell(view.ladder) if view.wanted else None
    found: Reason | None = getattr(view.ladder, rung).reason if rung else None
    return found


def _code(reason: Reason | None) -> str:
    return reason.code if reason is not None else ""


def _hand(
    reader: asyncio.Queue[TimelineEvent | None], event: TimelineEvent | None
) -> None:
    if reader.full():
        reader.get_nowait()
    reader.put_nowait(event)


async def _drain(
    past: list[TimelineEvent], reader: asyncio.Queue[TimelineEvent | None]
) -> AsyncIterator[TimelineEvent]:
    for event in past:
        yield event
    while (event_or_end := await reader.get()) is not None:
        yield event_or_end
