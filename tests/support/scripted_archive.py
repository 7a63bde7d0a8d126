"""What was deleted at a scripted daemon."""

from collections.abc import Callable

from chmlfrp.control.archive import DeletedTunnel, FoundTunnel


class ScriptedArchive:
    """`note` keeps every command, under `archive.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self.rows: list[DeletedTunnel] = []
        self.found: list[FoundTunnel] = []

    async def deleted(self) -> list[DeletedTunnel]:
        self._note("archive.deleted")
        return self.rows
