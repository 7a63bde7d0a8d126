"""Answers about who may come in: rules for all tunnels, trials, blocks and passes."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chmlfrp.control.guard import Blocked, Lifted, Standing, Verdict
from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.knockdesk import KnockDesk
from chmlfrp.daemon.ledger import Ledger
from chmlfrp.daemon.options import load
from chmlfrp.errors import InvalidInput
from chmlfrp.guard import country
from chmlfrp.guard.datagram import UNKNOWN
from chmlfrp.guard.rules import Refusal
from chmlfrp.guard.standing import Turned
from chmlfrp.local.files import save_state
from chmlfrp.model.guard import Address, Guard, Rule, parse_address
from chmlfrp.model.tunnel import ALL_TUNNELS, TunnelId

EACH_ITS_OWN = ("is_on", "pass_on", "knock_hours", "inspects", "asleep")
"""What the rules for all tunnels cannot hold."""
_ON = Guard(is_on=True)
LONGEST_BLOCK_MIN = 60 * 24 * 365
LONGEST_PASS_H = 24 * 365


class GateKeeper:
    """What turns away and lets in is on disk before it is answered, if the disk can.

    A tunnel may be `ALL_TUNNELS`, but nobody is admitted to all.
    """

    def __init__(
        self,
        doors: Doors,
        ledger: Ledger,
        guard_of: Callable[[TunnelId], Guard],
        *,
        rules_file: Path,
        knock: KnockDesk | None = None,
        clock: Callable[[], float] = time.time,
        wall: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._doors = doors
        self._ledger = ledger
        self._guard_of = guard_of
        self._rules_file = rules_file
        self._knock = knock
        self._clock = clock
        self._wall = wall

    async def load(self) -> None:
        """Take up what the last daemon knew."""
        await self._ledger.load()
        found = await asyncio.to_thread(lambda: load(self._rules_file, Guard))
        self._doors.apply_everywhere(found or Guard())

    def rules(self) -> Guard:
        """Return the rules for all tunnels."""
        return self._doors.hall.guard

    async def set_rules(self, guard: Guard) -> Guard:
        """Put the rules for all tunnels on disk and in force.

        Raises:
            InvalidInput: a value cannot be; the ones so far stay.
            HomeUnusable: the file cannot be written; the ones so far stay.
        """
        check(guard)
        own = {name: getattr(guard, name) for name in EACH_ITS_OWN}
        if own != {name: getattr(Guard(), name) for name in EACH_ITS_OWN}:
            raise InvalidInput(
                f"{', '.join(EACH_ITS_OWN)} are set for each tunnel alone",
                field="guard",
            )
        await asyncio.to_thread(save_state, self._rules_file, guard)
        self._doors.apply_everywhere(guard)
        return guard

    def standings(self) -> list[Standing]:
        """Return who is turned away or admitted for a while, what ends last first."""
        now = self._clock()
        found = []
        for tunnel, standing in self._doors.standings.all():
            for address, turned in standing.turned.items():
                found.append(self._view(tunnel, address, turned.until, turned.rule))
            for address, until in standing.passes.items():
                found.append(self._view(tunnel, address, until, None))
        return sorted((s for s in found if s.until > now), key=lambda s: -s.until)

    def test(self, tunnel_id: TunnelId, address: str, *, at: str = "") -> Verdict:
        """Return what would be done with a visitor from there; raises InvalidInput."""
        visitor, moment = self._tried(address, at)
        if tunnel_id == ALL_TUNNELS:
            common = self._doors.hall.judge(visitor, moment.timestamp(), moment)
            return _verdict(visitor, _ON, (common, True))
        guard = self._guard_of(tunnel_id)
        names = self._names_senders(tunnel_id)
        judged = visitor if names else UNKNOWN
        found = self._doors.judge(tunnel_id, guard, judged, moment)
        return _verdict(visitor, guard, found, names_senders=names)

    def test_rules(
        self,
        tunnel_id: TunnelId,
        address: str,
        guard: Guard,
        *,
        at: str = "",
        is_global: bool = False,
    ) -> Verdict:
        """Return what these rules would do with a visitor; raises InvalidInput.

        is_global: they stand for the rules for all tunnels, not for the tunnel's own.
        """
        visitor, moment = self._tried(address, at)
        check(guard)
        if tunnel_id == ALL_TUNNELS:
            tried = self._doors.try_common(guard, visitor, moment)
            return _verdict(visitor, _ON, (tried, True))
        own = self._guard_of(tunnel_id)
        rules, common = (own, guard) if is_global else (guard, self.rules())
        names = self._names_senders(tunnel_id)
        judged = visitor if names else UNKNOWN
        found = self._doors.try_rules(tunnel_id, rules, common, judged, moment)
        return _verdict(visitor, own, found, names_senders=names)

    def _names_senders(self, tunnel_id: TunnelId) -> bool:
        door = self._doors.door(tunnel_id)
        return door is None or door.tells_senders

    def _tried(self, address: str, at: str) -> tuple[Address, datetime]:
        visitor = parse_address(address, field="from")
        return visitor, _moment(at, self._wall()) if at else self._wall()

    async def block(self, tunnel_id: TunnelId, address: str, minutes: int) -> Blocked:
        """Turn the address away from now on; raises InvalidInput."""
        visitor = parse_address(address)
        if not 1 <= minutes <= LONGEST_BLOCK_MIN:
            raise InvalidInput(
                f"nobody can be blocked for {minutes} minutes",
                hint=f"between 1 and {LONGEST_BLOCK_MIN}; deny is for ever",
                field="minutes",
            )
        until = self._clock() + minutes * 60
        self._doors.standings.of(tunnel_id).turn(visitor, Turned(until))
        ended = sum(
            door.cut(visitor)
            for number, door in self._doors.all().items()
            if tunnel_id in (ALL_TUNNELS, number)
        )
        await self._ledger.write()
        return Blocked(address=str(visitor), until=until, ended=ended)

    async def lift(self, tunnel_id: TunnelId, address: str, *, is_pass: bool) -> Lifted:
        """Turn the address away no more, or take its pass.

        Raises InvalidInput; HomeUnusable: the pass is taken until the daemon ends.
        """
        visitor = parse_address(address)
        is_any = tunnel_id == ALL_TUNNELS
        lifted = [
            number
            for number, standing in self._doors.standings.all()
            if is_any or number == tunnel_id
            if (standing.dismiss(visitor) if is_pass else standing.lift(visitor))
        ]
        await self._ledger.write()
        if is_pass and self._knock is not None:
            for number in lifted:
                await self._knock.take(TunnelId(number), visitor)
        return Lifted(address=str(visitor), was=bool(lifted))

    async def admit(self, tunnel_id: TunnelId, address: str, hours: int) -> Standing:
        """Let the address come for so long; raises InvalidInput."""
        visitor = parse_address(address)
        if tunnel_id == ALL_TUNNELS:
            raise InvalidInput(f"there is no tunnel {tunnel_id}", field="tunnel")
        if not 1 <= hours <= LONGEST_PASS_H:
            raise InvalidInput(
                f"nobody can be admitted for {hours} hours",
                hint=f"between 1 and {LONGEST_PASS_H}; allow is for ever",
                field="hours",
            )
        until = self._clock() + hours * 3600
        self._doors.standings.of(tunnel_id).admit(visitor, until)
        await self._ledger.write()
        return self._view(tunnel_id, visitor, until, None)

    def _view(
        self, tunnel: int, address: Address, until: float, rule: Rule | None
    ) -> Standing:
        return Standing(
            tunnel=tunnel,
            name=self._doors.name(TunnelId(tunnel)),
            address=str(address),
            until=until,
            rule=rule,
            country=country.country_of(address),
        )


def _verdict(
    visitor: Address,
    guard: Guard,
    found: tuple[Refusal | None, bool],
    *,
    names_senders: bool = True,
) -> Verdict:
    refusal, is_global = found
    return Verdict(
        address=str(visitor),
        is_on=guard.is_on,
        rule=refusal.rule if refusal else None,
        why=refusal.why if refusal else "",
        is_global=is_global,
        country=country.country_of(visitor),
        names_senders=names_senders,
    )


def check(guard: Guard) -> None:
    """Raise InvalidInput for the first rule that cannot be, or not here."""
    guard.check()
    if guard.asks_countries and not country.is_known():
        raise InvalidInput(
            "countries are not known here",
            hint='pip install "chmlfrp-ui[guard]"',
            field="country",
        )


def _moment(text: str, now: datetime) -> datetime:
    """Return a local time; `18:00` is today's."""
    try:
        if len(text) <= len("18:00:00"):
            text = f"{now.date()}T{text}"
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidInput(
            f"{text!r} is no time",
            hint="write 18:00 or 2026-11-23T18:00",
            field="at",
        ) from error
