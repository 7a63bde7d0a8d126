"""Keeps the list of what is the matter, and tells of it when it changes."""

import asyncio
from collections.abc import Callable

from chmlfrp.daemon.supervisor import HealthSeen, News
from chmlfrp.engine.health import Around, Finding, Health, find, step
from chmlfrp.engine.state import State
from chmlfrp.model.health import HealthItem

LOOK_EVERY_S = 1.0


_Seen = tuple[State, Around]


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
        self._seen: _Seen | None = None
        self._found: list[Finding] = []
        self._shown: tuple[HealthItem, ...] = ()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        """Find what is the matter now and tell if that is news."""
        seen = (self._state(), self._around())
        if self._seen is None or not _is_same(self._seen, seen):
            self._seen, self._found = seen, list(find(*seen))
        self._health, items = step(self._health, self._found, self._now())
        if items != self._shown:
            self._shown = items
            self._tell(HealthSeen(items))


def _is_same(before: _Seen, now: _Seen) -> bool:
    """Whether nothing can have become the matter; states are told apart by identity."""
    return before[0] is now[0] and before[1] == now[1]
