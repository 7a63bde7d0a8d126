"""What was deleted, kept so that it can be made again."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from chmlfrp.control.archive import DeletedTunnel
from chmlfrp.daemon.account import AccountKeeper
from chmlfrp.daemon.options import load
from chmlfrp.errors import HomeUnusable, InvalidInput
from chmlfrp.local.files import save_state
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel

log = logging.getLogger(__name__)

MOST = 50
"""Of all accounts together; older ones are dropped."""


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """One tunnel in the file, and whose it was."""

    owner: str
    deleted: DeletedTunnel


class Archive:
    """A private file, read and written each time: people delete seldom."""

    def __init__(
        self,
        path: Path,
        service_url: str,
        keeper: AccountKeeper,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._url = service_url
        self._keeper = keeper
        self._wall = wall
        self._working = asyncio.Lock()

    async def deleted(self) -> list[DeletedTunnel]:
        """Return what was deleted from the account, the latest first."""
        owner = self._owner()
        rows = await self._read()
        return [row.deleted for row in reversed(rows) if row.owner == owner]

    async def get(self, number: int) -> DeletedTunnel:
        """Return one of them or raise InvalidInput."""
        for found in await self.deleted():
            if found.number == number:
                return found
        raise InvalidInput(
            f"no deleted tunnel has the number {number}",
            hint="see what there is: chmlfrp tunnel deleted",
            field="number",
        )

    async def keep(
        self, tunnel: Tunnel, options: TunnelOptions, *, was_wanted: bool
    ) -> int | None:
        """Keep a tunnel that is about to be deleted; return its number.

        None: the disk refused. The person still may delete, the log says what is lost.
        """
        async with self._working:
            rows = await self._read()
            number = 1 + max((row.deleted.number for row in rows), default=0)
            kept = DeletedTunnel(
                number=number,
                at=self._wall(),
                tunnel=tunnel,
                options=options,
                was_wanted=was_wanted,
            )
            rows = [*rows, Archived(owner=self._owner(), deleted=kept)][-MOST:]
            return number if await self._write(rows) else None

    async def drop(self, number: int) -> None:
        """Forget one: it was made again, or never deleted."""
        async with self._working:
            rows = await self._read()
            await self._write([r for r in rows if r.deleted.number != number])

    def _owner(self) -> str:
        return f"{self._url}#{self._keeper.require()}"

    async def _read(self) -> list[Archived]:
        return await asyncio.to_thread(load, self._path, list[Archived]) or []

    async def _write(self, rows: list[Archived]) -> bool:
        try:
            await asyncio.to_thread(save_state, self._path, rows)
        except HomeUnusable as error:
            log.warning("deleted tunnels could not be kept: %s", error)
            return False
        return True
