"""How requests are counted: in windows of a minute, by shares of the limit.

A worker answers a tenth of a limit unasked. Who wants more is counted in the store, a
twentieth at a time. So few requests touch the store, and with W workers at most
W - 1 tenths more than the limit are answered.
"""

from dataclasses import dataclass

WINDOW_MS = 60_000

RATE = "rate"
"""The name under which a route says what it costs."""
COSTLY = {RATE: "costly"}
"""Takes a password, a mail, another server or a new row."""
UNCOUNTED = {RATE: "uncounted"}
"""For nodes, which must not be kept from work."""


def window_of(now_ms: float) -> int:
    """Return the number of the window."""
    return int(now_ms) // WINDOW_MS


def seconds_left(now_ms: int) -> int:
    """Return when the window is over, at least a second from now."""
    return -(-(WINDOW_MS - now_ms % WINDOW_MS) // 1000)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in a window; never 0."""

    most: int

    @property
    def unasked(self) -> int:
        """What a worker answers before it asks the store."""
        return self.most // 10

    @property
    def share(self) -> int:
        """What it then takes at a time."""
        return max(1, self.most // 20)

    def granted(self, asked: int, *, before: int) -> int:
        """Return how much of what was asked for is left, when so much was taken."""
        return max(0, min(asked, self.most - before))
