"""Keeps the list of what is the matter, and tells of it when it changes."""

import asyncio
from collections.abc import Callable

from chmlfrp.daemon.supervisor import HealthSeen, News
from chmlfrp.engine.health import Around, Health, find, step
from chmlfrp.engine.state import State
from chmlfrp.model.health import HealthItem

LOOK_EVERY_S = 1.0


class HealthKeeper:
    """Looks each second: some things count only once they have lasted."""

    def __init__(
        self,
        state: Callable[[], State],
        around: Callable[[], Around],
        tell: Callable[[News], None],
        *,
        now: Callable[[], float],
    ) -> None:
        self._state = state
        self._around = around
        self._tell = tell
        self._now = now
        self._health = Health()
        self._shown: tuple[HealthItem, ...] = ()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        """Find what is the matter now and tell if that is news."""
        found = list(find(self._state(), self._around()))
        self._health, items = step(self._health, found, self._now())
        if items != self._shown:
            self._shown = items
            self._tell(HealthSeen(items))
