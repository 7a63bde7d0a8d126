"""Crowds and bad manners at a door, over real frpc and frps; every byte is counted."""

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from chmlfrp.guard.door import Door
from chmlfrp.guard.meter import Sums
from chmlfrp.guard.peer import UnixPlace
from chmlfrp.model.guard import Guard
from chmlfrp.selfhost.node.config import DASHBOARD_USER
from chmlfrp.selfhost.node.dashboard import Dashboard
from support.by_hand import frpc_by_hand, tcp_echo
from support.frps import NODE_TOKEN, free_port, runnable, running_frps
from support.visitor import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_S = 60.0
AT_ONCE = 25


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


async def test_short_connections_held_ones_and_streams_are_counted_to_the_byte(
    place: Place,
) -> None:
    """What the door counted is what clients sent, and what frps counted."""
    before = place.sums.bytes_in, place.sums.bytes_out, place.sums.connections
    frps_before = await place.frps_counted()
    seats = asyncio.Semaphore(AT_ONCE)

    async def short() -> None:
        async with seats:
            await echoed(place.port, os.urandom(100))

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
        for _ in range(500):
            tasks.create_task(short())
        for _ in range(2):
            tasks.create_task(echoed(place.port, os.urandom(8 << 20)))
    await place.emptied()

    sent = 500 * 100 + 2 * (8 << 20)
    sums = place.sums
    counted = sums.bytes_in - before[0], sums.bytes_out - before[1]
    assert counted == (sent, sent)
    assert sums.connections - before[2] == 502
    wanted = frps_before[0] + sent, frps_before[1] + sent
    await eventually(place.frps_counted, wanted)


async def test_hundreds_at_once_are_all_served(place: Place) -> None:
    async with asyncio.timeout(PATIENCE_S), contextlib.AsyncExitStack() as stack:
        links = [await opened(stack, place.port) for _ in range(400)]
        for _, writer in links:
            writer.write(b"here")
        for reader, _ in links:
            assert await reader.readexactly(4) == b"here"
        assert place.door.meter.open == 400
    await place.emptied()


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
            seen = -1
            while seen != place.sums.bytes_in:
                seen = place.sums.bytes_in
                await asyncio.sleep(0.5)
            assert seen - before < size
            left = size
            while left:
                left -= len(await reader.read(1 << 20))
    assert place.sums.bytes_in - before == size
    await place.emptied()


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
