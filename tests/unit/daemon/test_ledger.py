import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from chmlfrp.daemon.ledger import Ledger
from chmlfrp.guard.history import Step
from chmlfrp.guard.meter import Meter
from chmlfrp.guard.standing import Standings, Turned
from chmlfrp.model.guard import Rule, parse_address


class FakeDoors:
    """Doors that are only their meters."""

    def __init__(self) -> None:
        self.doors: dict[int, FakeDoor] = {}
        self.standings = Standings()

    def all(self) -> "dict[int, FakeDoor]":
        return self.doors


class FakeDoor:
    def __init__(self) -> None:
        self.meter = Meter()


async def test_differences_are_written_once_and_a_new_door_begins_anew(
    tmp_path: Path,
) -> None:
    doors, clock = FakeDoors(), SimpleNamespace(now=1_800_000_000.0)
    ledger = Ledger(doors, tmp_path / "t.sqlite", clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    for number in (1, 2):
        doors.doors[7] = FakeDoor()
        doors.doors[7].meter.sums.bytes_in = 100 * number
        doors.doors[7].meter.turned_away(Rule.DENY)
        await ledger.write()
        clock.now += 1
        await ledger.write()

    (day,) = await ledger.read(Step.DAY)
    seconds = await ledger.read(Step.SECOND)
    await ledger.close()

    assert (day.tunnel, day.bytes_in, day.refused) == (7, 300, 2)
    assert [row.bytes_in for row in seconds] == [100, 200]


async def test_a_folder_that_cannot_be_written_costs_the_history_alone(
    tmp_path: Path,
) -> None:
    doors = FakeDoors()
    doors.doors[7] = FakeDoor()
    doors.doors[7].meter.sums.bytes_in = 1
    ledger = Ledger(doors, tmp_path / "gone" / "t.sqlite")  # type: ignore[arg-type] # doors of a test

    await ledger.write()

    assert await ledger.read(Step.DAY) == []
    await ledger.close()


async def test_visitors_and_how_they_stand_are_kept_over_restarts(
    tmp_path: Path,
) -> None:
    doors, clock = FakeDoors(), SimpleNamespace(now=1_800_000_000.0)
    anna = parse_address("203.0.113.7")
    ledger = Ledger(doors, tmp_path / "t.sqlite", clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    meter = doors.doors.setdefault(7, FakeDoor()).meter
    visitor = meter.visitor(anna, clock.now)
    meter.let_in(visitor, clock.now, is_counted=False)
    for _ in range(3):
        visitor.bytes_in += 5
        await ledger.write()
    meter.left(visitor, clock.now)
    meter.turned_away(Rule.BANNED, visitor)
    standing = doors.standings.of(7)
    standing.turn(anna, Turned(clock.now + 60, Rule.BANNED))
    standing.admit(anna, clock.now + 90)
    await ledger.close()

    after = FakeDoors()
    again = Ledger(after, tmp_path / "t.sqlite", clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    await again.load()

    (entry,) = await again.visitors(most=9)
    assert (entry.connections, entry.bytes_in) == (1, 15)
    assert entry.refused == {Rule.BANNED: 1}
    (day,) = await again.read(Step.DAY, address="203.0.113.7")
    assert (day.bytes_in, day.connections, day.refused) == (15, 1, 1)
    assert after.standings.of(7).rule(anna, clock.now) is Rule.BANNED
    assert after.standings.of(7).has_pass(anna, clock.now + 70)
    assert after.standings.of(7).rule(anna, clock.now + 61) is None
    assert await again.forget(tunnel=7, address="203.0.113.7") == 1
    await again.close()


async def test_who_was_written_down_and_is_then_taken_back_was_never_there(
    tmp_path: Path,
) -> None:
    doors, door = FakeDoors(), FakeDoor()
    doors.doors[7] = door
    ledger = Ledger(doors, tmp_path / "t.sqlite")  # type: ignore[arg-type] # doors of a test
    visitor = door.meter.visitor(parse_address("127.0.0.1"), now := time.time())
    door.meter.let_in(visitor, now, is_counted=False)
    await ledger.write()

    door.meter.take_back(visitor)

    assert await ledger.visitors(most=10) == []
    (day,) = await ledger.read(Step.DAY)
    await ledger.close()
    assert day.connections == 0


@pytest.mark.parametrize("keep_days", [0, 7])
async def test_with_a_visitor_its_address_goes_from_the_traffic_as_well(
    tmp_path: Path, keep_days: int
) -> None:
    doors, clock = FakeDoors(), SimpleNamespace(now=1_800_000_000.0)
    file = tmp_path / "t.sqlite"
    before = Ledger(doors, file, clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    meter = doors.doors.setdefault(7, FakeDoor()).meter
    for name in ("203.0.113.7", "203.0.113.8"):
        visitor = meter.visitor(parse_address(name), clock.now)
        meter.let_in(visitor, clock.now, is_counted=False)
        visitor.bytes_in += 5
        meter.sums.bytes_in += 5
        await before.write()
        clock.now += 4 * 86400
    await before.close()
    assert b"203.0.113.7" in file.read_bytes()

    ledger = Ledger(FakeDoors(), file, keep_days=keep_days, clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    await ledger.write()

    kept = {entry.address for entry in await ledger.visitors(most=9)}
    assert kept == ({"203.0.113.8"} if keep_days else set())
    assert await ledger.read(Step.DAY, address="203.0.113.7") == []
    days = await ledger.read(Step.DAY)
    assert sum(day.bytes_in for day in days) == 10
    await ledger.close()


async def test_a_guard_that_was_never_used_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "t.sqlite"
    ledger = Ledger(FakeDoors(), file)  # type: ignore[arg-type] # doors of a test
    await ledger.write()
    await ledger.close()
    assert not file.exists()
