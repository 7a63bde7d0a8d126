"""The overview: what is the matter comes first, each with its way out."""

import msgspec
import pytest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from chmlfrp.control.protocol import SessionState
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.pages.overview import OverviewPage
from chmlfrp.model.health import HealthCode, HealthItem, HealthKey, Severity
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon
from support.new_tunnel import ready
from support.scripted_daemon import IN


def matter(code: HealthCode, subject: str = "") -> HealthItem:
    return HealthItem(key=HealthKey(code, subject), severity=Severity.ERROR, since=1.0)


def page_of(desktop: Desktop) -> OverviewPage:
    page = desktop.window.page
    assert isinstance(page, OverviewPage)
    return page


def strips(page: OverviewPage) -> list[QFrame]:
    found = page.problems.itemAt
    return [
        widget
        for place in range(page.problems.count())
        if isinstance(widget := found(place).widget(), QFrame)
    ]


@pytest.mark.parametrize(
    ("code", "subject", "leads_to"),
    [
        (HealthCode.NETWORK_DOWN, "", "tools"),
        (HealthCode.SESSION_REFUSED, "", "account"),
        (HealthCode.CORE_UNUSABLE, "", "settings"),
        (HealthCode.NODE_UNREACHABLE, "成都联通-2", "nodes"),
        (HealthCode.TUNNEL_FAILED, "1", "tunnels"),
        (HealthCode.TUNNEL_WAITING, "1", "tunnels"),
        (HealthCode.LOCAL_SERVICE_DOWN, "1", "tunnels"),
        (HealthCode.TUNNEL_UNREACHABLE, "1", "tunnels"),
    ],
)
def test_each_matter_leads_to_where_it_is_mended(
    opened: Opened, code: HealthCode, subject: str, leads_to: str
) -> None:
    daemon = ready(filled_daemon(3))
    daemon.is_unwell(matter(code, subject))
    desktop = opened(daemon)
    (strip,) = strips(page_of(desktop))
    strip.findChildren(QPushButton)[0].click()
    assert desktop.window.page.name == leads_to


def test_a_service_that_is_away_is_asked_again(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(1)
    daemon.is_unwell(matter(HealthCode.SERVICE_UNREACHABLE))
    desktop = opened(daemon)
    (strip,) = strips(page_of(desktop))
    strip.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("refresh")), timeout=PATIENCE_MS)


def test_matters_beyond_the_first_are_counted_and_are_a_click_away(
    opened: Opened,
) -> None:
    daemon = filled_daemon(30)
    daemon.is_unwell(*(matter(HealthCode.TUNNEL_FAILED, str(n)) for n in range(10)))
    desktop = opened(daemon)
    page = page_of(desktop)
    assert page.subtitle.text() == "10 problems"
    assert len(strips(page)) == 6
    assert page.more.text() == "4 more among the tunnels"
    page.more.click()
    assert desktop.window.page.name == "tunnels"


def test_without_a_tunnel_it_says_that_none_runs(opened: Opened) -> None:
    page = page_of(opened(filled_daemon(0)))
    said = [each.text() for each in page.running_card.findChildren(QLabel)]
    assert "No tunnel is up." in said
    assert "Running tunnels: 0 of 0" in said


def test_a_sign_in_that_is_no_longer_valid_leads_to_the_account(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(1)
    desktop = opened(daemon)
    told = msgspec.structs.replace(IN, state=SessionState.REFUSED)
    daemon.call(lambda: daemon.publish(session=told))
    banner = desktop.window.banner
    qtbot.waitUntil(banner.isVisible, timeout=PATIENCE_MS)
    banner.action.click()
    assert desktop.window.page.name == "account"
