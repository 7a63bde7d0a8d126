"""When messages go out: not in quiet hours, and not one for each of a burst."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from chmlfrp.model.schedule import Schedule, parse_windows
from chmlfrp.notify.news import Notice, merged

GATHER_S = 3.0
"""What comes within this time of the first goes out with it."""
AT_MOST, WITHIN_S = 6, 600.0


class Pace:
    """Holds messages until they may go out.

    now: monotonic seconds; wall: the local time.
    """

    def __init__(
        self,
        *,
        now: Callable[[], float],
        wall: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._now = now
        self._wall = wall
        self._held: list[Notice] = []
        self._first_at = 0.0
        self._sent: deque[float] = deque(maxlen=AT_MOST)

    def put(self, notices: list[Notice]) -> None:
        """Take messages in."""
        if notices and not self._held:
            self._first_at = self._now()
        self._held += notices

    def due(self, quiet: str) -> Notice | None:
        """Return the message that is to go out now, None if none is.

        quiet: hours as `model.schedule` reads them, in which everything is held back.
        """
        if not self._held or self._now() - self._first_at < GATHER_S:
            return None
        if Schedule(windows=parse_windows(quiet)).is_open(self._wall()):
            return None
        is_full = len(self._sent) == AT_MOST
        if is_full and self._now() - self._sent[0] < WITHIN_S:
            return None
        held, self._held = self._held, []
        self._sent.append(self._now())
        return held[0] if len(held) == 1 else merged(held)
