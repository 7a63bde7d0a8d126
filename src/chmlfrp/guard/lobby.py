"""Who stands at the daemon's own service, as the doors that led them there know."""

from chmlfrp.model.guard import Address

_LOOPBACK = ("127.0.0.1", "localhost")


class Lobby:
    """Visitors by the port that their door dialled from.

    Nobody can say for themselves who they are: the kernel gives a port to one socket
    alone, and a connection that no door made is not in the list.
    """

    def __init__(self) -> None:
        self.port: int | None = None
        """Where the service listens, on loopback."""
        self._present: dict[int, tuple[object, Address]] = {}

    def is_at(self, target: tuple[str, int]) -> bool:
        """Whether a door leads there."""
        host, port = target
        return port == self.port and host in _LOOPBACK

    def enter(self, came_from: int, who: object, address: Address) -> None:
        """Note the visitor; `who` is the connection, to be given to `leave`."""
        self._present[came_from] = who, address

    def leave(self, came_from: int, who: object) -> None:
        """Forget the visitor, unless the port is another one's by now."""
        if self._present.get(came_from, (None,))[0] is who:
            del self._present[came_from]

    def take(self, came_from: int) -> Address | None:
        """Return who it is, once: a node may send another's request after the first."""
        found = self._present.pop(came_from, None)
        return found[1] if found is not None else None
