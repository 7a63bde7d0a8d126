"""Which programs of this machine wait for visitors, and where."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from chmlfrp.local.gameserver import plays_offline
from chmlfrp.local.ports import ANYWHERE, serves
from chmlfrp.model.exposure import Exposed, exposed
from chmlfrp.model.tunnel import TunnelType


class Listener(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A port that a program listens on."""

    port: int
    protocol: Literal["tcp", "udp"]
    addresses: tuple[str, ...]
    """Where; `0.0.0.0` and `::` stand for every address."""
    pid: int | None = None
    """None where the system does not tell: programs of other users."""
    process: str = ""
    plays_offline: bool = False
    """Whether it is a Minecraft server that believes any name."""

    @property
    def host(self) -> str:
        """An address by which this machine itself reaches it."""
        if any(one in ANYWHERE or one == "127.0.0.1" for one in self.addresses):
            return "127.0.0.1"
        return self.addresses[0]

    def exposed(self, kind: TunnelType | None = None) -> Exposed | None:
        """Return what a tunnel to it would publish; of its own protocol as usual."""
        return exposed(
            self.port,
            kind=kind or TunnelType(self.protocol),
            process=self.process,
            plays_offline=self.plays_offline,
        )


def listeners(
    *,
    sockets: Iterable[Any] | None = None,
    folder_of: Callable[[int], Path | None] | None = None,
    name_of: Callable[[int | None], str] | None = None,
) -> list[Listener]:
    """Return all listening ports, by port; takes some ten milliseconds.

    On macOS without root the system shows the user's own programs only.

    Args:
        sockets: take the place of the system's, as psutil gives them.
        folder_of, name_of: in the place of asking the system where a process works, and
            what it is called.
    """
    import psutil

    found: dict[tuple[int, str, int | None], set[str]] = {}
    for item in _sockets() if sockets is None else sockets:
        is_tcp = item.type == 1
        if not item.laddr or (is_tcp and item.status != psutil.CONN_LISTEN):
            continue
        if not is_tcp and item.raddr:
            continue
        key = (item.laddr.port, "tcp" if is_tcp else "udp", item.pid)
        found.setdefault(key, set()).add(item.laddr.ip)
    called = _Names().of if name_of is None else name_of
    where = _folder_of if folder_of is None else folder_of

    def is_offline(port: int, pid: int | None) -> bool:
        is_game = pid is not None and called(pid).startswith("java")
        folder = where(pid) if is_game and pid is not None else None
        return folder is not None and plays_offline(folder, port)

    rows = [
        Listener(
            port=port,
            protocol="tcp" if protocol == "tcp" else "udp",
            addresses=tuple(sorted(addresses)),
            pid=pid,
            process=called(pid),
            plays_offline=protocol == "tcp" and is_offline(port, pid),
        )
        for (port, protocol, pid), addresses in found.items()
    ]
    return sorted(rows, key=lambda row: (row.port, row.protocol, row.pid or 0))


def listener_at(port: int, host: str = "127.0.0.1") -> Listener | None:
    """Return what listens there, None if that cannot be known."""
    rows = [row for row in listeners() if row.port == port and row.process]
    return next((row for row in rows if serves(host, row.addresses)), None)


def _folder_of(pid: int) -> Path | None:
    import psutil

    try:
        return Path(psutil.Process(pid).cwd())
    except (psutil.Error, OSError):
        return None


def _sockets() -> list[Any]:
    import psutil

    try:
        return list(psutil.net_connections(kind="inet"))
    except (psutil.AccessDenied, OSError):
        return list(_sockets_of_each())


def _sockets_of_each() -> Iterator[Any]:
    """Yield the sockets of every process that may be looked into."""
    import psutil

    for process in psutil.process_iter():
        try:
            for item in process.net_connections(kind="inet"):
                yield _Owned(item, process.pid)
        except (psutil.Error, OSError):
            continue


class _Owned:
    """A socket as a process shows it, with whose it is."""

    def __init__(self, item: Any, pid: int) -> None:
        self.type, self.status = item.type, item.status
        self.laddr, self.raddr, self.pid = item.laddr, item.raddr, pid


class _Names:
    """The names of processes, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, pid: int | None) -> str:
        import psutil

        if pid is None:
            return ""
        if pid not in self._known:
            try:
                self._known[pid] = psutil.Process(pid).name()
            except psutil.Error:
                self._known[pid] = ""
        return self._known[pid]
