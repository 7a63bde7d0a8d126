"""Whether names are looked up on this machine."""

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable

PATIENCE_S = 5.0

Lookup = Callable[[str], object]
"""Looks a name up or raises OSError; may take as long as the system's resolver."""


class Resolver:
    """Looks one name up now and then.

    In a thread that nobody waits for at exit: a resolver without a network may hang for
    half a minute. While one look hangs no other is begun.
    """

    def __init__(
        self, host: str, *, lookup: Lookup | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        self._host = host
        self._lookup = lookup or _lookup
        self._patience_s = patience_s
        self._thread: threading.Thread | None = None

    @property
    def is_needed(self) -> bool:
        """Whether the host is a name at all."""
        try:
            ipaddress.ip_address(self._host)
        except ValueError:
            return self._host not in ("", "localhost")
        return False

    async def __call__(self) -> bool | None:
        """Return whether the name was found in time; None for an address."""
        if not self.is_needed:
            return None
        if self._thread is not None and self._thread.is_alive():
            return False
        loop = asyncio.get_running_loop()
        found: asyncio.Future[bool] = loop.create_future()
        self._thread = threading.Thread(
            target=self._look, args=(loop, found), name="resolver", daemon=True
        )
        self._thread.start()
        try:
            async with asyncio.timeout(self._patience_s):
                return await found
        except TimeoutError:
            return False

    def _look(
        self, loop: asyncio.AbstractEventLoop, found: "asyncio.Future[bool]"
    ) -> None:
        try:
            self._lookup(self._host)
            is_found = True
        except (OSError, UnicodeError):
            is_found = False

        def arrive() -> None:
            if not found.done():
                found.set_result(is_found)

        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(arrive)


def _lookup(host: str) -> object:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
