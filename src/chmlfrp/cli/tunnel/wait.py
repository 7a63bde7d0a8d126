"""Waiting for what becomes of a start or stop."""

import asyncio
from collections.abc import Callable, Mapping

from chmlfrp.cli.door import QUIET_FOR_S
from chmlfrp.cli.output import err
from chmlfrp.cli.tunnel import lines
from chmlfrp.control.client import ControlClient
from chmlfrp.control.mirror import Moment, follow
from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.model.ladder import Summary, first_unwell

OLD_NEWS_S = 1.0
"""A view that is as it was before the command counts after this time only."""

Settled = Callable[[TunnelView], bool]


def has_come_up(view: TunnelView) -> bool:
    """Whether the tunnel is up, or why it is not is known."""
    if view.summary in (Summary.UP, Summary.FAILED, Summary.STOPPED):
        return True
    rung = first_unwell(view.ladder)
    is_waiting = view.summary is Summary.WAITING
    return is_waiting and rung is not None and bool(getattr(view.ladder, rung).reason)


def has_stopped(view: TunnelView) -> bool:
    """Whether the tunnel is closed."""
    return view.summary is Summary.STOPPED


async def wait_for(
    client: ControlClient,
    before: Mapping[int, TunnelView],
    is_settled: Settled,
    *,
    timeout_s: float,
) -> Snapshot:
    """Return the snapshot in which all tunnels of `before` are settled.

    After `timeout_s` the last one is returned as it is. What happens is told on stderr
    if it takes long.
    """
    follower = _Follower(before, is_settled)
    await follower.run(client, timeout_s)
    assert follower.last is not None
    return follower.last


class _Follower:
    """Follows some tunnels and tells how they climb."""

    def __init__(self, before: Mapping[int, TunnelView], is_settled: Settled) -> None:
        self._before = before
        self._is_settled = is_settled
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._told: dict[int, str] = {}
        self._wake = asyncio.Event()
        self.last: Snapshot | None = None

    async def run(self, client: ControlClient, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(self._read(client))
                while not self._is_done():
                    self._wake.clear()
                    await self._woken()
                    self._tell()
                reading.cancel()
        except TimeoutError:
            self.last = self.last or await client.snapshot()

    async def _read(self, client: ControlClient) -> None:
        async for moment in follow(client):
            self._take(moment)

    def _take(self, moment: Moment) -> None:
        self.last = moment.snapshot
        self._wake.set()

    async def _woken(self) -> None:
        """Return when there is news, or when old news begins to count."""
        try:
            async with asyncio.timeout(OLD_NEWS_S / 2):
                await self._wake.wait()
        except TimeoutError:
            return

    def _is_done(self) -> bool:
        if self.last is None:
            return False
        is_late = self._loop.time() - self._began > OLD_NEWS_S
        return all(
            view is None or (self._is_settled(view) and (is_late or view != old))
            for i, old in self._before.items()
            for view in [self.last.tunnels.get(i)]
        )

    def _tell(self) -> None:
        """Say on stderr which rung each tunnel is on, once this takes long."""
        if self.last is None or self._loop.time() - self._began < QUIET_FOR_S:
            return
        for i in self._before:
            view = self.last.tunnels.get(i)
            if view is None or (line := _progress(view, self.last.now)) is None:
                continue
            if self._told.get(i) != line:
                self._told[i] = line
                err(line)


def _progress(view: TunnelView, now: float) -> str | None:
    found = lines.trouble(view, now=now)
    return f"… {found}" if found else None
