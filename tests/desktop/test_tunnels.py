"""The tunnels' page: searched, switched, edited with the difference shown, undone."""

import msgspec
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from chmlfrp.control.archive import DeletedTunnel
from chmlfrp.control.protocol import KnownAccount
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.pages.tunnels import TunnelsPage
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.delegate import switch_box
from chmlfrp.desktop.tunnel.rows import Order, TunnelRows
from chmlfrp.errors import ServiceUnreachable
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon, view
from support.scripted_daemon import IN, ScriptedDaemon


def page_of(desktop: Desktop) -> TunnelsPage:
    desktop.window.go("tunnels")
    page = desktop.window.page
    assert isinstance(page, TunnelsPage)
    return page


def click_switch(page: TunnelsPage, number: int) -> None:
    index = page.rows.row_of(number)
    page.list.scrollTo(index)
    place = switch_box(page.list.visualRect(index)).center()
    button = Qt.MouseButton.LeftButton
    QTest.mouseClick(page.list.viewport(), button, pos=place)


def choose(page: TunnelsPage, *numbers: int) -> None:
    model = page.list.selectionModel()
    model.clearSelection()
    for number in numbers:
        flag = QItemSelectionModel.SelectionFlag.Select
        model.select(page.rows.row_of(number), flag)


def test_a_switch_shows_the_wish_at_once_and_the_fact_when_it_comes(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    page = page_of(opened(daemon))
    click_switch(page, 2)
    assert page.rows.is_wanted(view(2))
    assert page.rows.is_pending(view(2))
    qtbot.waitUntil(
        lambda: daemon.asked_for("start") == [frozenset({2})], timeout=PATIENCE_MS
    )
    up = msgspec.structs.replace(view(2), wanted=True)
    daemon.call(lambda: daemon.publish({2: up}))
    qtbot.waitUntil(lambda: not page.rows.is_pending(up), timeout=PATIENCE_MS)
    assert page.rows.view(page.rows.row_of(2)).wanted


def test_a_wish_that_is_not_taken_goes_back_and_says_why(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    daemon.fails["start"] = ServiceUnreachable("no answer")
    desktop = opened(daemon)
    page = page_of(desktop)
    click_switch(page, 2)
    qtbot.waitUntil(desktop.window.toast.isVisible, timeout=PATIENCE_MS)
    assert not page.rows.is_wanted(view(2))
    assert "no answer" in desktop.window.toast.text.text()


def test_several_are_stopped_at_once(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(9)
    page = page_of(opened(daemon))
    choose(page, 0, 1, 3)
    page.stop.click()
    qtbot.waitUntil(
        lambda: daemon.asked_for("stop") == [frozenset({0, 1, 3})], timeout=PATIENCE_MS
    )


def test_the_keyboard_switches_what_is_chosen(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    page = page_of(desktop)
    desktop.window.activateWindow()
    page.choose("0")
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Space)
    qtbot.waitUntil(
        lambda: daemon.asked_for("stop") == [frozenset({0})], timeout=PATIENCE_MS
    )


def test_a_thousand_tunnels_are_searched_and_sorted(opened: Opened) -> None:
    page = page_of(opened(filled_daemon(1000)))
    assert page.rows.rowCount() == 1000
    page.search.setText("minecraft")
    assert page.rows.rowCount() == 112
    page.search.setText("nothing like it")
    assert page.stage.currentWidget() is page.stage.empty
    page.search.clear()
    page.rows.sort_by(Order.STATE)
    assert page.rows.view(page.rows.index(0)).name.startswith("cinema")


def test_what_is_chosen_stays_chosen_when_rows_move(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(9)
    page = page_of(opened(daemon))
    page.choose("2")
    renamed = msgspec.structs.replace(view(2), name="zzz")
    daemon.call(lambda: daemon.publish({2: renamed, 0: None}))
    qtbot.waitUntil(lambda: page.rows.rowCount() == 8, timeout=PATIENCE_MS)
    assert page.detail.number == 2
    assert page.detail.name.text() == "zzz"
    assert page.rows.row_of(2).row() == 7


def test_the_address_is_copied(opened: Opened) -> None:
    page = page_of(opened(filled_daemon(3)))
    page.choose("0:status")
    page.detail.status.copy.click()
    assert QGuiApplication.clipboard().text() == view(0).address


def test_a_tunnel_that_is_down_says_why_and_counts_down(opened: Opened) -> None:
    page = page_of(opened(filled_daemon(9)))
    page.choose("6:status")
    said = page.detail.status.why
    assert said.isVisible()
    assert "frpc came to an end by itself" in said.text.text()
    assert "next try in" in said.text.text()


def answer(text: str) -> None:
    """Press the button of that text in the question that opens next."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, look)
            return
        next(b for b in box.buttons() if b.text() == text).click()

    QTimer.singleShot(0, look)


def test_deleting_asks_and_can_be_undone(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    page = page_of(desktop)
    tunnel = view(0).tunnel
    assert tunnel is not None
    daemon.archive.rows = [
        DeletedTunnel(number=5, at=1.0, tunnel=tunnel, was_wanted=True)
    ]
    page.choose("0")
    answer(t("do.cancel"))
    page.delete.click()
    assert daemon.asked_for("delete") == []
    answer(t("do.delete"))
    page.delete.click()
    toast = desktop.window.toast
    qtbot.waitUntil(toast.isVisible, timeout=PATIENCE_MS)
    assert daemon.asked_for("delete") == [0]
    toast.action.click()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("restore")), timeout=PATIENCE_MS)
    number, command = daemon.asked_for("restore")[0]
    assert (number, command.start) == (5, True)


@pytest.mark.parametrize("tab", ["log", "events"])
def test_log_and_events_come_when_their_tab_is_seen(
    opened: Opened, qtbot: QtBot, tab: str
) -> None:
    daemon: ScriptedDaemon = filled_daemon(3)
    daemon.timeline = [
        msgspec.structs.replace(event, at=4_000_000_000.0) for event in daemon.timeline
    ]
    page = page_of(opened(daemon))
    page.choose(f"0:{tab}")
    panel = page.detail.log if tab == "log" else page.detail.events
    lines = panel.lines
    qtbot.waitUntil(lambda: bool(lines.text()), timeout=PATIENCE_MS)
    wanted = "start proxy success" if tab == "log" else "starting"
    assert wanted in lines.text()


def test_rows_without_news_are_not_touched(qapp: QApplication) -> None:
    rows = TunnelRows()
    daemon = filled_daemon(5)
    rows.take(daemon.snapshot(), None)
    touched: list[int] = []
    rows.dataChanged.connect(lambda first, _: touched.append(first.row()))
    rows.take(daemon.snapshot(), ())
    assert touched == []


def test_a_tunnel_of_another_account_says_whose_it_is(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(2)
    page = page_of(opened(daemon))
    other = msgspec.structs.replace(view(2), account=99)
    others = (KnownAccount(id=99, name="bob"),)
    told = msgspec.structs.replace(IN, others=others)
    daemon.call(lambda: daemon.publish({2: other}, session=told))

    qtbot.waitUntil(lambda: page.rows.owner(other) == "bob", timeout=PATIENCE_MS)
    page.search.setText("bob")
    assert page.rows.rowCount() == 1
    row = page.rows.index(0)
    assert "bob" in str(row.data(Qt.ItemDataRole.AccessibleTextRole))
    assert page.rows.owner(view(1)) == ""
