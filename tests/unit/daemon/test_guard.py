"""What is told of a tunnel whose core does not say who comes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from chmlfrp.daemon.doors import Doors
from chmlfrp.daemon.guard import GuardKeeper
from chmlfrp.daemon.ledger import Ledger
from chmlfrp.guard.datagram import UNKNOWN, DatagramDoor
from chmlfrp.guard.door import Door
from chmlfrp.model.guard import Guard, Rule, parse_address
from chmlfrp.model.tunnel import TunnelId

ONE = TunnelId(1)


class OneDoor(Doors):
    """With a door that no core was told of."""

    kept: Door

    def door(self, tunnel_id: TunnelId) -> Door | None:
        return self.kept if tunnel_id == ONE else None

    def all(self) -> Mapping[TunnelId, Door]:
        return {ONE: self.kept}


@pytest.mark.parametrize("tells", [True, False])
async def test_it_is_told_whether_the_core_names_senders(
    tmp_path: Path, *, tells: bool
) -> None:
    doors = OneDoor(tmp_path, lambda _: Guard(), tell=lambda _: None)
    ledger = Ledger(doors, tmp_path / "traffic.sqlite", keep_days=1)
    keeper = GuardKeeper(doors, ledger, lambda _: Guard(), rules_file=tmp_path / "g")
    address = parse_address("203.0.113.7") if tells else UNKNOWN
    async with asyncio.TaskGroup() as tasks:
        doors.kept = DatagramDoor(
            Guard(),
            ("127.0.0.1", 9),
            is_core=lambda _: True,
            tell_down=print,
            tasks=tasks,
        )
        doors.kept.tells_senders = tells
        doors.kept.meter.visitor(address, 1.0)

        (sums,) = keeper.traffic()
        present = await keeper.visitors(is_live=False)
        await ledger.write()
        remembered = await keeper.visitors(is_live=False)
        await ledger.close()

    assert sums.names_senders is tells
    for (visitor,) in (present, remembered):
        assert visitor.address == str(address)
        assert visitor.is_everybody is not tells


@pytest.mark.parametrize("days", [0, 1])
async def test_with_no_days_to_keep_visitors_those_who_are_in_are_shown_alone(
    tmp_path: Path, days: int
) -> None:
    doors = OneDoor(tmp_path, lambda _: Guard(), tell=lambda _: None)
    ledger = Ledger(doors, tmp_path / "traffic.sqlite", keep_days=days)
    keeper = GuardKeeper(doors, ledger, lambda _: Guard(), rules_file=tmp_path / "g")
    async with asyncio.TaskGroup() as tasks:
        doors.kept = Door(
            Guard(),
            ("127.0.0.1", 9),
            is_core=lambda _: True,
            tell_down=print,
            tasks=tasks,
        )
        meter = doors.kept.meter
        present = meter.visitor(parse_address("203.0.113.7"), 1.0)
        meter.let_in(present, 1.0, is_counted=False)
        meter.visitor(parse_address("203.0.113.8"), 1.0)

        shown = {view.address for view in await keeper.visitors(is_live=False)}
        await ledger.close()

    assert shown == {"203.0.113.7"} | ({"203.0.113.8"} if days else set())


@pytest.mark.parametrize(
    ("guard", "rule"),
    [
        (Guard(is_on=True, deny=("203.0.113.7",)), None),
        (Guard(is_on=True, max_per_address=1, new_per_minute=1), None),
        (Guard(is_on=True, allow=("203.0.113.7",)), Rule.ALLOW),
        (Guard(is_on=True, knock_hours=1), Rule.KNOCK),
    ],
)
async def test_where_nobody_is_named_a_trial_says_what_is_done_with_everybody(
    tmp_path: Path, guard: Guard, rule: Rule | None
) -> None:
    doors = OneDoor(tmp_path, lambda _: guard, tell=lambda _: None)
    ledger = Ledger(doors, tmp_path / "traffic.sqlite", keep_days=1)
    keeper = GuardKeeper(doors, ledger, lambda _: guard, rules_file=tmp_path / "g")
    async with asyncio.TaskGroup() as tasks:
        doors.kept = DatagramDoor(
            guard,
            ("127.0.0.1", 9),
            is_core=lambda _: True,
            tell_down=print,
            tasks=tasks,
        )
        for tells in (False, True):
            doors.kept.tells_senders = tells
            for verdict in (
                keeper.test(ONE, "203.0.113.7"),
                keeper.test_rules(ONE, "203.0.113.7", guard),
            ):
                assert verdict.address == "203.0.113.7"
                assert verdict.names_senders is tells
                assert tells or verdict.rule is rule
        assert keeper.test(TunnelId(2), "203.0.113.7").names_senders
        await ledger.close()
