"""`client.guard`."""

from urllib.parse import urlencode

from chmlfrp.control.asking import Ask
from chmlfrp.control.guard import (
    AdmitVisitor,
    Blocked,
    BlockVisitor,
    DoorTraffic,
    Forgotten,
    Lifted,
    LiftVisitor,
    MetricsText,
    Standing,
    TrafficPoint,
    TryRules,
    Verdict,
    VisitorView,
)
from chmlfrp.model.guard import Guard


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

    async def metrics(self) -> str:
        """Return what tunnels do, in the text format of Prometheus."""
        return (await self._ask(MetricsText, "GET", "/v1/guard/metrics")).text

    async def forget(
        self, *, tunnel: int | None = None, address: str = ""
    ) -> Forgotten:
        """Drop visitors from the ledger: of a tunnel, of an address, or all."""
        query = _query(tunnel=tunnel, address=address)
        return await self._ask(Forgotten, "DELETE", f"/v1/guard/visitors{query}")

    async def rules(self) -> Guard:
        """Return the rules for all guarded tunnels, asked before their own."""
        return await self._ask(Guard, "GET", "/v1/guard/rules")

    async def set_rules(self, guard: Guard) -> Guard:
        """Set the rules for all guarded tunnels; `is_on` and `pass_on` are each one's."""
        return await self._ask(Guard, "PUT", "/v1/guard/rules", guard)

    async def standings(self) -> list[Standing]:
        """Return who is blocked, banned or admitted for a while."""
        return await self._ask(list[Standing], "GET", "/v1/guard/standings")

    async def lift(self, tunnel_id: int, command: LiftVisitor) -> Lifted:
        """Turn an address away no more, or take back that it may come.

        tunnel_id: `ALL_TUNNELS` (0): everywhere.
        """
        path = f"/v1/tunnels/{tunnel_id}/guard/lift"
        return await self._ask(Lifted, "POST", path, command)

    async def admit(self, tunnel_id: int, command: AdmitVisitor) -> Standing:
        """Let an address come for a while, as if it had knocked."""
        path = f"/v1/tunnels/{tunnel_id}/guard/admit"
        return await self._ask(Standing, "POST", path, command)

    async def test(self, tunnel_id: int, address: str, *, at: str = "") -> Verdict:
        """Return what would be done with a visitor from there; nothing is changed.

        tunnel_id: `ALL_TUNNELS` (0): by the rules for all tunnels alone.
        at: local time, `2026-11-23T18:00` or `18:00`; now without it.
        """
        query = _query(**{"from": address, "at": at})
        path = f"/v1/tunnels/{tunnel_id}/guard/test{query}"
        return await self._ask(Verdict, "GET", path)

    async def test_rules(self, tunnel_id: int, command: TryRules) -> Verdict:
        """Return what these rules would do with a visitor; they do not come in force."""
        path = f"/v1/tunnels/{tunnel_id}/guard/test"
        return await self._ask(Verdict, "POST", path, command)

    async def block(self, tunnel_id: int, command: BlockVisitor) -> Blocked:
        """Turn an address away for a while, and end its connections.

        tunnel_id: `ALL_TUNNELS` (0): at every tunnel, also those guarded later.
        """
        path = f"/v1/tunnels/{tunnel_id}/guard/block"
        return await self._ask(Blocked, "POST", path, command)


def _query(**values: int | str | None) -> str:
    """Return the query with what is said."""
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(said)}" if said else ""
