"""When a tunnel is wanted by itself: hours of the week, quiet times, a last day.

Times are of this machine's own clock and zone, without an offset: "from six in the
evening" means that on both sides of a change to summer time.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import msgspec

from chmlfrp.errors import InvalidInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
LONGEST_IDLE_MIN = 7 * 24 * 60
LOOK_BACK = 8 * DAY
"""A week repeats itself: what was missed before that is of no account."""
LOOK_AHEAD = 8 * DAY

_RULE = re.compile(
    r"(?:(?P<days>[a-z,-]+)\s+)?(?P<start>[\d:]+)\s*-\s*(?P<stop>[\d:]+)"
)
_HINT = 'write it as "mon-fri 18:00-23:30; sat,sun 09:00-01:00"'


class Wish(StrEnum):
    """What a schedule asks for."""

    START = "start"
    STOP = "stop"


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of some days; a stop that is not after the start is on the next day."""

    days: tuple[int, ...]
    """0 is Monday; the days on which it starts, in order."""
    start: time
    stop: time

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return from when until when it lasts if it starts on that day."""
        if day.weekday() not in self.days:
            return None
        last = day if self.stop > self.start else day + DAY
        return datetime.combine(day, self.start), datetime.combine(last, self.stop)

    def __str__(self) -> str:
        days = "" if len(self.days) == len(DAYS) else f"{_written(self.days)} "
        return f"{days}{self.start:%H:%M}-{self.stop:%H:%M}"


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What starts and stops a tunnel without anybody; by default nothing does."""

    windows: tuple[Window, ...] = ()
    """It is started when one begins and stopped when the last one ends."""
    idle_stop_min: int | None = None
    """It is stopped after so many minutes without a visitor."""
    expires_at: datetime | None = None
    """It is stopped then, and not started by itself or by people from then on."""

    def check(self) -> None:
        """Raise InvalidInput for the first field that cannot be."""
        if self.idle_stop_min is not None and not (
            1 <= self.idle_stop_min <= LONGEST_IDLE_MIN
        ):
            raise InvalidInput(
                f"{self.idle_stop_min} minutes without a visitor cannot be",
                hint=f"between 1 and {LONGEST_IDLE_MIN} minutes",
                field="idle_stop",
            )

    def is_open(self, moment: datetime) -> bool:
        """Return whether the moment lies in one of the windows."""
        return any(
            start <= moment < stop
            for day in (moment.date() - DAY, moment.date())
            for start, stop in self._on(day)
        )

    def is_expired(self, moment: datetime) -> bool:
        """Return whether its last moment has passed."""
        return self.expires_at is not None and moment >= self.expires_at

    def wish(
        self, since: datetime, now: datetime, *, idle_s: float = 0.0
    ) -> Wish | None:
        """Return what the time between the two asks for, None if nothing.

        Only an edge in between counts, so that a person's own start or stop holds until
        the next hour that is set. A clock that was put back asks for nothing.

        idle_s: seconds for which the running tunnel has carried nothing.
        """
        if self.is_expired(now):
            return Wish.STOP
        if self.edges(max(since, now - LOOK_BACK), now):
            return Wish.START if self.is_open(now) else Wish.STOP
        limit = self.idle_stop_min
        return Wish.STOP if limit is not None and idle_s >= limit * 60 else None

    def edges(self, since: datetime, until: datetime) -> list[datetime]:
        """Return the moments in (since, until] at which it begins or ends to be open."""
        found = {
            moment
            for day in _days(since.date() - DAY, until.date())
            for window in self._on(day)
            for moment in window
            if since < moment <= until
        }
        a_moment = timedelta(microseconds=1)
        return sorted(
            m for m in found if self.is_open(m) is not self.is_open(m - a_moment)
        )

    def coming(self, now: datetime) -> list[tuple[datetime, Wish]]:
        """Return what it will ask for within a week or so, the next first.

        After the expiry there is nothing more.
        """
        if self.is_expired(now):
            return []
        found = [
            (moment, Wish.START if self.is_open(moment) else Wish.STOP)
            for moment in self.edges(now, now + LOOK_AHEAD)
        ]
        end = self.expires_at
        if end is None:
            return found
        return [*(each for each in found if each[0] < end), (end, Wish.STOP)]

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        return (span for window in self.windows if (span := window.on(day)))


def parse_windows(text: str) -> tuple[Window, ...]:
    """Return the windows of a text like "mon-fri 18:00-23:30; sat,sun 09:00-01:00".

    Without days it is every day. Empty: no windows.

    Raises:
        InvalidInput: with `schedule` as its field.
    """
    parts = (part.strip().lower() for part in text.replace("；", ";").split(";"))
    return tuple(_window(part) for part in parts if part)


def format_windows(windows: tuple[Window, ...]) -> str:
    """Return the text that `parse_windows` reads."""
    return "; ".join(str(window) for window in windows)


def parse_moment(text: str) -> datetime:
    """Return a local date and time; a date alone means the end of that day.

    Raises:
        InvalidInput: with `expires` as its field.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as exc:
        raise InvalidInput(
            f"{text!r} is no date",
            hint="write 2027-01-31 or 2027-01-31T18:00",
            field="expires",
        ) from exc
    if moment.tzinfo is not None:
        raise InvalidInput(
            f"{text!r} names a time zone",
            hint="leave it out: it is this machine's",
            field="expires",
        )
    is_date = len(text.strip()) <= len("2027-01-31")
    return moment + DAY if is_date else moment


def _window(text: str) -> Window:
    found = _RULE.fullmatch(text)
    if found is None:
        raise InvalidInput(
            f"{text!r} is no time of the week", hint=_HINT, field="schedule"
        )
    start, stop = _time(found["start"]), _time(found["stop"])
    days = _weekdays(found["days"]) if found["days"] else tuple(range(len(DAYS)))
    return Window(days=days, start=start, stop=stop)


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()
    except ValueError as exc:
        raise InvalidInput(
            f"{text!r} is no time of day", hint="write 00:00 to 23:59", field="schedule"
        ) from exc


def _weekdays(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not {first, last or first} <= set(DAYS):
            raise InvalidInput(
                f"{part!r} is no day of the week", hint=_HINT, field="schedule"
            )
        begin, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return tuple(sorted(found))


def _written(days: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
        for run in runs
    )


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
