"""A door for tests: frpc is the test itself, and an echo stands behind."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from chmlfrp.guard import proxy
from chmlfrp.guard.door import Door
from chmlfrp.guard.hall import Hall
from chmlfrp.guard.lobby import Lobby
from chmlfrp.guard.peer import Place, UnixPlace
from chmlfrp.model.guard import Guard, parse_address
from support.frps import until

PATIENCE_S = 20.0
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Scene:
    """A door whose frpc is the test itself, and an echo behind it."""

    door: Door
    place: Place
    cores: set[int]
    down: list[str] = field(default_factory=list)

    async def connect(self) -> Streams:
        if isinstance(self.place, UnixPlace):
            return await asyncio.open_unix_connection(self.place.path)
        return await asyncio.open_connection(self.place.host, self.place.port)

    async def visit(self, address: str = "203.0.113.7", first: bytes = b"") -> Streams:
        reader, writer = await self.connect()
        writer.write(header(address) + first)
        return reader, writer

    async def is_let_in(self, address: str = "203.0.113.7") -> bool:
        reader, writer = await self.visit(address, b"hello")
        with contextlib.closing(writer):
            return await read(reader, 5) == b"hello"


def header(address: str, version: int = 2) -> bytes:
    ends = proxy.Ends(parse_address(address), 1, parse_address("198.51.100.1"), 2)
    return proxy.write(ends, version=2 if version == 2 else 1)


async def read(reader: asyncio.StreamReader, size: int = -1) -> bytes:
    """Return what comes, up to the size; a connection that was cut ends it."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            if size < 0:
                return await reader.read()
            return await reader.readexactly(size)
    except asyncio.IncompleteReadError as error:
        return error.partial
    except ConnectionError:
        return b""


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    writer.close()


@contextlib.asynccontextmanager
async def a_door(
    folder: Path,
    guard: Guard,
    *,
    platform: str = "linux",
    port: int | None = None,
    hall: Hall | None = None,
    lobby: Lobby | None = None,
) -> AsyncIterator[Scene]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    target = port or server.sockets[0].getsockname()[1]
    down: list[str] = []
    cores = {os.getpid()}
    async with server, asyncio.TaskGroup() as tasks:
        door = Door(
            guard,
            ("127.0.0.1", target),
            is_core=cores.__contains__,
            tell_down=down.append,
            tasks=tasks,
            platform=platform,
            hall=hall,
            lobby=lobby,
        )
        place = await door.open(folder / "d.sock")
        try:
            yield Scene(door, place, cores, down)
        finally:
            await door.close()
            await until(lambda: not door.meter.open, "all are out")
