"""What the demo publishes on this machine, and the visitors who come to see it."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

PAGE = (
    "<!doctype html><meta charset=utf-8><title>ChmlFrp UI</title>"
    "<h1>穿透成功 · It works</h1>\n"
)

_CHUNK = 64 * 1024
DATAGRAM_BYTES = 1200
_DATAGRAM_PATIENCE_S = 2.0
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class LocalPorts:
    """Where the published services listen, all on 127.0.0.1."""

    echo: int
    datagrams: int
    page: int


@contextlib.asynccontextmanager
async def local_services() -> AsyncIterator[LocalPorts]:
    """Run a TCP echo, a UDP echo and a small web page."""
    echo = await asyncio.start_server(_echo, "127.0.0.1", 0)
    page = await asyncio.start_server(_serve_page, "127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    datagrams, _ = await loop.create_datagram_endpoint(
        _DatagramEcho, local_addr=("127.0.0.1", 0)
    )
    try:
        yield LocalPorts(
            echo=echo.sockets[0].getsockname()[1],
            datagrams=datagrams.get_extra_info("sockname")[1],
            page=page.sockets[0].getsockname()[1],
        )
    finally:
        datagrams.close()
        echo.close()
        page.close()


async def send_through(host: str, port: int, size: int) -> int:
    """Send random bytes and return how many came back as they were sent."""
    sent = secrets.token_bytes(size)
    async with asyncio.timeout(_PATIENCE_S):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_write(writer, sent))
                back = both.create_task(reader.readexactly(size))
        finally:
            writer.close()
    return size if back.result() == sent else 0


async def send_datagrams(host: str, port: int, count: int) -> int:
    """Send datagrams one by one; return the bytes that came back as they were sent.

    The first one that is lost twice ends it.
    """
    loop = asyncio.get_running_loop()
    transport, visitor = await loop.create_datagram_endpoint(
        _DatagramVisitor, remote_addr=(host, port)
    )
    came_back = 0
    try:
        for _ in range(count):
            sent = secrets.token_bytes(DATAGRAM_BYTES)
            if not await _ask(transport, visitor, sent):
                break
            came_back += len(sent)
    finally:
        transport.close()
    return came_back


async def fetch_page(host: str, port: int, domain: str) -> str:
    """Return the body that a browser would get for the domain."""
    async with asyncio.timeout(_PATIENCE_S):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            head = f"GET / HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n\r\n"
            writer.write(head.encode())
            answer = await reader.read()
        finally:
            writer.close()
    return answer.partition(b"\r\n\r\n")[2].decode("utf-8", errors="replace")


async def _ask(
    transport: asyncio.DatagramTransport, visitor: "_DatagramVisitor", sent: bytes
) -> bool:
    """Send once, and once more if nothing comes: udp promises nothing."""
    for _ in range(2):
        transport.sendto(sent)
        try:
            async with asyncio.timeout(_DATAGRAM_PATIENCE_S):
                while await visitor.answers.get() != sent:
                    pass
        except TimeoutError:
            continue
        return True
    return False


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    for start in range(0, len(data), _CHUNK):
        writer.write(data[start : start + _CHUNK])
        await writer.drain()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


async def _serve_page(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        await reader.readuntil(b"\r\n\r\n")
        body = PAGE.encode()
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
    writer.close()


class _DatagramEcho(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own transport is no subclass of DatagramTransport in Python 3.11.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)


class _DatagramVisitor(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.answers.put_nowait(data)
