"""A proxy between the SDK and a service that does harm on order.

It carries bytes over real sockets to the service and back. An order holds until the
next one; connections that are open then are cut, so that it is met by every call.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

HTML = b"<!DOCTYPE html><html><title>Just a moment...</title></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to each exchange; without anything it is carried as it is."""

    delay_s: float = 0.0
    """Before the answer is carried."""
    is_reset: bool = False
    """The connection is reset instead of an answer."""
    is_blackhole: bool = False
    """The request is swallowed and nothing ever comes back."""
    keep_bytes: int | None = None
    """Of the answer, only so many come; then the connection ends."""
    answer: bytes = b""
    """Stands in place of the service's answer; the service is not asked."""
    is_carried: bool = False
    """The service is asked all the same, and only its answer is lost."""
    path: str = ""
    """The only one that is harmed; every one without it."""

    @property
    def is_before(self) -> bool:
        """Whether the service never gets the request."""
        harm = self.is_reset or self.is_blackhole or self.answer
        return bool(harm) and not self.is_carried


NONE = Fault()


def page(status: str, *headers: str, body: bytes = HTML) -> Fault:
    """Return the fault of somebody else answering, with HTML."""
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return Fault(answer="\r\n".join(lines).encode() + b"\r\n\r\n" + body)


class FaultProxy:
    """Stands before the service at `target`; `url` is its own address."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.url = ""
        self.requests = 0
        """How many requests came since the last order."""
        self._fault = NONE
        self._tasks: set[asyncio.Task[None]] = set()

    def order(self, fault: Fault) -> None:
        """Do this from now on, and cut what is open."""
        self._fault = fault
        self.requests = 0
        for task in self._tasks:
            task.cancel()

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
        self.order(NONE)
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._exchange(reader, writer):
                    pass
        except asyncio.CancelledError:
            pass  # an order cuts what is open
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Carry one request and its answer; return whether the connection goes on."""
        request = await _message(reader)
        fault = self._fault if _is_for(request, self._fault.path) else NONE
        self.requests += 1
        answer = b"" if fault.is_before else await self._ask(request)
        if fault.is_blackhole:
            await reader.read()
            return False
        if fault.is_reset:
            _reset(writer)
            return False
        answer = fault.answer or answer
        await asyncio.sleep(fault.delay_s)
        writer.write(answer[: fault.keep_bytes])
        await writer.drain()
        return not fault.answer and fault.keep_bytes is None

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._target)
        try:
            writer.write(request)
            await writer.drain()
            return await _message(reader)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Return a request or an answer; the service's always tell their length."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head + await reader.readexactly(_length(head))


def _is_for(request: bytes, path: str) -> bool:
    return not path or request.split(b" ", 2)[1].startswith(path.encode())


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    found = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
