"""Hours of the week: their text, when they are open and where their edges lie."""

from datetime import datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chmlfrp.errors import InvalidInput
from chmlfrp.model.schedule import (
    Schedule,
    Window,
    Wish,
    format_windows,
    parse_moment,
    parse_windows,
)

MONDAY = datetime(2026, 11, 23)
MINUTES = some.times().map(lambda t: t.replace(second=0, microsecond=0))
WINDOWS = some.builds(
    Window,
    days=some.sets(some.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))),
    start=MINUTES,
    stop=MINUTES,
)
SCHEDULES = some.builds(Schedule, windows=some.lists(WINDOWS, max_size=3).map(tuple))
MOMENTS = some.datetimes(MONDAY, MONDAY + timedelta(days=21))


def of(text: str) -> Schedule:
    return Schedule(windows=parse_windows(text))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("18:00-23:30", (0, 1, 2, 3, 4, 5, 6)),
        ("mon-fri 18:00-23:30", (0, 1, 2, 3, 4)),
        ("sat,sun 18:00 - 23:30", (5, 6)),
        ("FRI-MON 18:00-23:30", (0, 4, 5, 6)),
    ],
)
def test_days_are_read(text: str, days: tuple[int, ...]) -> None:
    (window,) = parse_windows(text)
    assert window == Window(days=days, start=time(18), stop=time(23, 30))


@pytest.mark.parametrize(
    "text",
    ["18:00", "18-20", "abc 18:00-20:00", "25:00-26:00", "mon 1:60-2:00", "mon-"],
)
def test_nonsense_names_the_field_and_the_way_out(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_windows(text)
    assert caught.value.field == "schedule"
    assert caught.value.hint


@given(some.lists(WINDOWS, max_size=4).map(tuple))
def test_what_is_written_is_read_as_the_same(windows: tuple[Window, ...]) -> None:
    assert parse_windows(format_windows(windows)) == windows


@given(SCHEDULES)
def test_it_survives_the_disk(schedule: Schedule) -> None:
    assert msgspec.json.decode(msgspec.json.encode(schedule), type=Schedule) == schedule


def test_a_window_over_midnight_is_open_on_both_sides() -> None:
    schedule = of("mon 22:00-02:00")
    assert schedule.is_open(MONDAY.replace(hour=23))
    assert schedule.is_open(MONDAY + timedelta(hours=25))
    assert not schedule.is_open(MONDAY.replace(hour=1))
    assert not schedule.is_open(MONDAY + timedelta(hours=26))


def test_windows_that_touch_have_no_edge_between_them() -> None:
    schedule = of("mon 10:00-12:00; mon 12:00-14:00; mon 13:00-15:00")
    assert schedule.edges(MONDAY, MONDAY + timedelta(days=1)) == [
        MONDAY.replace(hour=10),
        MONDAY.replace(hour=15),
    ]


@given(SCHEDULES, MOMENTS, some.timedeltas(timedelta(0), timedelta(days=9)))
def test_between_edges_nothing_changes(
    schedule: Schedule, since: datetime, span: timedelta
) -> None:
    until = since + span
    edges = schedule.edges(since, until)
    assert all(since < edge <= until for edge in edges)
    is_turned = len(edges) % 2 == 1
    assert (schedule.is_open(since) is not schedule.is_open(until)) is is_turned


@given(SCHEDULES, MOMENTS)
def test_a_stretch_has_the_edges_of_its_parts(
    schedule: Schedule, since: datetime
) -> None:
    middle, until = since + timedelta(hours=31), since + timedelta(hours=77)
    parts = schedule.edges(since, middle) + schedule.edges(middle, until)
    assert parts == schedule.edges(since, until)


def test_a_date_alone_means_its_end() -> None:
    assert parse_moment("2027-01-31") == datetime(2027, 2, 1)
    assert parse_moment("2027-01-31T18:00") == datetime(2027, 1, 31, 18)
    expiring = Schedule(expires_at=parse_moment("2027-01-31"))
    assert not expiring.is_expired(datetime(2027, 1, 31, 23, 59))
    assert expiring.is_expired(datetime(2027, 2, 1))


@pytest.mark.parametrize("text", ["soon", "2027-02-30", "2027-01-31T18:00+08:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_moment(text)
    assert caught.value.field == "expires"


@pytest.mark.parametrize("minutes", [0, -5, 10**6])
def test_an_idle_time_must_make_sense(minutes: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        Schedule(idle_stop_min=minutes).check()
    assert caught.value.field == "idle_stop"


def test_what_comes_next_is_told_until_the_last_day() -> None:
    evenings = of("mon,wed 18:00-23:00")
    noon = MONDAY.replace(hour=12)
    assert [(m - MONDAY, wish) for m, wish in evenings.coming(noon)[:3]] == [
        (timedelta(hours=18), Wish.START),
        (timedelta(hours=23), Wish.STOP),
        (timedelta(days=2, hours=18), Wish.START),
    ]
    end = MONDAY.replace(hour=20)
    short = msgspec.structs.replace(evenings, expires_at=end)
    assert short.coming(noon)[1:] == [(end, Wish.STOP)]
    assert short.coming(end) == []
    assert of("00:00-00:00").coming(noon) == []
