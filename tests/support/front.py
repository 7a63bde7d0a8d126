"""Something between the client and a real service that can answer in its place."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from support.broken_service import Behaviour


class Front:
    """Hands connections on to the service, or has `instead` answer; `url` is where."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._instead: Behaviour | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.url = ""
        self.asked = 0
        """Connections so far."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        self._cut()
        while self._open:
            await asyncio.wait(self._open)

    def answer(self, instead: Behaviour | None) -> None:
        """Behave like this from now on, None: be the service; all connections are cut."""
        self._instead = instead
        self._cut()

    def _cut(self) -> None:
        for writer in self._open.values():
            writer.transport.abort()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        self.asked += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            if self._instead is None:
                await self._hand_on(reader, writer)
            else:
                await reader.readuntil(b"\r\n\r\n")
                await self._instead(reader, writer)
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        del self._open[task]

    async def _hand_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        answers, asks = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, asks))
                both.create_task(_pump(answers, writer))
        finally:
            asks.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()
    # Either side's end is the end of both.
    writer.close()
