"""What the daemon last said, for the Qt thread: read here, never asked for."""

import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import Snapshot
from chmlfrp.desktop.bridge import Bridge, Call, Failed
from chmlfrp.desktop.launch import Find, end_daemon, find_or_start
from chmlfrp.desktop.link import Connection, Link, Standing, keep, last_known
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.paths import Home
from chmlfrp.model.ladder import Summary

T = TypeVar("T")

AT_MOST_EVERY_MS = 100
"""How often pages are shown another moment; what comes sooner is put together."""


class Moment(NamedTuple):
    """All there is now, and what is different since the moment before."""

    snapshot: Snapshot
    changed: frozenset[int]
    """Tunnels that are new, different or gone."""
    is_new_session: bool
    is_new_health: bool


class Mirror(QObject):
    """Holds the last snapshot; asks the daemon through the bridge."""

    moved = Signal(object)
    """A Moment."""
    standing_moved = Signal()
    restart_failed = Signal(object)
    """A ChmlFrpError."""

    def __init__(
        self, home: Home, bridge: Bridge, *, find: Find = find_or_start
    ) -> None:
        super().__init__()
        self.home = home
        self.standing = Standing(Connection.FINDING)
        self.snapshot: Snapshot | None = None
        self.seen_at: float | None = None
        """When the snapshot was true, in seconds since 1970."""
        self.is_restarting = False
        """The daemon was told to end, and the next one is not seen yet."""
        self.summaries: dict[int, Summary] = {}
        """The one word for each tunnel, found anew only for those that changed."""
        self._heard_at = time.monotonic()
        self._resting = QTimer(self, interval=AT_MOST_EVERY_MS, singleShot=True)
        self._resting.timeout.connect(self._take_next)
        self._bridge = bridge
        self._link = Link(
            home, find, tell_snapshot=self._tell, tell_standing=self._tell_standing
        )
        self._latest: deque[Snapshot] = deque(maxlen=1)
        self._watching: Call | None = None
        if known := last_known(home):
            self.snapshot, self.seen_at = known.snapshot, known.at
            self._summarise(known.snapshot, known.snapshot.tunnels)

    def start(self) -> None:
        """Follow the daemon from now on."""
        self._watching = self._bridge.call(self._link.run)

    def end(self) -> None:
        """Follow it no more, and keep what is known."""
        if self._watching is not None:
            self._watching.cancel()
        if self.snapshot is not None and self.is_live:
            keep(self.home, self.snapshot)

    @property
    def is_live(self) -> bool:
        """Whether the snapshot is the present."""
        return self.standing.connection is Connection.LIVE

    @property
    def age_s(self) -> float | None:
        """How old the snapshot is, None without one; 0 while it is live."""
        if self.is_live:
            return 0.0
        return None if self.seen_at is None else max(0.0, time.time() - self.seen_at)

    @property
    def now(self) -> float:
        """The daemon's clock, on which a rung's `until` is measured."""
        if self.snapshot is None:
            return 0.0
        return self.snapshot.now + (time.monotonic() - self._heard_at)

    def restart_daemon(self) -> None:
        """End the daemon, so that the link starts another; what is wanted comes back."""
        if not self.is_restarting:
            self.is_restarting = True
            self.standing_moved.emit()
            self._bridge.call(
                lambda: end_daemon(self.home),
                failed=self._could_not_restart,
                over=self.retry,
            )

    def _could_not_restart(self, error: ChmlFrpError) -> None:
        self.is_restarting = False
        self.restart_failed.emit(error)
        self.standing_moved.emit()

    def retry(self) -> None:
        """Look for the daemon now."""
        self._bridge.on_loop(self._link.retry)

    def call(
        self,
        work: Callable[[ControlClient], Awaitable[T]],
        *,
        done: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        over: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Call:
        """Ask the daemon; see `Bridge.call`."""

        async def ask() -> T:
            return await work(await self._link.client())

        return self._bridge.call(ask, done=done, failed=failed, over=over, owner=owner)

    def aside(
        self,
        work: Callable[[], Awaitable[T]],
        *,
        done: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        over: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Call:
        """Do work that needs no daemon, off the Qt thread; see `Bridge.call`."""
        return self._bridge.call(work, done=done, failed=failed, over=over, owner=owner)

    def aside_stream(
        self,
        work: Callable[[], AsyncIterator[T]],
        each: Callable[[list[T]], object],
        *,
        failed: Failed | None = None,
        over: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Call:
        """Do work that needs no daemon and tells as it goes; see `Bridge.stream`."""
        return self._bridge.stream(work, each, failed=failed, over=over, owner=owner)

    def stream(
        self,
        work: Callable[[ControlClient], AsyncIterator[T]],
        each: Callable[[list[T]], object],
        *,
        failed: Failed | None = None,
        over: Callable[[], object] | None = None,
        owner: QObject | None = None,
    ) -> Call:
        """Read a stream of the daemon; see `Bridge.stream`."""

        async def ask() -> AsyncIterator[T]:
            async for item in work(await self._link.client()):
                yield item

        return self._bridge.stream(ask, each, failed=failed, over=over, owner=owner)

    def _tell(self, snapshot: Snapshot) -> None:
        """On the loop; a Qt thread that is behind sees the latest only."""
        self._latest.append(snapshot)
        self._bridge.post(self._take)

    def _take(self) -> None:
        if not self._resting.isActive():
            self._take_next()

    def _take_next(self) -> None:
        if not self._latest:
            return
        self._resting.start()
        snapshot = self._latest.pop()
        moment = _since(self.snapshot, snapshot)
        self.snapshot, self.seen_at = snapshot, time.time()
        self._heard_at = time.monotonic()
        self._summarise(snapshot, moment.changed)
        self.moved.emit(moment)

    def _summarise(self, snapshot: Snapshot, changed: Iterable[int]) -> None:
        for number in changed:
            if view := snapshot.tunnels.get(number):
                self.summaries[number] = view.summary
            else:
                self.summaries.pop(number, None)

    def _tell_standing(self, standing: Standing) -> None:
        self._bridge.post(lambda: self._stand(standing))

    def _stand(self, standing: Standing) -> None:
        was, self.standing = self.standing.connection, standing
        if standing.connection is Connection.LIVE and was is not Connection.LIVE:
            self.is_restarting = False
        self.standing_moved.emit()


def _since(last: Snapshot | None, now: Snapshot) -> Moment:
    before = last.tunnels if last else {}
    changed = {i for i, view in now.tunnels.items() if before.get(i) != view}
    changed |= before.keys() - now.tunnels.keys()
    return Moment(
        snapshot=now,
        changed=frozenset(changed),
        is_new_session=last is None or last.session != now.session,
        is_new_health=last is None or last.health != now.health,
    )
