"""Pipes on bare sockets, for Linux: a third of the cost of asyncio's transports."""

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Callable
from pathlib import Path

from chmlfrp.guard import peer
from chmlfrp.guard.dial import Call, family_of
from chmlfrp.guard.link import Link
from chmlfrp.guard.peer import Place, UnixPlace
from chmlfrp.guard.pipe import CONNECT_PATIENCE_S, NO_WAY, Carrier, End, why
from chmlfrp.guard.reactor import IN, Reactor

log = logging.getLogger(__name__)

BUFFER = 256 * 1024
TAKEN_AT_ONCE, GREETED_AT_ONCE = 1024, 32
"""Of those who wait at the listener, and of those who were taken from there.

The first must never be many: who finds no room there is lost. The second costs time.
"""
BREATH_S = 1.0
"""Before it lets in again, once the system had no more files to give."""


class LeanCarrier(Carrier):
    """One listener and all pipes of a door, in one reactor."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._reactor = Reactor()
        self._buffer = memoryview(bytearray(BUFFER))
        self._listener: socket.socket | None = None
        self._factory: Callable[[], End] | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._taken: deque[socket.socket] = deque()

    async def listen(self, factory: Callable[[], End], path: Path) -> Place:
        place = UnixPlace(path)
        await peer.leave(place)
        self._factory = factory
        self._listener = listener = socket.socket(socket.AF_UNIX)
        listener.settimeout(0)
        listener.bind(str(path))
        listener.listen(peer.BACKLOG)
        self._reactor.watch(listener.fileno(), IN, self._accept)
        return place

    def stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        if self._pause is None:
            self._reactor.forget(listener.fileno())
        else:
            self._pause.cancel()
        listener.close()
        while self._taken:
            self._taken.pop().close()

    def dial(
        self, end: End, target: tuple[str, int], failed: Callable[[str], None]
    ) -> None:
        host, port = target
        family = family_of(host)
        call = Call(self._reactor, lambda s: self._join(s, end), failed)
        if family is not None:
            call.go([(family, target)])
        else:
            self._tasks.create_task(self._look_up(call, host, port, failed))

    def _join(self, sock: socket.socket, end: End) -> Link:
        link = Link(self._reactor, sock, end, self._buffer)
        link.begin()
        return link

    async def _look_up(
        self, call: Call, host: str, port: int, failed: Callable[[str], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_PATIENCE_S):
                found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except NO_WAY as error:
            failed(why(error))
            return
        call.go([(row[0], row[4]) for row in found])

    def _accept(self, events: int) -> None:
        is_greeting = bool(self._taken)
        self._take()
        if not is_greeting:
            self._greet()

    def _take(self) -> None:
        assert self._listener is not None
        for _ in range(TAKEN_AT_ONCE):
            try:
                sock, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._breathe(error)
                return
            sock.settimeout(0)
            self._taken.append(sock)

    def _greet(self) -> None:
        assert self._factory is not None
        for _ in range(min(len(self._taken), GREETED_AT_ONCE)):
            self._join(self._taken.popleft(), self._factory()).look()
        if self._taken:
            asyncio.get_running_loop().call_soon(self._greet)

    def _breathe(self, error: OSError) -> None:
        assert self._listener is not None
        log.warning("a door cannot let in: %s", error.strerror)
        self._reactor.forget(self._listener.fileno())
        loop = asyncio.get_running_loop()
        self._pause = loop.call_later(BREATH_S, self._go_on)

    def _go_on(self) -> None:
        self._pause = None
        if self._listener is not None:
            self._reactor.watch(self._listener.fileno(), IN, self._accept)
