"""Whether names are looked up on this machine."""

import ipaddress
import socket
from collections.abc import Callable

from chmlfrp.local.aside import Aside

PATIENCE_S = 5.0

Lookup = Callable[[str], object]
"""Looks a name up or raises OSError; may take as long as the system's resolver."""


class Resolver:
    """Looks one name up now and then."""

    def __init__(
        self, host: str, *, lookup: Lookup | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        look = lookup or _lookup
        self._host = host
        self._aside = Aside(lambda: look(host), patience_s=patience_s, name="resolver")

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
        return await self._aside() if self.is_needed else None


def _lookup(host: str) -> object:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
