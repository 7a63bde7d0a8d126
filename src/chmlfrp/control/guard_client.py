"""`client.guard`."""

from urllib.parse import quote

from chmlfrp.control.asking import Ask
from chmlfrp.control.guard import (
    Blocked,
    BlockVisitor,
    DoorTraffic,
    TrafficPoint,
    Verdict,
    VisitorView,
)


class GuardClient:
    """What the guard's doors count and decide; every method raises ChmlFrpError."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def traffic(self) -> list[DoorTraffic]:
        """Return the sums of every guarded tunnel."""
        return await self._ask(list[DoorTraffic], "GET", "/v1/guard/traffic")

    async def history(self, step_s: int = 60) -> list[TrafficPoint]:
        """Return what tunnels carried, in steps of 1, 60, 3600 or 86400 s."""
        path = f"/v1/guard/history?step={step_s}"
        return await self._ask(list[TrafficPoint], "GET", path)

    async def visitors(self, *, is_live: bool = False) -> list[VisitorView]:
        """Return who came, the last one first; with `is_live` who is inside."""
        path = f"/v1/guard/visitors?live={int(is_live)}"
        return await self._ask(list[VisitorView], "GET", path)

    async def test(self, tunnel_id: int, address: str) -> Verdict:
        """Return what would be done with a visitor from there; nothing is changed."""
        path = f"/v1/tunnels/{tunnel_id}/guard/test?from={quote(address, safe='')}"
        return await self._ask(Verdict, "GET", path)

    async def block(self, tunnel_id: int, command: BlockVisitor) -> Blocked:
        """Turn an address away for a while, and end its connections."""
        path = f"/v1/tunnels/{tunnel_id}/guard/block"
        return await self._ask(Blocked, "POST", path, command)
