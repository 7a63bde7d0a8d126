"""The options of tunnels, kept on disk by service and tunnel."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from chmlfrp.errors import HomeUnusable
from chmlfrp.local.files import load_state, save_state
from chmlfrp.model.failover import FailoverRecord
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import TunnelId

log = logging.getLogger(__name__)

Kept = dict[str, TunnelOptions]
Records = dict[str, FailoverRecord]

T = TypeVar("T")


class Options:
    """What people decided; read once, written before it counts."""

    def __init__(self, path: Path, service_url: str) -> None:
        self._path = path
        self._prefix = f"{service_url}#"
        self._kept: Kept = {}
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        """Read the file; one that is damaged is kept aside, and its backup used."""
        found = await asyncio.to_thread(lambda: load(self._path, Kept))
        self._kept = {} if found is None else found

    def get(self, tunnel_id: TunnelId) -> TunnelOptions:
        """Return the options of the tunnel, the default ones if none were set."""
        return self._kept.get(self._key(tunnel_id), TunnelOptions())

    def all(self) -> Mapping[TunnelId, TunnelOptions]:
        """Return the options that are not the default ones."""
        return {
            TunnelId(int(key.removeprefix(self._prefix))): options
            for key, options in self._kept.items()
            if key.startswith(self._prefix)
        }

    async def set(self, tunnel_id: TunnelId, options: TunnelOptions) -> None:
        """Put them on disk and in force.

        Raises:
            InvalidInput: a value cannot be; the ones so far stay.
            HomeUnusable: the file cannot be written; the ones so far stay.
        """
        options.check()
        async with self._writing:
            kept = {k: o for k, o in self._kept.items() if k != self._key(tunnel_id)}
            if options != TunnelOptions():
                kept[self._key(tunnel_id)] = options
            if kept != self._kept:
                await asyncio.to_thread(save_state, self._path, kept)
            self._kept = kept

    async def begin(self, tunnel_id: TunnelId, options: TunnelOptions) -> None:
        """Give a new tunnel its first ones; it is there in any case."""
        try:
            await self.set(tunnel_id, options)
        except HomeUnusable as error:
            log.warning("options could not be kept: %s", error)

    async def forget(self, tunnel_id: TunnelId) -> None:
        """Drop what was set for a tunnel that is no more."""
        try:
            await self.set(tunnel_id, TunnelOptions())
        except HomeUnusable as error:
            log.warning("options could not be dropped: %s", error)

    def _key(self, tunnel_id: TunnelId) -> str:
        return f"{self._prefix}{tunnel_id}"


def load(path: Path, kind: type[T]) -> T | None:
    """Return what was saved there, None if nothing of it can be used."""
    found = load_state(path, kind)
    for aside in found.kept_aside:
        log.warning("%s was damaged and is kept as %s", path, aside)
    return found.value
