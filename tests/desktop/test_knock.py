"""Knock links in the Guard tab: seen, made, copied and revoked."""

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from chmlfrp.control.knock import MakeKnock, PageView
from chmlfrp.desktop.guard.knock import KnockPanel
from chmlfrp.desktop.guard.knockform import KnockForm
from chmlfrp.desktop.guard.tab import GuardTab
from chmlfrp.desktop.text import t
from chmlfrp.errors import InvalidInput, ServiceUnreachable
from chmlfrp.model.guard import Guard
from chmlfrp.model.secret import Secret
from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_guard import guard_of, visited
from desktop.test_window import unnamed
from support.scripted_daemon import ScriptedDaemon
from support.scripted_knock import knock_links


def tab_of(panel: KnockPanel) -> GuardTab:
    found = panel.parentWidget()
    while not isinstance(found, GuardTab):
        assert found is not None
        found = found.parentWidget()
    return found


def panel_of(opened: Opened, daemon: ScriptedDaemon) -> KnockPanel:
    tab = guard_of(opened(daemon))
    tab.show_room("knock")
    return tab.knock


def linked(opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon) -> KnockPanel:
    daemon.knock.there = knock_links()
    panel = panel_of(opened, daemon)
    qtbot.waitUntil(lambda: len(panel.rows.rows) == 2, timeout=PATIENCE_MS)
    return panel


def form_in(panel: KnockPanel) -> KnockForm:
    panel.new.click()
    form = panel.findChild(KnockForm)
    assert form is not None
    return form


def agree(*, is_meant: bool) -> None:
    """Answer the question that is shown next."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QMessageBox):
            text = t("knock.revoke" if is_meant else "do.cancel")
            next(b for b in dialog.buttons() if b.text() == text).click()
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def asked(daemon: ScriptedDaemon, what: str, qtbot: QtBot) -> list[Any]:
    qtbot.waitUntil(lambda: bool(daemon.asked_for(what)), timeout=PATIENCE_MS)
    return daemon.asked_for(what)


def test_links_of_the_tunnel_are_seen_copied_and_revoked(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    panel = linked(opened, qtbot, daemon)
    assert unnamed(panel) == []
    assert "http://knock.example" in panel.place.text()
    panel.list.selectRow(1)
    assert not panel.copy.isEnabled()
    panel.list.selectRow(0)
    panel.copy.click()
    assert QGuiApplication.clipboard().text().endswith("/k/q7ylmh3c5tqke")

    agree(is_meant=False)
    panel.revoke.click()
    assert daemon.asked_for("knock.revoke") == []
    agree(is_meant=True)
    panel.revoke.click()
    assert asked(daemon, "knock.revoke", qtbot) == ["q7ylmh3c5tqke"]
    qtbot.waitUntil(lambda: len(panel.rows.rows) == 1, timeout=PATIENCE_MS)


def test_a_link_good_once_is_shown_until_the_room_is_left(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    panel = linked(opened, qtbot, daemon)
    form = form_in(panel)
    form.lasts.box.setCurrentIndex(1)
    form.expires.box.setCurrentIndex(form.expires.box.count() - 1)
    form.form.submit.click()

    assert asked(daemon, "knock.make", qtbot) == [
        MakeKnock(tunnels=(0,), expires_s=None, lasts_s=3600)
    ]
    qtbot.waitUntil(panel.made.isVisible, timeout=PATIENCE_MS)
    assert panel.link.text().endswith(".t0ken")
    panel.copy_made.click()
    assert QGuiApplication.clipboard().text() == panel.link.text()
    tab = tab_of(panel)
    tab.show_room("rules")
    tab.show_room("knock")
    assert panel.link.text() == ""
    assert not panel.made.isVisible()


def test_a_password_is_asked_for_and_what_is_wrong_stands_beside_it(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    panel = linked(opened, qtbot, daemon)
    form = form_in(panel)
    assert not form.password.isVisible()
    form.kind.box.setCurrentIndex(1)
    form.form.submit.click()
    assert form.password.error.isVisible()
    daemon.fails["knock.make"] = InvalidInput("it is too short", field="password")
    form.password.input.setText("short")
    form.form.submit.click()
    qtbot.waitUntil(
        lambda: "too short" in form.password.error.text(), timeout=PATIENCE_MS
    )
    daemon.fails.clear()
    form.password.input.setText("open sesame")
    form.form.submit.click()
    qtbot.waitUntil(panel.made.isVisible, timeout=PATIENCE_MS)

    command = daemon.asked_for("knock.make")[-1]
    assert command.password == Secret("open sesame")
    assert not panel.once.isVisible()


def test_a_page_that_is_not_public_is_published_on_the_tunnels_node(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    place, daemon.knock.place = daemon.knock.place, PageView(port=7417, is_open=True)
    panel = panel_of(opened, daemon)
    empty = panel.stage.empty
    qtbot.waitUntil(lambda: panel.stage.currentWidget() is empty, timeout=PATIENCE_MS)
    assert empty.title.text() == t("knock.unpublished")
    assert "127.0.0.1:7417" in panel.place.text()
    assert not panel.new.isEnabled()
    daemon.fails["create"] = ServiceUnreachable("HTTP 502 Bad Gateway")
    empty.action.click()
    qtbot.waitUntil(lambda: "502" in panel.message.text(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: panel.stage.currentWidget() is empty, timeout=PATIENCE_MS)
    daemon.fails.clear()
    daemon.knock.place = place
    empty.action.click()

    qtbot.waitUntil(panel.new.isEnabled, timeout=PATIENCE_MS)
    assert len(daemon.asked_for("create")) == 2
    assert panel.message.text() == ""


def test_a_tunnel_that_lets_everybody_in_is_closed_from_here(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    panel = linked(opened, qtbot, daemon)
    assert panel.rule.text() == t("knock.open")
    panel.close_it.click()

    ((number, options),) = asked(daemon, "set_options", qtbot)
    assert (number, options.guard.knock_hours) == (0, 12)


def test_a_closed_tunnel_and_a_blind_page_say_so(opened: Opened, qtbot: QtBot) -> None:
    daemon = visited(guard=Guard(is_on=True, knock_hours=1))
    daemon.knock.place = PageView(port=1, is_open=True, tunnel=9, name="page", url="u")
    panel = linked(opened, qtbot, daemon)
    assert panel.rule.text() == t("knock.closed")
    assert not panel.close_it.isVisible()
    assert panel.place.text() == t("knock.blind", name="page")
