"""Connecting to a service without waiting where the system does not (Linux)."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable
from typing import Any

from chmlfrp.guard.pipe import CONNECT_PATIENCE_S, why
from chmlfrp.guard.reactor import OUT, Reactor

_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EALREADY})
_DONE = frozenset({0, errno.EISCONN})
_FAMILIES = (socket.AF_INET, socket.AF_INET6)

Choice = tuple[int, Any]
"""A family and an address of it."""


class Call:
    """Tries one address after the other, until a service answers."""

    def __init__(
        self,
        reactor: Reactor,
        done: Callable[[socket.socket], object],
        failed: Callable[[str], None],
    ) -> None:
        self._reactor = reactor
        self._done = done
        self._failed = failed
        self._choices: list[Choice] = []
        self._sock: socket.socket | None = None
        self._address: Any = None
        self._timer: asyncio.TimerHandle | None = None

    def go(self, choices: list[Choice]) -> None:
        """Begin; `done` or `failed` may be called before it returns."""
        self._choices = choices
        self._next("no address")

    def _next(self, reason: str) -> None:
        if not self._choices:
            self._failed(reason)
            return
        family, self._address = self._choices.pop(0)
        try:
            self._sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            self._next(why(error))
            return
        self._sock.settimeout(0)
        code = self._sock.connect_ex(self._address)
        if code in _UNDER_WAY:
            # On this machine it is over by now; the second call tells.
            code = self._sock.connect_ex(self._address)
        if code in _UNDER_WAY:
            self._wait()
        else:
            self._over(code)

    def _wait(self) -> None:
        assert self._sock is not None
        self._reactor.watch(self._sock.fileno(), OUT, self._ready)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(CONNECT_PATIENCE_S, self._too_late)

    def _ready(self, events: int) -> None:
        assert self._sock is not None
        code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        code = code or self._sock.connect_ex(self._address)
        if code not in _UNDER_WAY:
            self._wait_no_more()
            self._over(code)

    def _too_late(self) -> None:
        self._wait_no_more()
        self._over(errno.ETIMEDOUT)

    def _wait_no_more(self) -> None:
        assert self._sock is not None
        self._reactor.forget(self._sock.fileno())
        if self._timer is not None:
            self._timer.cancel()

    def _over(self, code: int) -> None:
        assert self._sock is not None
        sock, self._sock = self._sock, None
        if code in _DONE:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._done(sock)
        else:
            sock.close()
            self._next(os.strerror(code))


def family_of(host: str) -> int | None:
    """Return the family of an address that is written out, None for a name."""
    for family in _FAMILIES:
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return int(family)
    return None
