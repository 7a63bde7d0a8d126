"""The guard of a scripted daemon: what a test puts there is what is answered."""

from collections.abc import Callable

from chmlfrp.control.guard import (
    Blocked,
    DoorTraffic,
    Forgotten,
    Lifted,
    Standing,
    TrafficPoint,
    Verdict,
    VisitorView,
)
from chmlfrp.model.guard import Guard
from chmlfrp.model.tunnel import TunnelId


class ScriptedGuard:
    """`note` keeps every command, under `guard.…`, and raises what it is to raise."""

    def __init__(self, note: Callable[..., None]) -> None:
        self._note = note
        self.sums: list[DoorTraffic] = []
        self.points: list[TrafficPoint] = []
        self.seen: list[VisitorView] = []
        self.later: list[list[VisitorView]] = []
        """What is seen from the next question on."""
        self.common = Guard()
        self.stand: list[Standing] = []
        self.verdict = Verdict(address="203.0.113.7", is_on=True)

    def traffic(self) -> list[DoorTraffic]:
        self._note("guard.traffic")
        return self.sums

    async def history(
        self, step_s: int, *, tunnel: int | None, address: str
    ) -> list[TrafficPoint]:
        self._note("guard.history", (step_s, tunnel, address))
        return self.points

    async def visitors(
        self,
        *,
        is_live: bool,
        tunnel: int | None,
        address: str,
        with_names: bool,
        most: int,
    ) -> list[VisitorView]:
        self._note("guard.visitors", (is_live, tunnel, address, with_names, most))
        seen = self.seen
        self.seen = self.later.pop(0) if self.later else seen
        return seen

    async def forget(self, *, tunnel: int | None, address: str) -> Forgotten:
        self._note("guard.forget", (tunnel, address))
        return Forgotten(visitors=3)

    def rules(self) -> Guard:
        return self.common

    async def set_rules(self, guard: Guard) -> Guard:
        self._note("guard.set_rules", guard)
        self.common = guard
        return guard

    def standings(self) -> list[Standing]:
        return self.stand

    async def lift(self, tunnel_id: TunnelId, address: str, *, is_pass: bool) -> Lifted:
        self._note("guard.lift", (tunnel_id, address, is_pass))
        return Lifted(address=address, was=not is_pass)

    async def admit(self, tunnel_id: TunnelId, address: str, hours: int) -> Standing:
        self._note("guard.admit", (tunnel_id, address, hours))
        return Standing(tunnel=tunnel_id, address=address, until=4_000_000_000.0)

    def test(self, tunnel_id: TunnelId, address: str, *, at: str) -> Verdict:
        self._note("guard.test", (tunnel_id, address, at))
        return self.verdict

    def test_rules(
        self,
        tunnel_id: TunnelId,
        address: str,
        guard: Guard,
        *,
        at: str,
        is_global: bool,
    ) -> Verdict:
        self._note("guard.test_rules", (tunnel_id, address, guard, at, is_global))
        return self.verdict

    async def block(self, tunnel_id: TunnelId, address: str, minutes: int) -> Blocked:
        self._note("guard.block", (tunnel_id, address, minutes))
        return Blocked(address=address, until=4_000_000_000.0, ended=2)
