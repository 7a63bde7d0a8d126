"""Logs and events: filtered, followed, paused, given away masked, bounded."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from chmlfrp.control.protocol import LogLine
from chmlfrp.control.timeline import Happened, TimelineEvent
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.design.loglines import LogLines
from chmlfrp.desktop.design.ring import MOST, LogRow, Ring
from chmlfrp.desktop.pages.logs import LogsPage
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.model.health import HealthCode, HealthKey
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon, view

LATER = 4_000_000_000.0


def page_of(desktop: Desktop, what: str = "") -> LogsPage:
    desktop.window.go("logs", what)
    page = desktop.window.page
    assert isinstance(page, LogsPage)
    return page


def rows(count: int, *, start: int = 0) -> list[LogRow]:
    return [LogRow("info", f"line {n}") for n in range(start, start + count)]


def read_to_the_end(page: LogsPage, qtbot: QtBot) -> None:
    ring = page.log.lines.ring
    qtbot.waitUntil(lambda: ring.held == 400, timeout=PATIENCE_MS)


def test_lines_of_all_tunnels_are_filtered_by_level_tunnel_and_search(
    opened: Opened, qtbot: QtBot
) -> None:
    page = page_of(opened(filled_daemon(4)))
    read_to_the_end(page, qtbot)
    panel = page.log
    panel.level.setCurrentIndex(panel.level.findData("warn"))
    assert {row.level for row in panel.lines.ring} == {"warn", "error"}
    panel.tunnel.setCurrentIndex(panel.tunnel.findData(view(3).name))
    assert {row.name for row in panel.lines.ring} == {view(3).name}
    panel.level.setCurrentIndex(0)
    assert len(panel.lines.ring) == 100
    QTest.keyClicks(panel.search, "#39")
    qtbot.waitUntil(lambda: "4 of 400" in panel.count.text(), timeout=PATIENCE_MS)
    assert all("#39" in row.text for row in panel.lines.ring)


def test_lines_that_were_read_do_not_come_twice_when_the_daemon_is_back(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(4)
    page = page_of(opened(daemon))
    read_to_the_end(page, qtbot)
    daemon.log_lines.append(LogLine(seq=400, at=1.0, text="and on"))
    daemon.call(daemon.cut_off)
    ring = page.log.lines.ring
    qtbot.waitUntil(lambda: ring.held > 400, timeout=PATIENCE_MS)
    assert ring.held == 401
    assert ring.at(400)[1].text == "and on"


def test_what_comes_while_paused_waits_and_is_counted(
    opened: Opened, qtbot: QtBot
) -> None:
    page = page_of(opened(filled_daemon(4)))
    read_to_the_end(page, qtbot)
    panel = page.log
    panel.pause.click()
    panel.put(rows(7))
    assert "7 came while paused" in panel.count.text()
    assert panel.lines.ring.held == 400
    panel.pause.click()
    assert panel.lines.ring.held == 407


def test_scrolling_up_ends_following_and_keeps_its_place(qtbot: QtBot) -> None:
    lines = LogLines("log")
    qtbot.addWidget(lines)
    lines.resize(400, 300)
    lines.show()
    lines.put(rows(MOST))
    lines.flush()
    assert lines.is_at_end()
    bar = lines.verticalScrollBar()
    bar.setValue(500)
    first = lines.ring.at(500)
    lines.put(rows(100, start=MOST))
    lines.flush()
    assert lines.ring.held == MOST
    assert lines.ring.at(bar.value()) == first
    QTest.keyClick(lines, Qt.Key.Key_End)
    lines.put(rows(5))
    lines.flush()
    assert lines.is_at_end()


def test_lines_are_shown_together_however_many_come(qtbot: QtBot) -> None:
    lines = LogLines("log")
    qtbot.addWidget(lines)
    shown: list[int] = []
    lines.counted.connect(lambda: shown.append(lines.ring.held))
    for number in range(1000):
        lines.put(rows(1, start=number))
    assert shown == []
    qtbot.waitUntil(lambda: shown == [1000], timeout=PATIENCE_MS)


def test_a_ring_drops_the_oldest_also_of_what_is_shown() -> None:
    ring = Ring(most=10)
    ring.let(lambda row: row.text.endswith(("0", "5")))
    assert ring.put(rows(12)) == 1
    assert [row.text for row in ring] == ["line 5", "line 10"]
    ring.let(None)
    assert (len(ring), ring.at(0)[0]) == (10, 2)


def test_marked_lines_alone_are_copied_by_the_keys(qtbot: QtBot) -> None:
    lines = LogLines("log")
    qtbot.addWidget(lines)
    lines.resize(400, 300)
    lines.show()
    lines.put(rows(5))
    lines.flush()
    port = lines.viewport()
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(port, Qt.MouseButton.LeftButton, shift, QPoint(20, 30))
    with qtbot.waitSignal(lines.copy_asked):
        QTest.keyClick(lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert lines.text() == "line 0\nline 1"


def test_what_is_copied_and_exported_is_masked_and_has_a_header(
    opened: Opened, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = filled_daemon(4)
    text = "alice: get a user connection [8.8.4.4:4711] token=abcdef"
    daemon.log_lines = [LogLine(seq=1, at=1.0, level="info", text=text)]
    desktop = opened(daemon)
    panel = page_of(desktop).log
    qtbot.waitUntil(lambda: panel.lines.ring.held == 1, timeout=PATIENCE_MS)
    panel.copy.click()
    qtbot.waitUntil(desktop.window.toast.isVisible, timeout=PATIENCE_MS)
    copied = QGuiApplication.clipboard().text()
    assert copied.endswith(
        "<person 1>: get a user connection [<address 1>:4711] token=<secret>"
    )
    QGuiApplication.clipboard().clear()
    QTest.keyClick(panel.lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: QGuiApplication.clipboard().text() == copied, timeout=PATIENCE_MS
    )
    file = tmp_path / "log.txt"
    monkeypatch.setattr(panel, "ask_path", lambda name: str(file))
    panel.export.click()
    qtbot.waitUntil(file.exists, timeout=PATIENCE_MS)
    written = file.read_text("utf-8")
    assert written.startswith("# ChmlFrp UI")
    assert "# 1 line" in written
    assert written.rstrip().endswith(copied)


def test_events_are_filtered_by_kind_and_named(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(4)
    daemon.log_lines = []
    key = HealthKey(HealthCode.TUNNEL_FAILED, "3")
    daemon.timeline = [
        TimelineEvent(at=LATER, kind=Happened.DAEMON_STARTED),
        TimelineEvent(at=LATER, kind=Happened.HEALTH_BEGAN, health=key),
    ]
    panel = page_of(opened(daemon), "events").events
    qtbot.waitUntil(lambda: panel.lines.ring.held == 2, timeout=PATIENCE_MS)
    panel.what.setCurrentIndex(panel.what.findData("trouble"))
    assert [row.text for row in panel.lines.ring] == [f"tunnel {view(3).name} failed"]
    panel.days.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(daemon.asked_for("events")) == 2, timeout=PATIENCE_MS)


def test_a_log_that_cannot_be_read_says_why(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(4)
    daemon.fails["logs"] = ServiceUnreachable("no answer")
    panel = page_of(opened(daemon)).log
    qtbot.waitUntil(
        lambda: panel.stage.currentWidget() is panel.stage.error, timeout=PATIENCE_MS
    )
    daemon.fails.clear()
    panel.stage.error.action.click()
    qtbot.waitUntil(lambda: panel.lines.ring.held == 400, timeout=PATIENCE_MS)
