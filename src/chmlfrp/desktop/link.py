"""The loop's side of the mirror: follows the daemon, whatever happens to it."""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import (
    Change,
    FellBehind,
    Message,
    Snapshot,
    apply,
    encode,
)
from chmlfrp.desktop.launch import Find
from chmlfrp.errors import ChmlFrpError, DaemonNotRunning, HomeUnusable, VersionMismatch
from chmlfrp.local.files import read_private, write_private
from chmlfrp.local.paths import Home

WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Before each next try; the last one repeats."""
KEEP_EVERY_S = 5.0
"""How often what is known goes to the disk, at most."""
PATIENCE_S = 10.0
"""How long a command waits for a daemon that is being found."""


class Connection(StrEnum):
    """How the window stands with the daemon."""

    FINDING = "finding"
    LIVE = "live"
    AWAY = "away"
    """Nobody answers; it is tried again."""
    OTHER_VERSION = "other_version"


class Standing(NamedTuple):
    """A connection with what is wrong with it."""

    connection: Connection
    error: ChmlFrpError | None = None
    next_try_at: float | None = None
    """On the monotonic clock of this process."""


class LastKnown(Message, frozen=True, kw_only=True):
    """What the last window knew, and when (seconds since 1970)."""

    at: float
    snapshot: Snapshot


class Link:
    """Keeps a client of the daemon and tells what comes on its watch."""

    def __init__(
        self,
        home: Home,
        find: Find,
        *,
        tell_snapshot: Callable[[Snapshot], object],
        tell_standing: Callable[[Standing], object],
    ) -> None:
        self._home = home
        self._find = find
        self._tell_snapshot = tell_snapshot
        self._tell_standing = tell_standing
        self._client: ControlClient | None = None
        self._is_live = asyncio.Event()
        self._try_now = asyncio.Event()
        self._kept_at = 0.0

    async def client(self) -> ControlClient:
        """Return the client, or raise DaemonNotRunning when there is none for long."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._is_live.wait()
        except TimeoutError:
            raise DaemonNotRunning("no daemon is running") from None
        assert self._client is not None
        return self._client

    def retry(self) -> None:
        """Try again now, not when the wait is over."""
        self._try_now.set()

    async def run(self) -> None:
        """Follow the daemon for ever."""
        failures = 0
        while True:
            self._tell_standing(Standing(Connection.FINDING))
            try:
                async with await self._find(self._home) as client:
                    failures = 0
                    await self._follow(client)
            except ChmlFrpError as exc:
                wait_s = WAITS_S[min(failures, len(WAITS_S) - 1)]
                failures += 1
                await self._wait(exc, wait_s)

    async def _wait(self, error: ChmlFrpError, wait_s: float) -> None:
        is_version = isinstance(error, VersionMismatch)
        kind = Connection.OTHER_VERSION if is_version else Connection.AWAY
        self._tell_standing(Standing(kind, error, time.monotonic() + wait_s))
        self._try_now.clear()
        try:
            async with asyncio.timeout(wait_s):
                await self._try_now.wait()
        except TimeoutError:
            return

    async def _follow(self, client: ControlClient) -> None:
        try:
            while await self._watch(client):
                pass
        finally:
            self._client = None
            self._is_live.clear()
        raise DaemonNotRunning("the daemon ended")

    async def _watch(self, client: ControlClient) -> bool:
        """Tell what comes; True if it must be watched again, False if it ended."""
        snapshot: Snapshot | None = None
        async for frame in client.watch():
            match frame:
                case Snapshot():
                    snapshot = frame
                    self._client = client
                    self._is_live.set()
                    self._tell_standing(Standing(Connection.LIVE))
                case Change() if snapshot is not None and frame.seq == snapshot.seq + 1:
                    snapshot = apply(snapshot, frame)
                case Change() | FellBehind():
                    return True
            if snapshot is not None:
                self._tell_snapshot(snapshot)
                await self._keep(snapshot)
        return False

    async def _keep(self, snapshot: Snapshot) -> None:
        now = time.monotonic()
        if self._kept_at and now - self._kept_at < KEEP_EVERY_S:
            return
        self._kept_at = now
        await asyncio.to_thread(keep, self._home, snapshot)


def keep(home: Home, snapshot: Snapshot) -> None:
    """Write down what is known, for the next window; a full disk does no harm."""
    known = LastKnown(at=time.time(), snapshot=snapshot)
    try:
        write_private(home.last_known_file, encode(known))
    except HomeUnusable:
        return


def last_known(home: Home) -> LastKnown | None:
    """Return what the last window knew, None if that cannot be read."""
    try:
        data = read_private(home.last_known_file)
        return msgspec.json.decode(data, type=LastKnown) if data else None
    except (HomeUnusable, msgspec.MsgspecError):
        return None
