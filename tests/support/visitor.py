"""Somebody outside who comes to a public address."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

PATIENCE_S = 15.0


async def fetch(port: int, domain: str) -> bytes:
    """Return the body that a browser gets for the domain."""
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET / HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer.partition(b"\r\n\r\n")[2]


async def is_served(port: int) -> bool:
    """Return whether something sends back what it gets at a public TCP port."""
    try:
        async with Visit(port) as visit:
            await visit.ask()
    except (OSError, asyncio.IncompleteReadError):
        return False
    return True


async def eventually(look: Callable[[], Awaitable[T]], wanted: T) -> None:
    """Look again and again until what is seen is what is wanted."""
    seen: T | None = None
    try:
        async with asyncio.timeout(PATIENCE_S):
            while (seen := await look()) != wanted:  # noqa: ASYNC110 - far off
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"{seen} never became {wanted}") from None


class Visit:
    """One connection that stays open; each `ask` goes there and back on it."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    async def ask(self) -> None:
        """Send something and have the same come back.

        Raises:
            OSError, asyncio.IncompleteReadError: the connection is cut.
        """
        sent = os.urandom(1024)
        async with asyncio.timeout(PATIENCE_S):
            self._writer.write(sent)
            await self._writer.drain()
            assert await self._reader.readexactly(len(sent)) == sent
