"""What carries bytes to and from one process: as much of a transport as the door uses."""

import errno
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from chmlfrp.guard.peer import Place

CONNECT_PATIENCE_S = 10.0

Data = bytes | memoryview
"""A view is good until the call that it was given to is over."""


class Pipe(Protocol):
    """One connection; `asyncio.Transport` is one."""

    def write(self, data: Data, /) -> None: ...
    def write_eof(self) -> None: ...
    def can_write_eof(self) -> bool: ...
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...
    def is_closing(self) -> bool: ...
    def get_write_buffer_size(self) -> int: ...
    def get_extra_info(self, name: str, /) -> Any: ...


class End(ABC):
    """Who is told what happens to a pipe."""

    @abstractmethod
    def joined(self, pipe: Pipe) -> None:
        """Begin: the pipe is there."""

    @abstractmethod
    def carry(self, data: Data) -> None:
        """Take what came."""

    @abstractmethod
    def straight(self) -> Pipe | None:
        """Return where bytes may go without being looked at, None if nowhere."""

    @abstractmethod
    def passed(self, size: int) -> None:
        """Take note of bytes that went there."""

    @abstractmethod
    def eof_received(self) -> bool:
        """Nothing more comes; return whether the pipe stays open to write to."""

    @abstractmethod
    def pause_writing(self) -> None:
        """Write no more for now."""

    @abstractmethod
    def resume_writing(self) -> None:
        """Write again."""

    @abstractmethod
    def connection_lost(self, exc: Exception | None) -> None:
        """The pipe is gone."""


class Carrier(ABC):
    """Makes pipes: those that frpc opens, and those to a service."""

    @abstractmethod
    async def listen(self, factory: Callable[[], End], path: Path) -> Place:
        """Let frpc in, at that path where there are Unix sockets."""

    @abstractmethod
    def stop_listening(self) -> None:
        """Let nobody more in."""

    @abstractmethod
    def dial(
        self, end: End, target: tuple[str, int], failed: Callable[[str], None]
    ) -> None:
        """Join the end to the service, or tell in English why not."""


NO_WAY = (OSError, TimeoutError, UnicodeError)
"""What looking for a service raises; the last for names that cannot be one, as `a..b`."""


_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})


def why(error: Exception) -> str:
    """Return in English why nobody answered; nothing if nobody could be asked."""
    if getattr(error, "errno", None) in _NO_FILES:
        return ""
    return getattr(error, "strerror", None) or "no answer"
