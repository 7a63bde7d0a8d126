"""What a tunnel will do next, as people say it."""

from datetime import datetime

import pytest

from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, parse_windows
from chmlfrp.words.language import Language, speaking
from chmlfrp.words.options import word_coming, word_options

NOON = datetime(2026, 11, 23, 12)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("", ""),
        ("18:00-23:30", "starts today 18:00, stops today 23:30"),
        ("10:00-01:00", "stops tomorrow 01:00, starts tomorrow 10:00"),
        ("fri 18:00-23:30", "starts Fri 18:00, stops Fri 23:30"),
        ("00:00-00:00", "always on"),
    ],
)
def test_the_next_start_and_stop_are_said(hours: str, said: str) -> None:
    with speaking(Language.EN):
        assert word_coming(Schedule(windows=parse_windows(hours)), NOON) == said


def test_a_last_day_is_said_with_its_date() -> None:
    over = Schedule(expires_at=datetime(2026, 1, 1))
    soon = Schedule(expires_at=datetime(2027, 1, 31, 18))
    with speaking(Language.EN):
        assert word_coming(soon, NOON) == "stops 2027-01-31 18:00"
        assert "expired" in word_coming(over, NOON)


def test_what_is_as_usual_is_not_said() -> None:
    assert word_options(TunnelOptions()) == []
    set_ = TunnelOptions(is_started_with_daemon=True, remark="x")
    assert [field for field, _ in word_options(set_)] == ["autostart", "remark"]
