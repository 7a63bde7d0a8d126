"""What is wanted, kept on disk: ids of tunnels by service and account."""

import asyncio
import logging
from pathlib import Path

from chmlfrp.errors import HomeUnusable
from chmlfrp.local.files import load_state, save_state
from chmlfrp.model.tunnel import TunnelId

log = logging.getLogger(__name__)


class Wishes:
    """The file; every method reads or writes it and may wait for the disk."""

    def __init__(self, path: Path, service_url: str) -> None:
        self._path = path
        self._service_url = service_url

    def read(self, account: int) -> frozenset[TunnelId]:
        """Return what is wanted of the account's tunnels."""
        return frozenset(TunnelId(i) for i in self._load().get(self._key(account), []))

    def write(self, account: int, wanted: frozenset[TunnelId]) -> None:
        """Put it on disk, the other accounts' wishes left as they are."""
        save_state(self._path, self._load() | {self._key(account): sorted(wanted)})

    def _key(self, account: int) -> str:
        return f"{self._service_url}#{account}"

    def _load(self) -> dict[str, list[int]]:
        found = load_state(self._path, dict[str, list[int]])
        for aside in found.kept_aside:
            log.warning("%s was damaged and is kept as %s", self._path, aside)
        return found.value or {}


class WishWriter:
    """Puts wishes on disk off the loop, in order."""

    def __init__(self, wishes: Wishes) -> None:
        self._wishes = wishes
        self._waiting: asyncio.Queue[tuple[int, frozenset[TunnelId]]] = asyncio.Queue()

    def put(self, account: int, wanted: frozenset[TunnelId]) -> None:
        """Have it written; returns at once."""
        self._waiting.put_nowait((account, wanted))

    async def run(self) -> None:
        """Write until cancelled. A disk that refuses is logged and tried next time."""
        while True:
            account, wanted = await self._waiting.get()
            try:
                await asyncio.to_thread(self._wishes.write, account, wanted)
            except HomeUnusable as error:
                log.warning("wishes could not be kept: %s", error)
            finally:
                self._waiting.task_done()

    async def settle(self) -> None:
        """Return when everything put so far is on disk."""
        await self._waiting.join()
