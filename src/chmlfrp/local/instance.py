"""One daemon per home: a lock, and a note that says who holds it."""

import contextlib
import os
import time
from types import TracebackType
from typing import Self

import msgspec

from chmlfrp import __version__
from chmlfrp.errors import DaemonBusy, HomeUnusable
from chmlfrp.local.files import read_private, write_private
from chmlfrp.local.paths import Home
from chmlfrp.local.private import unusable

PATIENCE_S = 0.3
CLOCK_STEP_S = 5.0
"""The system's account of a start time moves when the clock is set."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """The daemon that holds the lock."""

    pid: int
    started_at: float
    """When its process started, Unix seconds; tells it from a later one of that pid."""
    version: str
    since: float
    """When it took the lock, Unix seconds."""


class InstanceLock:
    """Held by the daemon as long as it lives; the system frees it after a kill -9."""

    def __init__(self, home: Home) -> None:
        import filelock

        self._home = home
        self._lock = filelock.FileLock(home.lock_file, mode=0o600, thread_local=False)

    def acquire(self) -> None:
        """Take the lock; who is just taking it is given time to note itself.

        Raises:
            DaemonBusy: another daemon has it; says which, where that is known.
            HomeUnusable: the lock cannot be had here.
        """
        import filelock

        try:
            self._lock.acquire(timeout=PATIENCE_S)
        except filelock.Timeout:
            raise _busy(self._home) from None
        except (OSError, NotImplementedError) as exc:
            raise unusable(self._home.lock_file, str(exc)) from exc
        try:
            write_private(self._home.holder_file, msgspec.json.encode(_ourselves()))
        except HomeUnusable:
            self._lock.release()
            raise

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                self._home.holder_file.unlink()
            self._lock.release()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def holder(home: Home) -> Holder | None:
    """Return the living daemon that noted itself, None if there is none."""
    data = read_private(home.holder_file)
    if data is None:
        return None
    try:
        noted = msgspec.json.decode(data, type=Holder)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    started_at = _started_at(noted.pid)
    if started_at is None or abs(started_at - noted.started_at) > CLOCK_STEP_S:
        return None
    return noted


def _busy(home: Home) -> DaemonBusy:
    who = holder(home)
    if who is None:
        message = f"another daemon holds {home.lock_file}"
    else:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(who.since))
        message = (
            f"a daemon is running already: process {who.pid}, "
            f"version {who.version}, since {since}"
        )
    return DaemonBusy(
        message,
        hint="Use that one, or end it with `chmlfrp daemon stop`; "
        "CHMLFRP_HOME gives a second instance of its own.",
        field=str(home.lock_file),
    )


def _ourselves() -> Holder:
    pid = os.getpid()
    return Holder(
        pid=pid,
        started_at=_started_at(pid) or 0.0,
        version=__version__,
        since=time.time(),
    )


def _started_at(pid: int) -> float | None:
    import psutil

    try:
        process = psutil.Process(pid)
        # In a container a killed daemon may stay a zombie: nobody collects it.
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.Error:
        return None
