"""All about one tunnel: shared as a card, its traffic and visitors."""

import time
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from chmlfrp.control.guard import TrafficPoint, VisitorView
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.design.qr import matrix_of
from chmlfrp.desktop.pages.tunnels import TunnelsPage
from chmlfrp.desktop.tunnel.detail import Detail
from chmlfrp.desktop.tunnel.share import ShareDialog, hint_of
from chmlfrp.model.guard import Guard
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.traffic import TunnelTraffic
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon, view
from support.scripted_daemon import ScriptedDaemon


def detail_of(desktop: Desktop, what: str) -> Detail:
    desktop.window.go("tunnels", what)
    page = desktop.window.page
    assert isinstance(page, TunnelsPage)
    page.choose(what)
    return page.detail


def guarded_daemon() -> ScriptedDaemon:
    guarded = TunnelOptions(guard=Guard(is_on=True))
    daemon = filled_daemon(3)
    shown = msgspec.structs.replace(view(0), options=guarded)
    daemon.publish({0: shown})
    now = int(time.time())
    daemon.guard.points = [
        TrafficPoint(at=now - back, tunnel=0, bytes_in=4000, bytes_out=2000)
        for back in range(-60, 60)
    ]
    daemon.guard.seen = [
        VisitorView(
            tunnel=0, address="203.0.113.7", first=1.0, last=2.0, connections=3, open=1
        )
    ]
    daemon.account.tunnel_days = TunnelTraffic(in_bytes=(1, 2), out_bytes=(3, 4))
    return daemon


def test_a_card_is_shared_as_words_and_as_a_picture(
    opened: Opened, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detail = detail_of(opened(filled_daemon(3)), "0:status")
    file = tmp_path / "card.png"
    monkeypatch.setattr(ShareDialog, "ask_path", lambda dialog, name: str(file))
    seen: list[bool] = []

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ShareDialog)
        dialog.words.click()
        seen.append(view(0).address in QGuiApplication.clipboard().text())
        dialog.picture.click()
        seen.append(QGuiApplication.clipboard().image().width() == 920)
        dialog.save.click()
        qtbot.waitUntil(file.exists, timeout=PATIENCE_MS)
        dialog.close_button.click()

    QTimer.singleShot(0, press)
    detail.status.share.click()
    assert seen == [True, True]
    assert QImage(str(file)).width() == 920


def test_friends_are_told_how_to_come_in() -> None:
    assert "Minecraft" in hint_of(view(0))
    assert hint_of(view(1)) != hint_of(view(2))


def test_a_code_is_square_and_no_other_text_has_it() -> None:
    rows = matrix_of("n0.example.cn:20000")
    assert all(len(row) == len(rows) for row in rows)
    assert rows != matrix_of("n0.example.cn:20001")


def test_traffic_of_a_guarded_tunnel_is_live_and_a_visitor_is_blocked(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = guarded_daemon()
    traffic = detail_of(opened(daemon), "0:traffic").traffic
    qtbot.waitUntil(lambda: "4.0 KB/s" in traffic.rate.text(), timeout=PATIENCE_MS)
    blocks = traffic.findChildren(QPushButton)
    next(b for b in blocks if "203.0.113.7" in b.accessibleName()).click()
    qtbot.waitUntil(
        lambda: daemon.asked_for("guard.block") == [(0, "203.0.113.7", 60)],
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(
        lambda: traffic.week.accessibleDescription().endswith("2 B 4 B"),
        timeout=PATIENCE_MS,
    )


def test_without_the_guard_the_tab_says_what_it_would_show(opened: Opened) -> None:
    traffic = detail_of(opened(filled_daemon(3)), "0:traffic").traffic
    assert traffic.unguarded.isVisible()
    assert not traffic.chart.isVisible()
