import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from chmlfrp.daemon.ledger import Ledger, keep_days
from chmlfrp.errors import HomeUnusable
from chmlfrp.guard.history import Step
from chmlfrp.guard.meter import Meter
from chmlfrp.guard.standing import Standings, Turned
from chmlfrp.model.guard import Rule, parse_address
from support.guards import LogWatch


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


@contextlib.contextmanager
def refusing(file: Path, table: str) -> Iterator[None]:
    """Have the database refuse new rows of a table, as if its disk were full."""
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute(
            f"CREATE TRIGGER full BEFORE INSERT ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        yield
        other.execute("DROP TRIGGER full")


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
    tmp_path: Path, expected_logs: LogWatch
) -> None:
    expected_logs("the traffic cannot be kept")
    doors = FakeDoors()
    doors.doors[7] = FakeDoor()
    doors.doors[7].meter.sums.bytes_in = 1
    ledger = Ledger(doors, tmp_path / "gone" / "t.sqlite")  # type: ignore[arg-type] # doors of a test

    await ledger.write()

    assert await ledger.read(Step.DAY) == []
    await ledger.close()


@pytest.mark.parametrize("table", ["amount", "visitor", "standing"])
async def test_what_a_disk_refuses_is_written_by_the_next_try_and_once(
    tmp_path: Path, table: str, expected_logs: LogWatch
) -> None:
    expected_logs("the traffic cannot be kept: full")
    doors, clock = FakeDoors(), SimpleNamespace(now=1_800_000_000.0)
    file = tmp_path / "t.sqlite"
    ledger = Ledger(doors, file, clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    await ledger.load()
    await ledger.read(Step.DAY)
    meter = doors.doors.setdefault(7, FakeDoor()).meter
    anna, standing = parse_address("203.0.113.7"), doors.standings.of(7)
    with refusing(file, table):
        for seconds in (60, 90):
            visitor = meter.visitor(anna, clock.now)
            meter.let_in(visitor, clock.now, is_counted=False)
            meter.left(visitor, clock.now)
            meter.turned_away(Rule.DENY, visitor)
            visitor.bytes_in += 5
            visitor.plays(f"Anna{seconds}", 767)
            meter.sums.bytes_in += 5
            standing.turn(anna, Turned(clock.now + seconds, Rule.BANNED))
            await ledger.write()
            clock.now += 1
        del doors.doors[7]
        await ledger.write()
    await ledger.write()
    await ledger.write()
    await ledger.close()

    after = FakeDoors()
    again = Ledger(after, file, clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    await again.load()
    (entry,) = await again.visitors(most=9)
    assert (entry.connections, entry.bytes_in) == (2, 10)
    assert (entry.refused, set(entry.players)) == ({Rule.DENY: 2}, {"Anna60", "Anna90"})
    for address in ("", "203.0.113.7"):
        (day,) = await again.read(Step.DAY, address=address)
        assert (day.bytes_in, day.connections, day.refused) == (10, 2, 2)
    assert after.standings.of(7).rule(anna, clock.now + 80) is Rule.BANNED
    await again.close()


async def test_bans_that_could_not_be_read_at_first_are_not_written_over(
    tmp_path: Path, expected_logs: LogWatch
) -> None:
    expected_logs("blocks and passes cannot be read")
    doors, file = FakeDoors(), tmp_path / "t.sqlite"
    anna, ben = parse_address("203.0.113.7"), parse_address("203.0.113.8")
    before = Ledger(doors, file)  # type: ignore[arg-type] # doors of a test
    doors.standings.of(7).turn(anna, Turned(time.time() + 600, Rule.BANNED))
    await before.close()
    away = file.rename(tmp_path / "away")
    file.mkdir()

    after = FakeDoors()
    ledger = Ledger(after, file)  # type: ignore[arg-type] # doors of a test
    await ledger.load()
    after.standings.of(7).turn(ben, Turned(time.time() + 600))
    await ledger.write()
    file.rmdir()
    away.rename(file)
    await ledger.write()
    await ledger.close()

    assert after.standings.of(7).rule(anna, time.time()) is Rule.BANNED
    again = FakeDoors()
    last = Ledger(again, file)  # type: ignore[arg-type] # doors of a test
    await last.load()
    await last.close()
    assert set(again.standings.of(7).turned) == {anna, ben}


async def test_who_asks_and_goes_away_does_not_have_it_written_twice(
    tmp_path: Path,
) -> None:
    doors = FakeDoors()
    ledger = Ledger(doors, tmp_path / "t.sqlite")  # type: ignore[arg-type] # doors of a test
    meter = doors.doors.setdefault(7, FakeDoor()).meter
    for _ in range(20):
        meter.sums.bytes_in += 5
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(ledger.write())
            await asyncio.sleep(0)
            asking.cancel()

    (day,) = await ledger.read(Step.DAY)
    await ledger.close()
    assert day.bytes_in == 100


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


def holds(folder: Path, text: str) -> bool:
    """Whether any file there has these bytes."""
    return any(text.encode() in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("chosen", [(None, "203.0.113.7"), (7, None), (None, None)])
async def test_of_who_is_forgotten_no_byte_is_left_but_of_bans_in_force(
    tmp_path: Path, chosen: tuple[int | None, str | None]
) -> None:
    doors, clock = FakeDoors(), SimpleNamespace(now=1_800_000_000.0)
    ledger = Ledger(doors, tmp_path / "t.sqlite", clock=lambda: clock.now)  # type: ignore[arg-type] # doors of a test
    meter, standing = doors.doors.setdefault(7, FakeDoor()).meter, doors.standings.of(7)
    anna, ben = parse_address("203.0.113.7"), parse_address("203.0.113.8")
    for number in range(300):
        who = meter.visitor(parse_address(f"198.51.100.{number % 250}"), clock.now)
        who.bytes_in += 5
    visitor = meter.visitor(anna, clock.now)
    visitor.plays("Anna", 767)
    meter.turned_away(Rule.BANNED, visitor)
    standing.turn(anna, Turned(clock.now + 60, Rule.BANNED))
    standing.admit(anna, clock.now + 60)
    standing.turn(ben, Turned(clock.now + 600, Rule.BANNED))
    await ledger.write()
    clock.now += 60
    (tmp_path / "t.damaged").write_text("203.0.113.7")
    assert holds(tmp_path, "203.0.113.7")

    tunnel, address = chosen
    assert await ledger.forget(tunnel=tunnel, address=address)

    assert not holds(tmp_path, "203.0.113.7")
    assert not holds(tmp_path, "Anna")
    assert holds(tmp_path, "203.0.113.8")
    await ledger.close()
    assert not holds(tmp_path, "203.0.113.7")


async def test_a_deletion_that_a_disk_refuses_is_not_told_as_done(
    tmp_path: Path, expected_logs: LogWatch
) -> None:
    doors, file = FakeDoors(), tmp_path / "t.sqlite"
    ledger = Ledger(doors, file)  # type: ignore[arg-type] # doors of a test
    meter = doors.doors.setdefault(7, FakeDoor()).meter
    meter.visitor(parse_address("203.0.113.7"), time.time()).bytes_in = 5
    await ledger.write()
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute(
            "CREATE TRIGGER full BEFORE DELETE ON visitor "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    expected_logs("the visitors cannot be dropped")

    with pytest.raises(HomeUnusable, match="cannot be written: full"):
        await ledger.forget(tunnel=None, address=None)

    (day,) = await ledger.read(Step.DAY, address="203.0.113.7")
    assert day.bytes_in == 5
    await ledger.close()


async def test_for_how_long_visitors_are_kept_changes_without_a_restart(
    tmp_path: Path,
) -> None:
    doors, clock = FakeDoors(), SimpleNamespace(now=1_800_000_000.0)
    settings: list[int | None] = [None]
    ledger = Ledger(
        doors,  # type: ignore[arg-type] # doors of a test
        tmp_path / "t.sqlite",
        keep_days=90,
        look=lambda: settings[-1],
        clock=lambda: clock.now,
    )
    meter = doors.doors.setdefault(7, FakeDoor()).meter

    async def come(address: str) -> set[str]:
        meter.visitor(parse_address(address), clock.now).bytes_in += 5
        clock.now += 60
        return {entry.address for entry in await ledger.visitors(most=9)}

    await come("203.0.113.7")
    clock.now += 10 * 86400
    assert await come("203.0.113.8") == {"203.0.113.7", "203.0.113.8"}
    settings.append(7)
    assert await come("203.0.113.9") == {"203.0.113.8", "203.0.113.9"}
    assert ledger.keeps_visitors
    settings.append(0)
    assert await come("203.0.113.9") == set()
    assert not ledger.keeps_visitors
    assert not holds(tmp_path, "203.0.113.")
    settings.append(30)
    assert await come("203.0.113.7") == {"203.0.113.7"}
    await ledger.close()


def test_for_how_long_visitors_are_kept_is_read_unless_it_cannot_be(
    tmp_path: Path,
) -> None:
    file = tmp_path / "settings.toml"
    assert keep_days(file) == 90
    file.write_text("[guard]\nkeep_visitors_days = 0\n")
    assert keep_days(file) == 0
    file.write_text("[guard]\nkeep_visitors_days = -1\n")
    assert keep_days(file) is None
    file.unlink()
    file.mkdir()
    assert keep_days(file) is None
