"""Starts and stops tunnels at the hours that people set, and when nobody visits."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from chmlfrp.daemon.options import Options, load
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import StartRequested, StopRequested
from chmlfrp.engine.idle import Activity, watch
from chmlfrp.engine.state import State
from chmlfrp.errors import HomeUnusable
from chmlfrp.local.files import save_state
from chmlfrp.model.schedule import Wish
from chmlfrp.model.tunnel import TunnelId

log = logging.getLogger(__name__)

LOOK_EVERY_S = 15.0


class Schedules:
    """Looks every few seconds, and remembers on disk up to when it has looked."""

    def __init__(
        self,
        options: Options,
        path: Path,
        state: Callable[[], State],
        tell: Callable[[News], None],
        *,
        now: Callable[[], float],
        wall: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._options = options
        self._path = path
        self._state = state
        self._tell = tell
        self._now = now
        self._wall = wall
        self._activity: dict[TunnelId, Activity] = {}
        self._is_begun = False
        """Whether tunnels that start with the daemon were started."""

    async def run(self) -> None:
        """Look until cancelled; hours that passed without a daemon are made up for."""
        since = (
            await asyncio.to_thread(lambda: load(self._path, datetime)) or self._wall()
        )
        while True:
            since = await self.look(since)
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, since: datetime) -> datetime:
        """Do what fell due in (since, now]; return the `since` of the next look."""
        now = self._wall()
        due = {**self._begin(now), **dict(self._due(since, now))}
        for tunnel_id, wanted in due.items():
            ids = frozenset({tunnel_id})
            is_start = wanted is Wish.START
            log.info("tunnel %s: %s, by itself", tunnel_id, wanted)
            self._tell(StartRequested(ids) if is_start else StopRequested(ids))
        if now < since or self._has_edge(since, now):
            await self._keep(now)
        return now

    def _begin(self, now: datetime) -> dict[TunnelId, Wish]:
        """Return what starts with the daemon, once there are tunnels; then nothing."""
        if self._is_begun:
            return {}
        tunnels = self._state().tunnels
        self._is_begun = any(tunnel.tunnel is not None for tunnel in tunnels.values())
        return {
            tunnel_id: Wish.START
            for tunnel_id, options in self._options.all().items()
            if self._is_begun and options.is_started_with_daemon
            if (tunnel := tunnels.get(tunnel_id)) is not None
            if tunnel.tunnel is not None and not tunnel.wanted
            if not options.schedule.is_expired(now)
        }

    def _has_edge(self, since: datetime, now: datetime) -> bool:
        kept = self._options.all().values()
        return any(options.schedule.edges(since, now) for options in kept)

    def _due(self, since: datetime, now: datetime) -> Iterator[tuple[TunnelId, Wish]]:
        tunnels = self._state().tunnels
        for tunnel_id, options in self._options.all().items():
            tunnel = tunnels.get(tunnel_id)
            if tunnel is None:
                continue
            before = self._activity.get(tunnel_id)
            seen = watch(before, tunnel, self._now())
            self._activity[tunnel_id] = seen
            idle_s = self._now() - seen.since if tunnel.wanted else 0.0
            found = options.schedule.wish(since, now, idle_s=idle_s)
            if found is not None and tunnel.wanted is not (found is Wish.START):
                yield tunnel_id, found

    async def _keep(self, moment: datetime) -> None:
        try:
            await asyncio.to_thread(save_state, self._path, moment)
        except HomeUnusable as error:
            log.warning("the schedule's place could not be kept: %s", error)
