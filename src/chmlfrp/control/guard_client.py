"""`client.guard`."""

from urllib.parse import quote, urlencode

from chmlfrp.control.asking import Ask
from chmlfrp.control.guard import (
    Blocked,
    BlockVisitor,
    DoorTraffic,
    Forgotten,
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

    async def history(
        self, step_s: int = 60, *, tunnel: int | None = None, address: str = ""
    ) -> list[TrafficPoint]:
        """Return what tunnels carried, in steps of 1, 60, 3600 or 86400 s.

        address: of this visitor alone.
        """
        query = _query(step=step_s, tunnel=tunnel, address=address)
        return await self._ask(list[TrafficPoint], "GET", f"/v1/guard/history{query}")

    async def visitors(
        self,
        *,
        is_live: bool = False,
        tunnel: int | None = None,
        address: str = "",
        with_names: bool = False,
        most: int = 1000,
    ) -> list[VisitorView]:
        """Return who came, the last one first; with `is_live` who is inside.

        with_names: names by reverse DNS, as far as they are known within seconds.
        """
        query = _query(
            live=int(is_live),
            tunnel=tunnel,
            address=address,
            names=int(with_names),
            most=most,
        )
        return await self._ask(list[VisitorView], "GET", f"/v1/guard/visitors{query}")

    async def forget(
        self, *, tunnel: int | None = None, address: str = ""
    ) -> Forgotten:
        """Drop visitors from the ledger: of a tunnel, of an address, or all."""
        query = _query(tunnel=tunnel, address=address)
        return await self._ask(Forgotten, "DELETE", f"/v1/guard/visitors{query}")

    async def test(self, tunnel_id: int, address: str) -> Verdict:
        """Return what would be done with a visitor from there; nothing is changed."""
        path = f"/v1/tunnels/{tunnel_id}/guard/test?from={quote(address, safe='')}"
        return await self._ask(Verdict, "GET", path)

    async def block(self, tunnel_id: int, command: BlockVisitor) -> Blocked:
        """Turn an address away for a while, and end its connections."""
        path = f"/v1/tunnels/{tunnel_id}/guard/block"
        return await self._ask(Blocked, "POST", path, command)


def _query(**values: int | str | None) -> str:
    """Return the query with what is said."""
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(said)}" if said else ""
