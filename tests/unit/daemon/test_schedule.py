"""Starting and stopping by the clock on the wall."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chmlfrp.daemon.options import Options, load
from chmlfrp.daemon.schedule import Schedules
from chmlfrp.daemon.supervisor import News
from chmlfrp.engine.events import StartRequested, StopRequested
from chmlfrp.engine.state import Register, State, TunnelState
from chmlfrp.model.ladder import Proxy, Rung
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, parse_windows
from chmlfrp.model.tunnel import TunnelId
from support import tmodel
from support.clock import FakeClock

ONE = TunnelId(1)
MONDAY = datetime(2026, 11, 23, 12)
START, STOP = StartRequested(frozenset({ONE})), StopRequested(frozenset({ONE}))
EVENINGS = Schedule(windows=parse_windows("18:00-23:00"))


class World:
    """One tunnel, its schedule and two clocks."""

    def __init__(self, folder: Path) -> None:
        self.told: list[News] = []
        self.wall = MONDAY
        self.clock = FakeClock()
        self.tunnel = TunnelState(id=ONE, account=7, tunnel=tmodel.tunnel(1))
        self.file = folder / "schedule.json"
        self.options = Options(folder / "options.json", "http://127.0.0.1:1")
        self.schedules = Schedules(
            self.options,
            self.file,
            lambda: State(tunnels=Register().having(self.tunnel)),
            self.told.append,
            now=self.clock,
            wall=lambda: self.wall,
        )
        self._since = MONDAY

    def at(self, hour: int, minute: int = 0, *, day: int = 0) -> None:
        moment = MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)
        self.clock.now += max(0.0, (moment - self.wall).total_seconds())
        self.wall = moment

    async def look(self) -> list[News]:
        self.told.clear()
        self._since = await self.schedules.look(self._since)
        for news in self.told:
            is_start = isinstance(news, StartRequested)
            self.tunnel = replace(self.tunnel, wanted=is_start)
        return list(self.told)

    async def wants(self, schedule: Schedule) -> None:
        await self.options.set(ONE, TunnelOptions(schedule=schedule))

    def opens(self, **carried: int) -> None:
        self.tunnel = replace(
            self.tunnel,
            wanted=True,
            proxy=Rung(Proxy.OPEN),
            tunnel=tmodel.tunnel(1, **carried),
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_without_a_schedule_nothing_happens(world: World) -> None:
    world.at(18)
    assert await world.look() == []
    assert not world.file.exists()


async def test_it_starts_and_stops_at_its_hours(world: World) -> None:
    await world.wants(EVENINGS)
    assert await world.look() == []
    world.at(18)
    assert await world.look() == [START]
    world.at(22, 59)
    assert await world.look() == []
    world.at(23)
    assert await world.look() == [STOP]


async def test_a_person_overrules_it_until_the_next_hour(world: World) -> None:
    await world.wants(EVENINGS)
    world.at(18)
    assert await world.look() == [START]
    world.tunnel = replace(world.tunnel, wanted=False)
    world.at(20)
    assert await world.look() == []
    world.at(18, day=1)
    assert await world.look() == [START]


async def test_hours_missed_in_sleep_are_made_up_for(world: World) -> None:
    await world.wants(EVENINGS)
    world.at(19, 30, day=2)
    assert await world.look() == [START]
    world.at(3, day=9)
    assert await world.look() == [STOP]


async def test_a_clock_that_is_put_back_does_nothing(world: World) -> None:
    await world.wants(EVENINGS)
    world.at(18)
    await world.look()
    world.at(12)
    assert await world.look() == []


async def test_the_place_is_kept_on_disk(world: World) -> None:
    await world.wants(EVENINGS)
    world.at(18)
    await world.look()
    assert load(world.file, datetime) == world.wall


async def test_it_stops_after_a_time_without_visitors(world: World) -> None:
    await world.wants(Schedule(idle_stop_min=30))
    world.opens()
    assert await world.look() == []
    world.at(12, 29)
    assert await world.look() == []
    world.at(12, 30)
    assert await world.look() == [STOP]


@pytest.mark.parametrize("carried", [{"connections": 1}, {"today_in_bytes": 10}])
async def test_a_visitor_begins_the_time_anew(
    world: World, carried: dict[str, int]
) -> None:
    await world.wants(Schedule(idle_stop_min=30))
    world.opens()
    await world.look()
    world.at(12, 29)
    world.opens(**carried)
    assert await world.look() == []
    world.at(12, 58)
    assert await world.look() == []
    world.opens(**{k: v for k, v in carried.items() if k != "connections"})
    world.at(13, 28)
    await world.look()
    world.at(13, 58)
    assert await world.look() in ([STOP], [])
    world.at(14, 30)
    await world.look()
    assert not world.tunnel.wanted


async def test_it_stops_for_good_when_it_expires(world: World) -> None:
    await world.wants(
        Schedule(windows=EVENINGS.windows, expires_at=MONDAY.replace(hour=20))
    )
    world.at(18)
    assert await world.look() == [START]
    world.at(20)
    assert await world.look() == [STOP]
    world.at(18, 1, day=1)
    assert await world.look() == []


async def test_what_starts_with_the_daemon_is_started_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    await world.options.set(ONE, TunnelOptions(is_started_with_daemon=True))
    assert await world.look() == [START]
    world.tunnel = replace(world.tunnel, wanted=False)
    assert await world.look() == []


async def test_a_tunnel_is_left_as_it_was_unless_somebody_wants_otherwise(
    tmp_path: Path,
) -> None:
    world = World(tmp_path)
    await world.options.set(ONE, TunnelOptions(group="games"))
    assert await world.look() == []
