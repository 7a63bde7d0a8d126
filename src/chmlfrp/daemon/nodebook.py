"""What is kept of nodes beyond what the service says: favourites, places, latencies."""

import asyncio
import logging
from pathlib import Path

import msgspec

from chmlfrp.daemon.options import load
from chmlfrp.errors import HomeUnusable
from chmlfrp.local.files import save_state
from chmlfrp.model.latency import LatencyPoint

log = logging.getLogger(__name__)

MOST_POINTS = 100
"""Kept of each node; older ones are dropped."""


SAVE_AFTER_S = 2.0


class NodeNotes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of one node."""

    is_favourite: bool = False
    host: str = ""
    """Where it was when the service last said so."""
    port: int = 0
    placed_at: float = 0.0
    """Seconds since 1970."""
    points: tuple[LatencyPoint, ...] = ()
    """The oldest first."""


class NodeBook:
    """A private file, read once; by service and node."""

    def __init__(self, path: Path, service_url: str) -> None:
        self._path = path
        self._url = service_url
        self._all: dict[str, dict[str, NodeNotes]] = {}
        self._is_read = False
        self._has_news = asyncio.Event()
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        """Read the file unless that was done; a damaged one is kept aside."""
        async with self._writing:
            if not self._is_read:
                kind = dict[str, dict[str, NodeNotes]]
                found = await asyncio.to_thread(load, self._path, kind)
                self._all, self._is_read = found or {}, True

    def get(self, name: str) -> NodeNotes:
        """Return the notes, empty ones of a node without."""
        return self._all.get(self._url, {}).get(name, NodeNotes())

    def node_at(self, host: str) -> str:
        """Return the node that is there, empty if none is known to be."""
        nodes = self._all.get(self._url, {})
        wanted = host.lower()
        return next((n for n, k in nodes.items() if k.host.lower() == wanted), "")

    def note_place(self, name: str, host: str, port: int, *, at: float) -> None:
        """Keep in mind where the node is; `run` puts it on disk."""
        notes = self.get(name)
        self._put(
            name, msgspec.structs.replace(notes, host=host, port=port, placed_at=at)
        )
        self._has_news.set()

    def note_point(self, name: str, point: LatencyPoint) -> None:
        """Keep a measurement; `run` puts it on disk."""
        notes = self.get(name)
        points = (*notes.points, point)[-MOST_POINTS:]
        self._put(name, msgspec.structs.replace(notes, points=points))
        self._has_news.set()

    async def favour(self, name: str, *, is_favourite: bool) -> None:
        """Keep it on disk; raises HomeUnusable and forgets it then."""
        before = self.get(name)
        self._put(name, msgspec.structs.replace(before, is_favourite=is_favourite))
        try:
            await self._write()
        except HomeUnusable:
            self._put(name, before)
            raise

    async def run(self) -> None:
        """Put measurements on disk, a moment after they came, until cancelled."""
        while True:
            await self._has_news.wait()
            await asyncio.sleep(SAVE_AFTER_S)
            await self.save()

    async def save(self) -> None:
        """Put news on disk; a disk that refuses costs the history only."""
        if not self._has_news.is_set():
            return
        self._has_news.clear()
        try:
            await self._write()
        except HomeUnusable as error:
            log.warning("latencies could not be kept: %s", error)

    async def _write(self) -> None:
        async with self._writing:
            raw = {url: dict(nodes) for url, nodes in self._all.items()}
            await asyncio.to_thread(save_state, self._path, raw)

    def _put(self, name: str, notes: NodeNotes) -> None:
        self._all.setdefault(self._url, {})[name] = notes
