"""A stream that is read while it is seen, and again when the daemon is back."""

from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import LogLine
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.errors import ChmlFrpError

T = TypeVar("T")
Open = Callable[[ControlClient], AsyncIterator[T]]


class Feed(Generic[T]):
    """Gives each batch once, also over a break."""

    def __init__(
        self,
        mirror: Mirror,
        owner: QObject,
        *,
        each: Callable[[list[T]], object],
        failed: Callable[[ChmlFrpError], object],
        begun: Callable[[], object] = lambda: None,
    ) -> None:
        """begun: called before each reading, so that what comes twice can be cleared."""
        self._mirror = mirror
        self._owner = owner
        self._each = each
        self._failed = failed
        self._begun = begun
        self._open: Open[T] | None = None
        self._call: Call | None = None
        mirror.standing_moved.connect(self._stand)

    @property
    def is_open(self) -> bool:
        """Whether it is being read."""
        return self._call is not None and not self._call.is_over

    def start(self, open_stream: Open[T]) -> None:
        """Read this from now on."""
        self.stop()
        self._open = open_stream
        self._read()

    def stop(self) -> None:
        """Read nothing any more."""
        self._open = None
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def _read(self) -> None:
        if self._open is not None:
            self._begun()
            self._call = self._mirror.stream(
                self._open, self._each, failed=self._failed, owner=self._owner
            )

    def _stand(self) -> None:
        if self._open is not None and self._mirror.is_live and not self.is_open:
            self._read()


class Seen:
    """Tells lines that were given from new ones, by their number and the daemon's epoch."""

    def __init__(self) -> None:
        self._epoch = ""
        self._last = -1

    def forget(self) -> None:
        """Take every line for new."""
        self._last = -1

    def new(self, epoch: str, lines: list[LogLine]) -> list[LogLine]:
        """Return the lines that are new."""
        if epoch != self._epoch:
            self._epoch, self._last = epoch, -1
        fresh = [line for line in lines if line.seq > self._last]
        if fresh:
            self._last = fresh[-1].seq
        return fresh
