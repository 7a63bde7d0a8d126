"""The network as it changes: link, way out, addresses, names.

The kernel's word (Linux) makes it quick, a poll finds the rest and serves every system.
What changes and changes back within a moment is not told.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec

from chmlfrp.local.netlink import poked
from chmlfrp.model.network import NetworkState

LOOK_EVERY_S = 2.0
SETTLE_S = 0.25
SETTLE_AT_MOST_S = 2.0
NAMES_EVERY_S = 60.0
NAMES_EVERY_IN_TROUBLE_S = 10.0

Look = Callable[[], NetworkState]
Resolves = Callable[[], Awaitable[bool | None]]
Poked = Callable[[Callable[[], None]], contextlib.AbstractContextManager[object]]


class NetworkWatch:
    """Looks; `changes` yields the state found first and then every other one."""

    def __init__(
        self,
        look: Look,
        resolves: Resolves,
        *,
        poked: Poked = poked,
        look_every_s: float = LOOK_EVERY_S,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._look = look
        self._resolves = resolves
        self._poked = poked
        self._look_every_s = look_every_s
        self._settle_s = settle_s
        self._poke = asyncio.Event()
        self._names_due_at = 0.0

    def look_soon(self) -> None:
        """Have everything looked at now, names as well."""
        self._names_due_at = 0.0
        self._poke.set()

    async def changes(self) -> AsyncIterator[NetworkState]:
        """Yield until cancelled."""
        last: NetworkState | None = None
        with self._poked(self._poke.set):
            while True:
                self._poke.clear()
                found = await self._named(await self._settled(last), last)
                if found != last:
                    last = found
                    yield found
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look_every_s):
                        await self._poke.wait()

    async def _settled(self, last: NetworkState | None) -> NetworkState:
        """Return what was seen twice in a row, if that comes soon."""
        found = await asyncio.to_thread(self._look)
        looks = int(SETTLE_AT_MOST_S / self._settle_s) if self._settle_s else 1
        for _ in range(looks):
            if last is None or found == _without_names(last):
                break
            await asyncio.sleep(self._settle_s)
            again = await asyncio.to_thread(self._look)
            if again == found:
                break
            found = again
        return found

    async def _named(
        self, found: NetworkState, last: NetworkState | None
    ) -> NetworkState:
        """Return the state with what is known of names, asked anew where that is due."""
        now = asyncio.get_running_loop().time()
        if not found.is_usable:
            self._names_due_at = 0.0
            return found
        is_same = last is not None and found == _without_names(last)
        if is_same and now < self._names_due_at:
            assert last is not None
            return last
        resolves = await self._resolves()
        pace = NAMES_EVERY_IN_TROUBLE_S if resolves is False else NAMES_EVERY_S
        self._names_due_at = now + pace
        return msgspec.structs.replace(found, resolves=resolves)


def _without_names(state: NetworkState) -> NetworkState:
    return msgspec.structs.replace(state, resolves=None)
