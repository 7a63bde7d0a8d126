"""A small HTTP server of a test's own: one answer a connection."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    line: str
    headers: dict[str, str]
    body: bytes


@asynccontextmanager
async def answering(answer: Callable[[Asked], bytes]) -> AsyncIterator[int]:
    """Yield the port on loopback where every request gets what `answer` returns."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        writer.write(answer(Asked(head[0], headers, body)))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def reply(body: str = "", status: str = "200 OK", *headers: str) -> bytes:
    """Return a reply that ends its connection."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body.encode())}"]
    lines += ["connection: close", *headers, "", body]
    return "\r\n".join(lines).encode()
