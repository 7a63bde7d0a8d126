"""Pipes on asyncio's transports, for systems without epoll."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from chmlfrp.guard import peer
from chmlfrp.guard.peer import Place
from chmlfrp.guard.pipe import CONNECT_PATIENCE_S, NO_WAY, Carrier, End, why

BUFFER = 64 * 1024


class StreamCarrier(Carrier):
    """One listener and all pipes of a door."""

    def __init__(
        self, tasks: asyncio.TaskGroup, *, platform: str = sys.platform
    ) -> None:
        self._tasks = tasks
        self._platform = platform
        self._server: asyncio.Server | None = None
        self._shared = memoryview(bytearray(BUFFER))

    async def listen(self, factory: Callable[[], End], path: Path) -> Place:
        self._server, place = await peer.listen(
            lambda: self._adapter(factory()), path, platform=self._platform
        )
        return place

    def stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()

    def dial(
        self, end: End, target: tuple[str, int], failed: Callable[[str], None]
    ) -> None:
        self._tasks.create_task(self._dial(end, target, failed))

    async def _dial(
        self, end: End, target: tuple[str, int], failed: Callable[[str], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_PATIENCE_S):
                await loop.create_connection(lambda: self._adapter(end), *target)
        except NO_WAY as error:
            failed(why(error))

    def _adapter(self, end: End) -> "_Adapter":
        """Return it with a buffer: one for all, unless it is filled while others run."""
        if self._platform == "win32":
            return _Adapter(end, memoryview(bytearray(BUFFER)))
        return _Adapter(end, self._shared)


class _Adapter(asyncio.BufferedProtocol):
    """Tells an end what asyncio tells."""

    def __init__(self, end: End, buffer: memoryview) -> None:
        self._end = end
        self._buffer = buffer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._end.joined(cast(asyncio.Transport, transport))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        # The transport may keep what it cannot send at once.
        self._end.carry(bytes(self._buffer[:nbytes]))

    def eof_received(self) -> bool:
        return self._end.eof_received()

    def pause_writing(self) -> None:
        self._end.pause_writing()

    def resume_writing(self) -> None:
        self._end.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end.connection_lost(exc)
