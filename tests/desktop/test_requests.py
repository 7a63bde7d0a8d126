"""Requests of an http tunnel in the Guard tab: seen, searched, sent again, written."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.guard.requests import RequestsPanel
from chmlfrp.desktop.guard.tab import ROOMS, GuardTab
from chmlfrp.model.guard import Guard
from chmlfrp.model.options import TunnelOptions
from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_window import unnamed
from support.many import filled_daemon, view
from support.scripted_daemon import ScriptedDaemon
from support.scripted_inspect import some_requests

WEB = 1


def looked_at(*, inspects: bool = True) -> ScriptedDaemon:
    daemon = filled_daemon(2)
    guard = Guard(is_on=True, inspects=inspects)
    web = msgspec.structs.replace(view(WEB), options=TunnelOptions(guard=guard))
    daemon.publish({WEB: web})
    daemon.inspect.rows, daemon.inspect.details = some_requests()
    return daemon


def panel_of(opened: Opened, daemon: ScriptedDaemon) -> RequestsPanel:
    desktop = opened(daemon)
    desktop.window.go("tunnels", f"{WEB}:guard")
    page: Any = desktop.window.page
    tab = page.detail.guard
    assert isinstance(tab, GuardTab)
    tab.show_room("requests")
    return tab.requests


def seen(panel: RequestsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(panel.rows.rows) == 3, timeout=PATIENCE_MS)


def test_a_request_is_read_copied_and_sent_again(opened: Opened, qtbot: QtBot) -> None:
    daemon = looked_at()
    panel = panel_of(opened, daemon)
    seen(panel, qtbot)
    assert unnamed(panel) == []
    assert not panel.again.isEnabled()
    panel.list.selectRow(0)
    qtbot.waitUntil(panel.again.isEnabled, timeout=PATIENCE_MS)
    text = panel.text.toPlainText()
    assert "POST /login?token=*** HTTP/1.1" in text
    assert "HTTP/1.1 302 Found" in text
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == text

    panel.again.click()

    qtbot.waitUntil(lambda: len(panel.rows.rows) == 4, timeout=PATIENCE_MS)
    assert daemon.asked_for("inspect.replay") == [(WEB, 3)]


def test_secrets_are_asked_for_only_while_they_are_wanted(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = looked_at()
    panel = panel_of(opened, daemon)
    seen(panel, qtbot)
    panel.list.selectRow(0)
    qtbot.waitUntil(panel.copy.isEnabled, timeout=PATIENCE_MS)
    assert {masked for *_, masked in daemon.asked_for("inspect.get")} == {True}

    panel.secrets.setChecked(True)

    qtbot.waitUntil(
        lambda: (WEB, 3, False) in daemon.asked_for("inspect.get"), timeout=PATIENCE_MS
    )
    panel.hide()
    assert not panel.secrets.isChecked()


def test_a_search_is_the_daemons_and_nothing_found_is_said(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = looked_at()
    panel = panel_of(opened, daemon)
    seen(panel, qtbot)
    panel.search.setText("IMG")
    qtbot.waitUntil(lambda: len(panel.rows.rows) == 1, timeout=PATIENCE_MS)
    panel.search.setText("nothing")
    qtbot.waitUntil(
        lambda: panel.stage.currentWidget() is panel.stage.empty, timeout=PATIENCE_MS
    )


def test_they_are_written_to_a_file(
    opened: Opened, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = looked_at()
    panel = panel_of(opened, daemon)
    seen(panel, qtbot)
    file = tmp_path / "a.har"
    monkeypatch.setattr(panel, "ask_path", lambda _: str(file))
    masked, whole = panel.more.menu().actions()[:2]
    masked.trigger()
    qtbot.waitUntil(file.exists, timeout=PATIENCE_MS)
    whole.trigger()
    wanted = [(WEB, True), (WEB, False)]
    qtbot.waitUntil(
        lambda: daemon.asked_for("inspect.har") == wanted, timeout=PATIENCE_MS
    )


def test_while_nothing_is_kept_the_room_offers_it(opened: Opened, qtbot: QtBot) -> None:
    daemon = looked_at(inspects=False)
    panel = panel_of(opened, daemon)
    assert daemon.asked_for("inspect.list") == []
    panel.stage.empty.action.click()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("set_options")), timeout=PATIENCE_MS)
    ((_, options),) = daemon.asked_for("set_options")
    assert options.guard.inspects
    seen(panel, qtbot)


def test_only_an_http_tunnel_has_the_room(opened: Opened, qtbot: QtBot) -> None:
    panel = panel_of(opened, looked_at())
    tab: Any = panel.window()
    page: Any = tab.page
    button = page.detail.guard.buttons.button(ROOMS.index("requests"))
    assert button.isVisible()
    page.choose("0:guard")
    qtbot.waitUntil(button.isHidden, timeout=PATIENCE_MS)
    assert page.detail.guard.rooms.currentIndex() == 0
