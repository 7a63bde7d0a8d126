"""How long to wait so that no more than so many bytes pass in a second."""

BURST_S = 0.25
"""What may pass at once, as a time at the full rate."""


class Pace:
    """A bucket that may be overdrawn; times are on the caller's monotonic clock."""

    def __init__(self, rate: int, now: float) -> None:
        self.rate = rate
        self._left = rate * BURST_S
        self._at = now

    def wait_after(self, count: int, now: float) -> float:
        """Return the seconds for which nobody may read, after these bytes passed."""
        grown = self._left + (now - self._at) * self.rate
        self._left = min(grown, self.rate * BURST_S) - count
        self._at = now
        return max(0.0, -self._left / self.rate)
