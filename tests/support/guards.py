"""What every test is watched for: blocking calls, stray logs, sockets, processes.

`tests/conftest.py` puts these around each test. Each guard says what was done and, where
that is allowed at all, how a test announces it.
"""

import errno
import ipaddress
import logging
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from blockbuster import BlockBuster

# ------------------------------------------------------------------ blocking calls

METADATA = (
    "os.stat",
    "os.access",
    "os.getcwd",
    "os.readlink",
    "os.path.islink",
    "os.path.abspath",
    "os.path.ismount",
    "os.path.samestat",
    "os.path.sameopenfile",
)
"""Microseconds on a local disk; a thread hop would cost more than the call."""

LOCKS = ("threading.Lock.acquire", "threading.Lock.acquire_lock")
"""A lock held for a microsecond looks like one held for ever: alarms by chance."""

SMALL_FILES = {
    "chmlfrp/local/files.py": {"read_private", "load_state"},
    "chmlfrp/local/settings.py": {"load"},
    # Once, while a daemon starts.
    "chmlfrp/local/private.py": {"make_private_dir"},
    "chmlfrp/local/instance.py": {"acquire", "holder", "release"},
    # Alembic's files, on a loop of its own in a thread where nobody waits.
    "chmlfrp/selfhost/store/migrations/__init__.py": {"upgrade"},
    # The log of the daemon: one buffered line at a time, on a local disk.
    "logging/__init__.py": {"emit", "flush"},
}
"""Functions that may touch a file of a few kilobytes while the loop runs; writing is not
among them, as it waits for the disk."""


@contextmanager
def no_blocking() -> Iterator[None]:
    """Make a call that waits, made by our code on a running loop, raise."""
    guard = BlockBuster("chmlfrp")
    for name in (*METADATA, *LOCKS):
        guard.functions.pop(name, None)
    for function in guard.functions.values():
        for filename, callers in SMALL_FILES.items():
            function.can_block_in(filename, callers)
    guard.activate()
    try:
        yield
    finally:
        guard.deactivate()


# ------------------------------------------------------------------ sockets


class OutsideWorld(AssertionError):
    """A test wanted to leave this machine."""


def check_address(family: int, address: Any) -> None:
    """Raise OutsideWorld if the address is not loopback."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    if host in ("", "localhost") or is_loopback(host):
        return
    raise OutsideWorld(f"a test may not reach {address!r}: loopback only")


def is_loopback(host: str) -> bool:
    """Whether the text is an address that stays on this machine."""
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def check_name(host: Any) -> None:
    """Raise for names that a resolver would be asked about.

    Raises:
        OutsideWorld: for a real name.
        socket.gaierror: for `.invalid`, as a resolver would.
        UnicodeError: for what cannot be a name, as Python does.
    """
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not name or name == "localhost" or name.endswith(".localhost"):
        return
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        name.encode("idna")
        if name.endswith(".invalid"):
            raise socket.gaierror(
                socket.EAI_NONAME, "Name or service not known"
            ) from None
        message = f"a test may not look up {name!r}: use 127.0.0.1 or x.invalid"
        raise OutsideWorld(message) from None


@contextmanager
def loopback_only() -> Iterator[None]:
    """Refuse to connect, send or look up anything beyond this machine."""
    saved = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex")}
    sendto, getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def guarded(name: str) -> Any:
        def call(self: socket.socket, address: Any) -> Any:
            check_address(self.family, address)
            return saved[name](self, address)

        return call

    def guarded_sendto(self: socket.socket, data: Any, *args: Any) -> int:
        check_address(self.family, args[-1])
        return sendto(self, data, *args)

    def guarded_getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
        check_name(host)
        return getaddrinfo(host, *args, **options)

    for name in saved:
        setattr(socket.socket, name, guarded(name))
    socket.socket.sendto = guarded_sendto  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = guarded_getaddrinfo
    try:
        yield
    finally:
        for name, original in saved.items():
            setattr(socket.socket, name, original)
        socket.socket.sendto = sendto  # type: ignore[method-assign]
        socket.getaddrinfo = getaddrinfo


# ------------------------------------------------------------------ log records


PYTHON_FAULTS = (
    # Before Python 3.12, `kill` and `terminate` of an asyncio process that is just ending
    # may take its exit code from under the loop's watcher (CPython issue 87744).
    "WARNING asyncio: Unknown child process pid",
    # anyio's reader of a socket ends a wait that was given up in the same turn.
    r"asyncio: Exception in callback Future\.set_result\(None\)",
)
"""Records that no code of ours can prevent."""


class LogWatch(logging.Handler):
    """Collects records of WARNING and above; a test announces those it expects."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._seen: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self._tolerated = [re.compile(pattern) for pattern in PYTHON_FAULTS]

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[1] is not None:
            text += f" [{record.exc_info[1]!r}]"
        self._seen.append(text)

    def __call__(self, *patterns: str, maybe: bool = False) -> None:
        """Announce records by regular expressions over `LEVEL logger: message`.

        maybe: also fine if they do not come.
        """
        announced = self._tolerated if maybe else self._expected
        announced.extend(re.compile(pattern) for pattern in patterns)

    def complaint(self) -> str:
        """Return what was not announced or did not come, empty if all is well."""
        known = [*self._expected, *self._tolerated]
        stray = [text for text in self._seen if not any(p.search(text) for p in known)]
        missing = [
            pattern.pattern
            for pattern in self._expected
            if not any(pattern.search(text) for text in self._seen)
        ]
        lines = [f"not announced with expected_logs: {text}" for text in stray]
        lines += [f"announced, but never logged: {pattern}" for pattern in missing]
        return "\n".join(lines)


@contextmanager
def watched_logs() -> Iterator[LogWatch]:
    """Listen at the root logger."""
    watch = LogWatch()
    root = logging.getLogger()
    root.addHandler(watch)
    try:
        yield watch
    finally:
        root.removeHandler(watch)


# ------------------------------------------------------------------ processes

_SPAWNS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"})
_spawned = 0


def _count_spawns(event: str, _: tuple[Any, ...]) -> None:
    global _spawned
    if event in _SPAWNS:
        _spawned += 1


sys.addaudithook(_count_spawns)


@contextmanager
def no_leftovers(home: str, *, patience_s: float = 2) -> Iterator[list[str]]:
    """Yield a list that afterwards names the processes left behind; they are ended.

    home: `CHMLFRP_HOME` of the test; a process that has it in its environment belongs to
        the test even when its parent is gone. Tests that start nothing pay nothing. What
        a process of a wider fixture starts meanwhile belongs to that fixture.
    patience_s: how long a process that is already ending may take.
    """
    before, count, left = {p.pid for p in _children()}, _spawned, list[str]()
    yield left
    if _spawned == count:
        return
    older = before | {p.pid for pid in before for p in _children(pid)}
    found = {p.pid: p for p in (*_children(), *_of_home(home)) if p.pid not in older}
    _, alive = psutil.wait_procs(list(found.values()), timeout=patience_s)
    for process in alive:
        if _is_dead_and_anothers(process):
            continue
        left.append(_describe(process))
        _end(process)
    psutil.wait_procs(alive, timeout=2)


def _children(pid: int | None = None) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _of_home(home: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("CHMLFRP_HOME") == home:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _is_dead_and_anothers(process: psutil.Process) -> bool:
    """Whether it has ended and somebody else, as a container's first, does not care."""
    try:
        return (
            process.status() == psutil.STATUS_ZOMBIE and process.ppid() != os.getpid()
        )
    except psutil.Error:
        return True


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {process.status()} {' '.join(process.cmdline())}"
    except psutil.Error as gone:
        return f"{process.pid} ({gone})"


def _end(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return
    except OSError as refused:
        if refused.errno != errno.ESRCH:
            raise
