"""Readiness of many sockets for one callback of the event loop (Linux).

An epoll of its own, which the loop watches as one more file: the loop wakes once for all
sockets that are ready, and no handle is made for each.
"""

import asyncio
import contextlib
import select
from collections.abc import Callable

from chmlfrp.guard.duct import Duct

IN, OUT, HUP = select.EPOLLIN, select.EPOLLOUT, select.EPOLLHUP
AT_ONCE = 32
ROUNDS = 3
"""Of so many sockets each, before the loop turns to others."""

Ready = Callable[[int], None]


class Reactor:
    """Exists in the loop only while something is watched."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._epoll: select.epoll | None = None
        self._ready: dict[int, Ready] = {}
        self._duct: Duct | None = None

    @property
    def duct(self) -> Duct | None:
        """What all that is watched may move bytes through, None if there is none."""
        if self._duct is None:
            with contextlib.suppress(OSError):
                self._duct = Duct()
        return self._duct if self._duct is not None and self._duct.is_usable else None

    def watch(self, fd: int, events: int, ready: Ready) -> None:
        """Call `ready` with what there is, from now on; errors are always told."""
        if self._epoll is None:
            self._epoll = select.epoll()
            self._loop.add_reader(self._epoll.fileno(), self._turn)
        self._epoll.register(fd, events)
        self._ready[fd] = ready

    def change(self, fd: int, events: int) -> None:
        """Watch for other events."""
        assert self._epoll is not None
        self._epoll.modify(fd, events)

    def forget(self, fd: int) -> None:
        """Watch no more; the file is still open."""
        del self._ready[fd]
        assert self._epoll is not None
        self._epoll.unregister(fd)
        if not self._ready:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._epoll = None
            if self._duct is not None:
                self._duct.close()
                self._duct = None

    def _turn(self) -> None:
        for _ in range(ROUNDS):
            found = [] if self._epoll is None else self._epoll.poll(0, AT_ONCE)
            if not found:
                return
            for fd, events in found:
                ready = self._ready.get(fd)
                if ready is not None:
                    ready(events)
