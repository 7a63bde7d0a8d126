"""Whether anybody takes connections at an address."""

import socket

from chmlfrp.local.aside import Aside
from chmlfrp.model.network import Knock

PATIENCE_S = 3.0


class Door:
    """A TCP port that is knocked at: one connection, closed at once."""

    def __init__(self, host: str, port: int, *, patience_s: float = PATIENCE_S) -> None:
        self._address = (host, port)
        self._patience_s = patience_s
        self._was_refused = False
        self._aside = Aside(self._connect, patience_s=patience_s, name="door")

    async def knock(self) -> Knock:
        """Return what it came to, within the patience."""
        self._was_refused = False
        if await self._aside():
            return Knock.OPEN
        return Knock.REFUSED if self._was_refused else Knock.SILENT

    def _connect(self) -> None:
        try:
            socket.create_connection(self._address, self._patience_s).close()
        except ConnectionRefusedError:
            self._was_refused = True
            raise
