"""What a core's answers, and answers that do not come, tell the engine."""

from collections.abc import Callable

from chmlfrp.daemon.supervisor import News
from chmlfrp.engine import events
from chmlfrp.engine.state import GroupKey

BEAT_S = 10.0
AGAIN_S = 1.0
"""After a miss: one more look tells a busy machine from a core that hangs."""
FIRST_WITHIN_S = 20.0
"""A core that has not answered at all by then hangs as well."""


class Pulse:
    """Tells of misses and of the first beat after them, and of nothing else."""

    def __init__(
        self,
        key: GroupKey,
        run: int,
        tell: Callable[[News], None],
        *,
        now: Callable[[], float],
    ) -> None:
        self._key = key
        self._run = run
        self._tell = tell
        self._has_answered = False
        self._began = now()
        self._now = now
        self._is_missing = False

    @property
    def wait_s(self) -> float:
        """Seconds until the core is to be asked again."""
        is_well = self._has_answered and not self._is_missing
        return BEAT_S if is_well else AGAIN_S

    def felt(self) -> None:
        """The core answered."""
        if self._is_missing:
            self._tell(events.PulseFelt(self._key, self._run))
        self._has_answered, self._is_missing = True, False

    def missed(self) -> None:
        """It did not; one that never did may not be listening yet."""
        if self._has_answered or self._now() - self._began > FIRST_WITHIN_S:
            self._is_missing = True
            self._tell(events.PulseMissed(self._key, self._run))
