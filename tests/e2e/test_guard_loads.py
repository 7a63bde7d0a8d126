"""Crowds and bad manners at a door, over real frpc and frps; every byte is counted."""

import asyncio
import contextlib
import os
import socket
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

import support.knocker
from chmlfrp.guard.door import Door
from chmlfrp.guard.meter import Sums
from chmlfrp.guard.peer import UnixPlace
from chmlfrp.local.limits import raise_open_files
from chmlfrp.model.guard import Guard
from chmlfrp.selfhost.node.config import DASHBOARD_USER
from chmlfrp.selfhost.node.dashboard import Dashboard
from support.by_hand import frpc_by_hand, tcp_echo
from support.frps import NODE_TOKEN, free_port, runnable, running_frps, until
from support.visitor import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 90.0
SHORT, AT_ONCE, SIZE = 10_000, 50, 64
HELD = 2_000
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
KNOCKER = Path(support.knocker.__file__)


@dataclass
class Place:
    """A published echo with a door before it, and frps' own count."""

    door: Door
    port: int
    dashboard: Dashboard

    @property
    def sums(self) -> Sums:
        return self.door.meter.sums

    async def frps_counted(self) -> tuple[int, int]:
        proxy = (await self.dashboard.read()).proxies["guarded"]
        return proxy.today_traffic_in, proxy.today_traffic_out

    async def emptied(self) -> None:
        """Wait until all are gone, also those that a reset left on their way."""
        calm, last = 0, -1
        async with asyncio.timeout(PATIENCE_S):
            while calm < 20:
                is_calm = not self.door.connections and last == self.sums.connections
                calm, last = calm + 1 if is_calm else 0, self.sums.connections
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("loads")
    web, public = free_port(), free_port()
    more = (
        f'webServer.addr = "127.0.0.1"\nwebServer.port = {web}\n'
        f'webServer.user = "{DASHBOARD_USER}"\n'
        'webServer.password = "let-me-see"\n'
    )
    cores: set[int] = set()
    async with contextlib.AsyncExitStack() as stack:
        node = await stack.enter_async_context(
            running_frps(runnable("frps", folder), folder, more=more)
        )
        echo = await stack.enter_async_context(tcp_echo())
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        door = Door(
            Guard(is_on=True),
            ("127.0.0.1", echo),
            is_core=cores.__contains__,
            tell_down=print,
            tasks=tasks,
        )
        where = await door.open(folder / "d.sock")
        stack.push_async_callback(door.close)
        assert isinstance(where, UnixPlace)
        ini = (
            f"[common]\nserver_addr = 127.0.0.1\nserver_port = {node.port}\n"
            f"token = {NODE_TOKEN}\n[guarded]\ntype = tcp\nremote_port = {public}\n"
            f"plugin = unix_domain_socket\nplugin_unix_path = {where.path}\n"
            "proxy_protocol_version = v2\n"
        )
        client = await stack.enter_async_context(frpc_by_hand(ini, folder))
        cores.add(client.process.pid)
        await client.says("start proxy success")
        dashboard = Dashboard(port=web, password="let-me-see")
        yield Place(door, public, await stack.enter_async_context(dashboard))


async def test_short_connections_and_streams_are_counted_to_the_byte(
    place: Place,
) -> None:
    """What the door counted is what clients sent, and what frps counted."""
    before = place.sums.bytes_in, place.sums.bytes_out, place.sums.connections
    frps_before = await place.frps_counted()

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
        numbers = place.port, SHORT, AT_ONCE, SIZE
        visitors = tasks.create_task(heard("short", *numbers))
        for _ in range(2):
            tasks.create_task(echoed(place.port, os.urandom(8 << 20)))
    await place.emptied()

    assert visitors.result() == [str(SHORT * SIZE)]
    sent = SHORT * SIZE + 2 * (8 << 20)
    sums = place.sums
    counted = sums.bytes_in - before[0], sums.bytes_out - before[1]
    assert counted == (sent, sent)
    assert sums.connections - before[2] == SHORT + 2
    wanted = frps_before[0] + sent, frps_before[1] + sent
    await eventually(place.frps_counted, wanted)


async def test_thousands_at_once_are_all_served(place: Place) -> None:
    raise_open_files()
    async with asyncio.timeout(PATIENCE_S), knocking("held", place.port, HELD) as them:
        assert them.stdin is not None
        assert them.stdout is not None
        assert await them.stdout.readline() == b"all\n"
        assert place.door.meter.open == HELD
        them.stdin.write(b"\n")
        assert await them.stdout.readline() == f"{HELD}\n".encode()
    await place.emptied()
    assert place.door.meter.open == 0


async def test_who_resets_leaves_nothing_behind(place: Place) -> None:
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", place.port)) as link:
            link.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            link.sendall(b"bye")

    await place.emptied()
    assert place.door.meter.open == 0


async def test_who_reads_slowly_is_waited_for_within_bounds(place: Place) -> None:
    """A flood that is not read stops at the buffers of the systems on the way."""
    size = 64 << 20
    before = place.sums.bytes_in
    async with asyncio.timeout(PATIENCE_S), contextlib.AsyncExitStack() as stack:
        reader, writer = await opened(stack, place.port)

        async def flood() -> None:
            for _ in range(size >> 20):
                writer.write(bytes(1 << 20))
                await writer.drain()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(flood())
            await until_calm(lambda: place.sums.bytes_in)
            assert place.sums.bytes_in - before < size
            left = size
            while left:
                left -= len(await reader.read(1 << 20))
    assert place.sums.bytes_in - before == size
    await place.emptied()


async def test_a_service_that_reads_slowly_gets_all_of_an_upload(place: Place) -> None:
    sent, got, may_read = os.urandom(24 << 20), bytearray(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await may_read.wait()
        while block := await reader.read(1 << 20):
            got.extend(block)
        writer.close()

    async with asyncio.timeout(PATIENCE_S), contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(behind(place, serve))
        before = place.sums.bytes_in
        _, writer = await opened(stack, place.port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(written(writer, sent))
            await until_calm(lambda: place.sums.bytes_in)
            assert place.sums.bytes_in - before < len(sent)
            may_read.set()
        await until(lambda: len(got) == len(sent), "all of it is there")
    assert got == sent
    await place.emptied()


async def test_a_service_that_resets_ends_its_visitor_and_leaves_nothing(
    place: Place,
) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(1 << 20))
        link = writer.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with asyncio.timeout(PATIENCE_S), behind(place, serve):
        for _ in range(20):
            async with contextlib.AsyncExitStack() as stack:
                reader, _writer = await opened(stack, place.port)
                with contextlib.suppress(ConnectionError):
                    assert len(await reader.read()) <= 1 << 20
    await place.emptied()
    assert place.door.meter.open == 0


async def test_who_ends_one_half_is_ended_cleanly_with_all_that_was_said(
    place: Place,
) -> None:
    """frp ends both halves with one; what was said before comes through all the same."""
    heard_there = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard_there.append(await reader.readexactly(5))
        writer.write(b"all of it")
        writer.write_eof()
        heard_there.append(await reader.read())
        writer.close()

    async with asyncio.timeout(PATIENCE_S), contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(behind(place, serve))
        reader, writer = await opened(stack, place.port)
        writer.write(b"hello")
        assert await reader.read() == b"all of it"
        writer.close()
        await until(lambda: heard_there == [b"hello", b""], "it heard the end")
    await place.emptied()

    async with asyncio.timeout(PATIENCE_S), contextlib.AsyncExitStack() as stack:
        reader, writer = await opened(stack, place.port)
        writer.write(b"question")
        assert await reader.readexactly(8) == b"question"
        writer.write_eof()
        assert await reader.read() == b""
    await place.emptied()


@contextlib.asynccontextmanager
async def behind(place: Place, serve: Serve) -> AsyncIterator[None]:
    """Put another service behind the door, for a while."""
    before = place.door.target
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        place.door.target = server.sockets[0].getsockname()
        try:
            yield
        finally:
            place.door.target = before


async def until_calm(count: Callable[[], int]) -> None:
    """Wait until nothing more is counted for a while."""
    seen = -1
    while seen != count():
        seen = count()
        await asyncio.sleep(0.5)


@contextlib.asynccontextmanager
async def knocking(kind: str, *numbers: int) -> AsyncIterator[Process]:
    argv = (sys.executable, str(KNOCKER), kind, *map(str, numbers))
    process = await asyncio.create_subprocess_exec(*argv, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def heard(kind: str, *numbers: int) -> list[str]:
    """Return what visitors of that kind printed."""
    async with knocking(kind, *numbers) as process:
        out, _ = await process.communicate()
    return out.decode().split()


async def echoed(port: int, data: bytes) -> None:
    async with contextlib.AsyncExitStack() as stack:
        reader, writer = await opened(stack, port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(written(writer, data))
            assert await reader.readexactly(len(data)) == data


async def written(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def opened(
    stack: contextlib.AsyncExitStack, port: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    stack.callback(writer.close)
    return reader, writer
