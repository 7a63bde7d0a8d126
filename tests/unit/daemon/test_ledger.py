from pathlib import Path
from types import SimpleNamespace

from chmlfrp.daemon.ledger import Ledger
from chmlfrp.guard.history import Step
from chmlfrp.guard.meter import Meter
from chmlfrp.model.guard import Rule


class FakeDoors:
    """Doors that are only their meters."""

    def __init__(self) -> None:
        self.doors: dict[int, FakeDoor] = {}

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
