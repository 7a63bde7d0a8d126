"""The daemon's own tries at its tunnels, which are no visitors.

A try is known by a word that it says first, good for that try alone, or, where it cannot
say one, by the port that it came from.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager


class Mark:
    """What one try is known by."""

    def __init__(self) -> None:
        self.word = secrets.token_hex(16).encode()
        self.port: int | None = None
        """From which it left, once that is known."""


class OwnTries:
    """Those under way."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []

    @contextmanager
    def begin(self) -> Iterator[Mark]:
        """Give the mark of a try that is under way for so long."""
        mark = Mark()
        self._marks.append(mark)
        try:
            yield mark
        finally:
            self._marks.remove(mark)

    @property
    def are_any(self) -> bool:
        """Whether there are any."""
        return bool(self._marks)

    def left_from(self, port: int) -> bool:
        """Whether one of them came from that port; a NAT may have changed it."""
        return any(mark.port == port for mark in self._marks)

    def word_in(self, data: bytes) -> bytes:
        """Return the word of one of them that is in the data, empty if none is."""
        return next((m.word for m in self._marks if m.word in data), b"")
