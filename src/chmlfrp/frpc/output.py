"""A child's output and end, as the event loop tells of them."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal

from chmlfrp.frpc.lines import LineSplitter, Masker

_PIPES_LATE_S = 1.0


class Output(asyncio.SubprocessProtocol):
    """Reads without pause: a full pipe would keep frpc from ever reconnecting."""

    def __init__(self, on_line: Callable[[str], None], mask: Masker) -> None:
        self._on_line = on_line
        self._mask = mask
        self._lines = LineSplitter()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.SubprocessTransport | None = None
        self.pid = 0
        self.returncode: int | None = None
        """Negative for a signal, None while the process runs."""
        self.ended: asyncio.Future[int] = self._loop.create_future()
        """The exit code, once the last line was heard."""

    def send(self, what: Literal["terminate", "kill"]) -> None:
        """End the process in one way or the other, unless it is gone."""
        if self._transport is not None and self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                getattr(self._transport, what)()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport
        self.pid = transport.get_pid()

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        assert isinstance(data, bytes)
        self._hear(self._lines.feed(data))

    def process_exited(self) -> None:
        assert self._transport is not None
        self.returncode = self._transport.get_returncode()
        # A program that left a child with the pipe in its hands must not hold us up.
        self._loop.call_later(_PIPES_LATE_S, self._transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        assert self._transport is not None
        code = self._transport.get_returncode()
        try:
            self._hear(self._lines.end())
        finally:
            self._transport.close()
            if not self.ended.done():
                self.ended.set_result(-1 if code is None else code)

    def _hear(self, lines: list[str]) -> None:
        for line in lines:
            self._on_line(self._mask(line))
