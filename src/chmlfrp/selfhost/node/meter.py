"""Turning counters that may start over into amounts that add up."""


class Meter:
    """Remembers each counter's last value; a smaller one means it began anew."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def advance(self, name: str, value: int) -> int:
        """Return by how much the counter grew since the last call."""
        before = self._last.get(name, 0)
        self._last[name] = value
        return value - before if value >= before else value
