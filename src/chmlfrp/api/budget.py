"""How many calls the service gets from this process, and when it wants none."""

import threading
import time
from collections.abc import Callable
from functools import cache

PER_MINUTE = 120.0
BURST = 20
"""Calls that may go out at once after a quiet time."""
LONGEST_HOLD_S = 1800.0
"""The service's firewall shuts an address out for 10 to 30 minutes."""


class Budget:
    """A bucket of tokens: each call takes one, and they grow back evenly.

    Callers from several threads and loops may share one. Nothing waits in here: `take`
    says how long to wait, and whoever came first waits least.
    """

    def __init__(
        self,
        *,
        per_minute: float = PER_MINUTE,
        burst: int = BURST,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interval_s = 60.0 / per_minute
        self._slack_s = (burst - 1) * self._interval_s
        self._now = now
        self._due = now()
        """When the bucket is full again."""
        self._holds: dict[str, float] = {}
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take a token and return the seconds to wait before it may be spent."""
        with self._lock:
            now = self._now()
            wait_s = max(0.0, self._due - self._slack_s - now)
            self._due = max(self._due, now) + self._interval_s
            return wait_s

    def hold(self, path: str, seconds: float) -> None:
        """Send nothing to the path for so long; an empty path is the whole service."""
        end = self._now() + min(seconds, LONGEST_HOLD_S)
        with self._lock:
            self._holds[path] = max(end, self._holds.get(path, end))

    def held_s(self, path: str) -> float:
        """Return how long the path must still be left alone, 0 if it need not be."""
        with self._lock:
            ends = (self._holds.get(path, 0.0), self._holds.get("", 0.0))
        return max(0.0, max(ends) - self._now())


@cache
def shared(host: str) -> Budget:
    """Return the one budget of this process for a service."""
    del host
    return Budget()


def unlimited(now: Callable[[], float] = time.monotonic) -> Budget:
    """Return a budget that counts nothing but keeps to what the service asks for."""
    return Budget(per_minute=float("inf"), now=now)
