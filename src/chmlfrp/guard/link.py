"""A pipe over a bare socket (Linux): one system call a step, and no task.

Reads into a buffer that all links of a door share and hands it on at once; only what the
other side does not take is copied. Where much comes and nobody looks at it, it goes from
link to link within the kernel.
"""

import asyncio
import errno
import socket
from typing import Any

from chmlfrp.guard.duct import Duct
from chmlfrp.guard.pipe import Data, End
from chmlfrp.guard.reactor import HUP, IN, OUT, Reactor

MUCH = 16 * 1024
"""Bytes at a time, from which the kernel's way is the cheaper one."""


class Link:
    """One connected socket and who is told of it."""

    __slots__ = (
        "_backlog",
        "_buffer",
        "_end",
        "_events",
        "_fd",
        "_is_closing",
        "_is_much",
        "_is_over",
        "_is_reading",
        "_reactor",
        "_sock",
        "_wants_eof",
    )

    def __init__(
        self, reactor: Reactor, sock: socket.socket, end: End, buffer: memoryview
    ) -> None:
        self._reactor = reactor
        self._sock = sock
        self._fd = sock.fileno()
        self._end = end
        self._buffer = buffer
        self._backlog = bytearray()
        self._events = 0
        self._is_reading = True
        self._is_over = False
        self._wants_eof = False
        self._is_closing = False
        self._is_much = False

    def begin(self) -> None:
        """Tell the end, then read as bytes come."""
        self._end.joined(self)
        self._watch()

    def look(self) -> None:
        """Read at once: something may be there already."""
        if self._events & IN:
            self._read(0)

    def write(self, data: Data, /) -> None:
        if self._is_closing or self._fd < 0:
            return
        if self._backlog:
            self._backlog += data
            return
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._break(error)
            return
        if sent < len(data):
            self._backlog += memoryview(data)[sent:]
            self._watch()
            self._end.pause_writing()

    @property
    def is_free(self) -> bool:
        """Whether nothing waits to be sent before what comes now."""
        return not self._backlog and not self.is_closing()

    def pour(self, duct: Duct, count: int) -> None:
        """Send what is in the duct."""
        try:
            rest = duct.pour(self._fd, count)
        except OSError as error:
            self._break(error)
            return
        if rest:
            self._backlog += rest
            self._watch()
            self._end.pause_writing()

    def write_eof(self) -> None:
        self._wants_eof = True
        if not self._backlog:
            self._shut()

    def can_write_eof(self) -> bool:
        return True

    def pause_reading(self) -> None:
        self._is_reading = False
        self._watch()

    def resume_reading(self) -> None:
        self._is_reading = True
        self._watch()

    def is_closing(self) -> bool:
        return self._is_closing or self._fd < 0

    def get_write_buffer_size(self) -> int:
        return len(self._backlog)

    def get_extra_info(self, name: str, /) -> Any:
        return self._sock if name == "socket" else None

    def close(self) -> None:
        """Let go once what was written is taken."""
        if self.is_closing():
            return
        if not self._backlog:
            self._let_go(None)
            return
        self._is_closing = True
        self._watch()

    def abort(self) -> None:
        self._let_go(None)

    def _watch(self) -> None:
        """Watch for what is wanted; for nothing at all not even hang-ups are told."""
        if self._fd < 0:
            return
        is_reading = self._is_reading and not self._is_over and not self._is_closing
        events = (IN if is_reading else 0) | (OUT if self._backlog else 0)
        if events == self._events:
            return
        if not events:
            self._reactor.forget(self._fd)
        elif self._events:
            self._reactor.change(self._fd, events)
        else:
            self._reactor.watch(self._fd, events, self._ready)
        self._events = events

    def _ready(self, events: int) -> None:
        if self._backlog and events & ~IN:
            self._flush()
        if self._events & IN and events & ~OUT:
            self._read(events)

    def _read(self, events: int) -> None:
        try:
            count = self._take()
        except BlockingIOError:
            return
        except OSError as error:
            self._let_go(error)
            return
        if count:
            self._is_much = count >= MUCH
        elif events & HUP:
            self._let_go(None)
        else:
            self._is_over = True
            self._watch()
            if not self._end.eof_received():
                self.close()

    def _take(self) -> int:
        """Read and hand on; return how much, 0 if nothing more comes. Raises OSError."""
        other = self._end.straight() if self._is_much else None
        if isinstance(other, Link) and other.is_free:
            duct = self._reactor.duct
            if duct is not None:
                return self._move(duct, other)
        count = self._sock.recv_into(self._buffer)
        if count:
            self._end.carry(self._buffer[:count])
        return count

    def _move(self, duct: Duct, other: "Link") -> int:
        count = duct.fill(self._fd)
        if count:
            other.pour(duct, count)
            self._end.passed(count)
        return count

    def _flush(self) -> None:
        try:
            sent = self._sock.send(self._backlog)
        except BlockingIOError:
            return
        except OSError as error:
            self._let_go(error)
            return
        del self._backlog[:sent]
        if self._backlog:
            return
        if self._is_closing:
            self._let_go(None)
            return
        self._watch()
        if self._wants_eof:
            self._shut()
        self._end.resume_writing()

    def _shut(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                self._break(error)

    def _break(self, error: OSError) -> None:
        """Let go soon: whoever writes need not expect to be told within the call."""
        self._is_closing = True
        self._backlog.clear()
        self._watch()
        asyncio.get_running_loop().call_soon(self._let_go, error)

    def _let_go(self, error: Exception | None) -> None:
        if self._fd < 0:
            return
        if self._events:
            self._reactor.forget(self._fd)
        self._fd, self._events = -1, 0
        self._sock.close()
        self._end.connection_lost(error)
