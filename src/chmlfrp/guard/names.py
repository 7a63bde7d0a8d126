"""Names of addresses, asked of the system's resolver: a few at a time, and kept."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

MOST_KEPT = 4096
MOST_WAITING = 256
AT_ONCE = 4
KEPT_S = 3600.0

Ask = Callable[[str], str]


class HostNames:
    """Remembers an hour; a resolver that hangs holds up nobody but itself."""

    def __init__(
        self, ask: Ask | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask or ask_resolver
        self._clock = clock
        self._known: dict[str, tuple[float, str]] = {}
        self._under_way: dict[str, Future[str]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def known(self, address: str) -> str:
        """Return the name, empty as long as nobody knows."""
        return self._known.get(address, (0.0, ""))[1]

    async def look_up(self, addresses: Iterable[str], *, patience_s: float) -> None:
        """Ask for those that are not known, and wait so long at most."""
        fresh = self._clock() - KEPT_S
        for address in dict.fromkeys(addresses):
            if len(self._under_way) >= MOST_WAITING:
                break
            if self._known.get(address, (fresh, ""))[0] <= fresh:
                self._begin(address)
        waiting = [asyncio.wrap_future(each) for each in self._under_way.values()]
        if waiting:
            await asyncio.wait(waiting, timeout=patience_s)
        self._gather()

    def close(self) -> None:
        """Ask no more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, address: str) -> None:
        if address in self._under_way:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="names")
        self._under_way[address] = self._pool.submit(self._ask, address)

    def _gather(self) -> None:
        now = self._clock()
        for address, asked in tuple(self._under_way.items()):
            if asked.done():
                del self._under_way[address]
                self._known.pop(address, None)
                self._known[address] = (now, asked.result())
        while len(self._known) > MOST_KEPT:
            del self._known[next(iter(self._known))]


def ask_resolver(address: str) -> str:
    """Return what the system calls the address, empty if nothing; waits."""
    try:
        name, _ = socket.getnameinfo((address, 0), socket.NI_NAMEREQD)
    except (OSError, UnicodeError):
        return ""
    return name
