"""Traffic of the past in a tunnel's detail."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from chmlfrp.control.guard import TrafficPoint
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.pages.tunnels import TunnelsPage
from chmlfrp.desktop.text import size
from chmlfrp.desktop.tunnel.past import Past
from chmlfrp.desktop.tunnel.spans import Span, columns_of
from desktop.conftest import PATIENCE_MS, Opened
from support.crowd import address, crowd
from support.many import filled_daemon

NOW = datetime(2026, 3, 31, 13, 7, 9)


@pytest.mark.parametrize(
    ("span", "count", "first", "last"),
    [
        (Span.HOUR, 12, "12:10", "13:05"),
        (Span.DAY, 24, "14:00", "13:00"),
        (Span.MONTH, 30, "03-02", "03-31"),
        (Span.YEAR, 12, "2025-04", "2026-03"),
    ],
)
def test_a_span_is_cut_into_columns_that_end_now(
    span: Span, count: int, first: str, last: str
) -> None:
    rows = columns_of([], span, NOW)
    assert (len(rows), rows[0][0], rows[-1][0]) == (count, first, last)


@given(st.lists(st.tuples(st.integers(0, 55), st.integers(0, 1 << 40)), max_size=40))
def test_no_byte_of_the_span_is_lost_or_counted_twice(
    moments: list[tuple[int, int]],
) -> None:
    points = [
        TrafficPoint(
            at=int((NOW - timedelta(minutes=ago)).timestamp()), tunnel=0, bytes_in=count
        )
        for ago, count in moments
    ]
    for span in Span:
        rows = columns_of(points, span, NOW)
        assert sum(came for _, came, _ in rows) == sum(count for _, count in moments)


def past_of(desktop: Desktop, qtbot: QtBot) -> Past:
    desktop.window.go("tunnels")
    page = desktop.window.page
    assert isinstance(page, TunnelsPage)
    page.choose("0:traffic")
    past = page.detail.traffic.past
    qtbot.waitUntil(past.isVisible, timeout=PATIENCE_MS)
    return past


def test_a_span_and_a_visitor_are_chosen_and_stay(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    crowd(daemon, 4)
    now = int(datetime.now().timestamp())
    daemon.guard.points = [TrafficPoint(at=now, tunnel=0, bytes_in=2048, bytes_out=512)]
    past = past_of(opened(daemon), qtbot)

    def is_asked(step_s: int, who: str) -> bool:
        asked = daemon.asked_for("guard.history")
        return (step_s, who) in [(step, whose) for step, _, whose in asked]

    qtbot.waitUntil(lambda: is_asked(3600, ""), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: size(2048) in past.note.text(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: past.who.findData(address(2)) > 0, timeout=PATIENCE_MS)
    past.who.setCurrentIndex(past.who.findData(address(2)))
    past.span.setCurrentIndex(past.span.findData(Span.YEAR))
    qtbot.waitUntil(lambda: is_asked(86400, address(2)), timeout=PATIENCE_MS)
    past.offer([address(1)])
    assert past.who.currentData() == address(2)
