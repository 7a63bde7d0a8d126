"""When messages go out."""

from datetime import datetime

from chmlfrp.notify.news import Notice
from chmlfrp.notify.pace import AT_MOST, GATHER_S, WITHIN_S, Pace
from support.clock import FakeClock

ONE = Notice(title="t", body="one", is_bad=True)
TWO = Notice(title="t", body="two", is_bad=False)


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.wall = datetime(2026, 11, 23, 12)
        self.pace = Pace(now=self.clock, wall=lambda: self.wall)

    def due(self, after: float, quiet: str = "") -> str | None:
        self.clock.now += after
        notice = self.pace.due(quiet)
        return None if notice is None else notice.body


def test_what_comes_together_goes_out_together() -> None:
    world = World()
    world.pace.put([ONE])
    assert world.due(GATHER_S - 0.1) is None
    world.pace.put([TWO])
    assert world.due(0.1) == "one\ntwo"
    assert world.due(100) is None


def test_quiet_hours_hold_back_and_lose_nothing() -> None:
    world = World()
    world.wall = world.wall.replace(hour=23, minute=30)
    world.pace.put([ONE])
    assert world.due(GATHER_S, "23:00-07:00") is None
    world.wall = world.wall.replace(hour=7, minute=0)
    assert world.due(1, "23:00-07:00") == "one"


def test_a_storm_is_held_down_and_told_in_the_end() -> None:
    world = World()
    for _ in range(AT_MOST):
        world.pace.put([ONE])
        assert world.due(GATHER_S) == "one"
    world.pace.put([TWO, ONE])
    assert world.due(GATHER_S) is None
    assert world.due(WITHIN_S) == "two\none"
