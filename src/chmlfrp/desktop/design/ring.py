"""Lines as data: a bounded number of them, and those that a filter lets through."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

MOST = 100_000
_BEHIND_EVERY = 4096
"""Dropped rows are looked for in what is shown at least this often."""


class LogRow(NamedTuple):
    """One line as it is shown."""

    level: str
    text: str
    at: float | None = None
    """Seconds since 1970."""
    name: str = ""
    """Of the tunnel that it speaks of."""
    kind: str = ""


Passes = Callable[[LogRow], bool]


class Ring:
    """All rows by number, the oldest dropped beyond the bound, and those that are shown."""

    def __init__(self, most: int = MOST) -> None:
        self._all: deque[LogRow] = deque(maxlen=most)
        self._shown: deque[tuple[int, LogRow]] = deque()
        self._next = 0
        self._passes: Passes | None = None

    def put(self, rows: Iterable[LogRow]) -> int:
        """Add rows and return how many of those shown were dropped for them."""
        dropped = 0
        rows = iter(rows)
        while some := list(islice(rows, _BEHIND_EVERY)):
            self._all.extend(some)
            passes = self._passes
            for row in some:
                if passes is None or passes(row):
                    self._shown.append((self._next, row))
                self._next += 1
            dropped += self._drop()
        return dropped

    def let(self, passes: Passes | None) -> None:
        """Show the rows for which this holds, all for None."""
        self._passes = passes
        first = self._next - len(self._all)
        self._shown = deque(
            (number, row)
            for number, row in enumerate(self._all, first)
            if passes is None or passes(row)
        )

    def clear(self) -> None:
        """Forget all rows."""
        self._all.clear()
        self._shown.clear()

    @property
    def held(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def __len__(self) -> int:
        return len(self._shown)

    def __iter__(self) -> Iterator[LogRow]:
        return (row for _, row in self._shown)

    def at(self, place: int) -> tuple[int, LogRow]:
        """Return number and row at that place of what is shown."""
        return self._shown[place]

    def between(self, first: int, last: int) -> list[LogRow]:
        """Return the rows shown whose numbers lie within."""
        return [row for number, row in self._shown if first <= number <= last]

    def _drop(self) -> int:
        first = self._next - len(self._all)
        before = len(self._shown)
        while self._shown and self._shown[0][0] < first:
            self._shown.popleft()
        return before - len(self._shown)
