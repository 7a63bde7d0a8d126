"""What the guard counted within a span, put into columns; pure."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chmlfrp.control.guard import TrafficPoint

MOMENT = timedelta(seconds=1)
Row = tuple[str, float, float]
"""Its label, what came in and what went out, in bytes."""


class Span(StrEnum):
    """How far the chart looks back."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Cut(NamedTuple):
    """How a span is cut into columns, in the time of this machine."""

    step_s: int
    """Seconds of the rows that are asked for."""
    columns: int
    begins: Callable[[datetime], datetime]
    """When the column of a moment begins."""
    label: str


def _five_minutes(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _day(at: datetime) -> datetime:
    return _hour(at).replace(hour=0)


def _month(at: datetime) -> datetime:
    return _day(at).replace(day=1)


CUTS: dict[Span, Cut] = {
    Span.HOUR: Cut(60, 12, _five_minutes, "%H:%M"),
    Span.DAY: Cut(3600, 24, _hour, "%H:00"),
    # Of hours, as days of the guard are those of UTC.
    Span.MONTH: Cut(3600, 30, _day, "%m-%d"),
    Span.YEAR: Cut(86400, 12, _month, "%Y-%m"),
}


def columns_of(points: Iterable[TrafficPoint], span: Span, now: datetime) -> list[Row]:
    """Return the columns of the span that ends now, the oldest first."""
    cut = CUTS[span]
    begins = [cut.begins(now)]
    while len(begins) < cut.columns:
        begins.append(cut.begins(begins[-1] - MOMENT))
    sums = {begin: [0.0, 0.0] for begin in reversed(begins)}
    for point in points:
        found = sums.get(cut.begins(datetime.fromtimestamp(point.at)))
        if found is not None:
            found[0] += point.bytes_in
            found[1] += point.bytes_out
    return [
        (f"{begin:{cut.label}}", came, went) for begin, (came, went) in sums.items()
    ]
