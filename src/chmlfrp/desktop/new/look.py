"""What can be published from here: programs that listen, and worlds of the LAN."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

import msgspec

from chmlfrp.desktop.new.draft import Custom
from chmlfrp.local.lanworld import LanWorld, find_worlds
from chmlfrp.local.listeners import Listener, listeners
from chmlfrp.local.ports import ANYWHERE, LOOPBACK
from chmlfrp.model.tunnel import TunnelType


async def _listeners() -> list[Listener]:
    return await asyncio.to_thread(listeners)


class Look(NamedTuple):
    """How this machine is looked at; neither blocks."""

    listeners: Callable[[], Awaitable[list[Listener]]] = _listeners
    worlds: Callable[[], Awaitable[list[LanWorld]]] = find_worlds


HERE = Look()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be published."""

    host: str
    port: int
    program: str = ""
    world: str = ""
    """A Minecraft world's name."""
    fits: int = 0
    """How well it is what was asked for; 0: it only listens."""


def found_programs(
    rows: Iterable[Listener], kind: TunnelType, custom: Custom
) -> list[Found]:
    """Return what listens, the most fitting first."""
    protocol = "udp" if kind is TunnelType.UDP else "tcp"
    found = {
        (row.host, row.port): Found(
            host=row.host, port=row.port, program=row.process, fits=_fits(row, custom)
        )
        for row in rows
        if row.protocol == protocol
    }
    return sorted(found.values(), key=lambda one: (-one.fits, one.port))


def found_worlds(worlds: Iterable[LanWorld]) -> list[Found]:
    """Return worlds, which are just what was asked for."""
    return [
        Found(host=one.host, port=one.port, world=one.name, fits=9) for one in worlds
    ]


def merged(worlds: Iterable[Found], programs: Iterable[Found]) -> list[Found]:
    """Return both, a world in place of the game that listens for it."""
    first = list(worlds)
    ports = {(one.host, one.port) for one in first}
    return first + [one for one in programs if (one.host, one.port) not in ports]


def listens(rows: Iterable[Listener], host: str, port: int) -> Listener | None:
    """Return what listens there, None if nothing does."""
    wanted = ANYWHERE | (LOOPBACK if host in LOOPBACK | {"localhost"} else {host})
    for row in rows:
        if row.port == port and wanted & set(row.addresses):
            return row
    return None


def is_here(host: str) -> bool:
    """Whether the host is this machine for certain."""
    return host in LOOPBACK or host == "localhost"


def _fits(row: Listener, custom: Custom) -> int:
    name = row.process.lower()
    by_port = 0
    if row.port in custom.ports:
        by_port = 2 + (row.port == custom.ports[0])
    return by_port + any(name.startswith(one) for one in custom.programs)
