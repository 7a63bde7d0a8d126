"""Answers about what doors counted: traffic and visitors."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from chmlfrp.control.guard import (
    DoorTraffic,
    Forgotten,
    TrafficPoint,
    VisitorView,
)
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.gate import GateKeeper
from chmlfrp.daemon.knockdesk import KnockDesk
from chmlfrp.daemon.ledger import Ledger
from chmlfrp.errors import InvalidInput
from chmlfrp.guard.country import country_of
from chmlfrp.guard.datagram import UNKNOWN
from chmlfrp.guard.history import Step
from chmlfrp.guard.meter import Visitor
from chmlfrp.guard.names import HostNames
from chmlfrp.guard.roll import Entry
from chmlfrp.model.guard import Address, Guard, parse_address
from chmlfrp.model.tunnel import TunnelId

MOST_NAMES = 200
"""Of the visitors who came last; each costs a question to the resolver."""
NAMES_PATIENCE_S = 3.0


class GuardKeeper(GateKeeper):
    """Reads the doors and the ledger."""

    def __init__(
        self,
        doors: Doors,
        ledger: Ledger,
        guard_of: Callable[[TunnelId], Guard],
        *,
        rules_file: Path,
        knock: KnockDesk | None = None,
        names: HostNames | None = None,
    ) -> None:
        super().__init__(doors, ledger, guard_of, rules_file=rules_file, knock=knock)
        self._names = names or HostNames()

    def traffic(self) -> list[DoorTraffic]:
        """Return the sums of every door."""
        doors = sorted(self._doors.all().items())
        rates = {
            id(door): door.meter.pulse.rates_at(self._clock()) for _, door in doors
        }
        return [
            DoorTraffic(
                tunnel=tunnel_id,
                name=self._doors.name(tunnel_id),
                names_senders=door.tells_senders,
                open=door.meter.open,
                connections=door.meter.sums.connections,
                bytes_in=door.meter.sums.bytes_in,
                bytes_out=door.meter.sums.bytes_out,
                rate_in=rates[id(door)][0],
                rate_out=rates[id(door)][1],
                refused=dict(door.meter.sums.refused),
            )
            for tunnel_id, door in doors
        ]

    async def history(
        self, step_s: int, *, tunnel: int | None = None, address: str = ""
    ) -> list[TrafficPoint]:
        """Return what tunnels carried in steps of so many seconds, the oldest first.

        address: of this visitor alone.
        """
        if step_s not in set(Step):
            raise InvalidInput(
                f"step cannot be {step_s}",
                hint="one of 1, 60, 3600, 86400 seconds",
                field="step",
            )
        return [
            TrafficPoint(
                at=row.at,
                tunnel=row.tunnel,
                bytes_in=row.bytes_in,
                bytes_out=row.bytes_out,
                connections=row.connections,
                refused=row.refused,
            )
            for row in await self._ledger.read(
                Step(step_s), tunnel=tunnel, address=_address(address) or ""
            )
        ]

    async def visitors(
        self,
        *,
        is_live: bool,
        tunnel: int | None = None,
        address: str = "",
        with_names: bool = False,
        most: int = 1000,
    ) -> list[VisitorView]:
        """Return who came, the last one first; with `is_live` who is inside."""
        wanted = _address(address)
        is_live = is_live or not self._ledger.keeps_visitors
        found = {
            (tunnel_id, str(visitor.address)): self._seen(tunnel_id, visitor)
            for tunnel_id, door in self._doors.all().items()
            for visitor in door.meter.visitors.values()
            if visitor.open or not is_live
            if tunnel in (None, tunnel_id) and wanted in (None, str(visitor.address))
        }
        if not is_live:
            remembered = await self._ledger.visitors(
                tunnel=tunnel, address=wanted, most=most
            )
            for entry in remembered:
                key = TunnelId(entry.tunnel), entry.address
                found[key] = self._told(entry, found.get(key))
        views = sorted(found.values(), key=lambda view: -view.last)[:most]
        if not with_names:
            return views
        asked = [view.address for view in views[:MOST_NAMES]]
        await self._names.look_up(asked, patience_s=NAMES_PATIENCE_S)
        return [
            msgspec.structs.replace(view, host=self._names.known(view.address))
            for view in views
        ]

    async def forget(self, *, tunnel: int | None, address: str) -> Forgotten:
        """Drop visitors of a tunnel, of an address, or all; who is in begins anew.

        Raises InvalidInput, HomeUnusable.
        """
        wanted = _address(address)
        count = await self._ledger.forget(tunnel=tunnel, address=wanted)
        for tunnel_id, door in self._doors.all().items():
            if tunnel in (None, tunnel_id):
                door.meter.forget(None if wanted is None else parse_address(wanted))
        if self._knock is not None:
            await self._knock.tidy()
        return Forgotten(visitors=count)

    def _seen(self, tunnel_id: TunnelId, visitor: Visitor) -> VisitorView:
        rate_in, rate_out = visitor.pulse.rates_at(self._clock())
        return VisitorView(
            tunnel=tunnel_id,
            address=str(visitor.address),
            is_everybody=visitor.address == UNKNOWN,
            first=visitor.first,
            last=visitor.last,
            connections=visitor.connections,
            open=visitor.open,
            bytes_in=visitor.bytes_in,
            bytes_out=visitor.bytes_out,
            rate_in=rate_in,
            rate_out=rate_out,
            refused=dict(visitor.refused),
            blocked_until=self._turned_until(tunnel_id, visitor.address),
            name=self._doors.name(tunnel_id),
            country=country_of(visitor.address),
            players=dict(visitor.players),
        )

    def _told(self, entry: Entry, present: VisitorView | None) -> VisitorView:
        """Return what is remembered of a visitor, with what holds at present."""
        tunnel, address = TunnelId(entry.tunnel), parse_address(entry.address)
        return VisitorView(
            tunnel=tunnel,
            address=entry.address,
            is_everybody=address == UNKNOWN,
            first=entry.first,
            last=entry.last,
            connections=entry.connections,
            open=present.open if present else 0,
            bytes_in=entry.bytes_in,
            bytes_out=entry.bytes_out,
            rate_in=present.rate_in if present else 0.0,
            rate_out=present.rate_out if present else 0.0,
            refused=entry.refused,
            blocked_until=self._turned_until(tunnel, address),
            name=self._doors.name(tunnel),
            country=country_of(address),
            players=entry.players,
        )

    def _turned_until(self, tunnel: TunnelId, address: Address) -> float | None:
        found = [
            standing.turned[address].until
            for standing in (
                self._doors.standings.of(tunnel),
                self._doors.hall.standing,
            )
            if address in standing.turned
        ]
        until = max(found, default=0.0)
        return until if until > self._clock() else None


def _address(text: str) -> str | None:
    """Return the address as the ledger writes it, None without one."""
    return str(parse_address(text)) if text else None
