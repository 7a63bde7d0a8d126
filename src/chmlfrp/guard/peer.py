"""Where a door listens, and which process is at the other end of a connection.

Linux and macOS have Unix sockets, whose other end the kernel names (`SO_PEERCRED`,
`LOCAL_PEERPID`) in about a microsecond, as it was at the moment of connecting. Windows
has no asyncio for them: there the door listens on loopback and looks the connection up in
the system's table.
"""

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

BACKLOG = 4096
"""As many as Linux grants; frpc leaves a visitor hanging for whom there is no room."""

_SOL_LOCAL, _LOCAL_PEERPID = 0, 2
"""As in the headers of macOS (sys/un.h)."""
_LINUX_PEERCRED = 17
"""As in the headers of Linux; the module has the name there only."""

Factory = Callable[[], asyncio.BaseProtocol]
Table = Callable[[], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class UnixPlace:
    """A socket in a private folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class LoopbackPlace:
    """A port that the system chose."""

    port: int
    host: str = "127.0.0.1"


Place = UnixPlace | LoopbackPlace


async def listen(
    factory: Factory, path: Path, *, platform: str = sys.platform
) -> tuple[asyncio.Server, Place]:
    """Return a server that takes connections, and where frpc finds it."""
    loop = asyncio.get_running_loop()
    if platform == "win32":
        server = await loop.create_server(factory, "127.0.0.1", 0, backlog=BACKLOG)
        return server, LoopbackPlace(server.sockets[0].getsockname()[1])
    await leave(UnixPlace(path))
    server = await loop.create_unix_server(factory, path, backlog=BACKLOG)
    return server, UnixPlace(path)


async def leave(place: Place) -> None:
    """Take away what the server left in the file system."""
    if isinstance(place, UnixPlace):
        await asyncio.to_thread(place.path.unlink, missing_ok=True)


def pid_of(sock: Any, *, platform: str = sys.platform) -> int | None:
    """Return the process that connected to a Unix socket, None if it is not known."""
    try:
        if platform == "linux":
            found = sock.getsockopt(socket.SOL_SOCKET, _LINUX_PEERCRED, 12)
            return int(struct.unpack("3i", found)[0])
        if platform == "darwin":
            return int(sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID))
    except OSError:
        return None
    return None


@dataclass(frozen=True, slots=True)
class Owners:
    """Which processes send datagrams, by the port that they send from."""

    by_port: Mapping[int, frozenset[tuple[str, int | None]]]
    """Address and process, None where the system does not say whose it is."""

    def alone_at(self, source: tuple[str, int]) -> int | None:
        """Return the process that sends from there, None unless it has the port alone.

        Whoever has the port at another address can write this one on what it sends
        (`IP_PKTINFO`, ip(7)).
        """
        host, port = source
        found = self.by_port.get(port, frozenset())
        pids = {pid for _, pid in found}
        is_there = host in {address for address, _ in found}
        return pids.pop() if is_there and len(pids) == 1 else None


def datagram_owners(*, table: Table | None = None) -> Owners:
    """Return which process sends from where; blocking, as `pid_in_table` is."""
    found: dict[int, set[tuple[str, int | None]]] = {}
    for laddr, pid in (table or datagram_rows)():
        if laddr:
            found.setdefault(laddr[1], set()).add((laddr[0], pid))
    return Owners({port: frozenset(rows) for port, rows in found.items()})


def datagram_rows(
    *, platform: str = sys.platform, system: Any = psutil
) -> Iterator[tuple[Any, int | None]]:
    """Yield where each socket is bound, and the process that has it.

    macOS shows the processes of other users to root alone: theirs are left out there.
    """
    if platform != "darwin":
        for row in system.net_connections("udp"):
            yield row.laddr, row.pid
        return
    for process in system.process_iter():
        with contextlib.suppress(psutil.Error):
            for row in process.net_connections("udp"):
                yield row.laddr, process.pid


def pid_in_table(
    peer: tuple[str, int],
    own: tuple[str, int],
    *,
    table: Table = lambda: psutil.net_connections("tcp"),
) -> int | None:
    """Return the process whose connection leads from `peer` to `own`.

    It reads the whole table of the system: call it in a thread.
    """
    for row in table():
        if tuple(row.laddr) == peer and tuple(row.raddr) == own:
            pid: int | None = row.pid
            return pid
    return None
