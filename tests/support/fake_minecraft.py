"""A Minecraft server that knows its own list entry and nothing else."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

STATUS = {
    "version": {"name": "1.21", "protocol": 767},
    "players": {"online": 2, "max": 20},
    "description": {"text": "§a家里的世界"},
}


def packet(number: int, body: bytes) -> bytes:
    """Return a packet as the protocol frames it."""
    inner = varint(number) + body
    return varint(len(inner)) + inner


@contextlib.asynccontextmanager
async def fake_minecraft() -> AsyncIterator[int]:
    """Yield the port of a server that answers status and ping."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = (await reader.readexactly(1))[0]
                inner = await reader.readexactly(size)
                if size == 1:
                    writer.write(packet(0, text(json.dumps(STATUS))))
                elif inner[0] == 1:
                    writer.write(packet(1, inner[1:]))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def text(said: str) -> bytes:
    """Return a text as the protocol writes it."""
    raw = said.encode()
    return varint(len(raw)) + raw


def varint(number: int) -> bytes:
    """Return a number as the protocol writes it."""
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def handshake(wants: int, *, host: str = "mc.example", protocol: int = 767) -> bytes:
    """Return a client's first packet; `wants`: 1 status, 2 login."""
    body = varint(protocol) + text(host) + b"\x63\xdd" + varint(wants)
    return packet(0, body)


def login(name: str) -> bytes:
    """Return the packet of a player who wants to play."""
    return packet(0, text(name) + bytes(16))
