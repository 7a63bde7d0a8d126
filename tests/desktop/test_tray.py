"""The tray: what runs, with what can be done; closing and quitting; links."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.app import Desktop, settings_of
from chmlfrp.desktop.links.read import NewLink, TunnelLink, read_link
from chmlfrp.desktop.new.dialog import NewTunnel
from chmlfrp.desktop.new.node import NodeStep
from chmlfrp.desktop.new.review import ReviewStep
from chmlfrp.desktop.single import SingleWindow
from chmlfrp.desktop.tray import Tray
from chmlfrp.errors import InvalidInput
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import load
from chmlfrp.model.tunnel import TunnelType
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon, view
from support.new_tunnel import ready
from support.scripted_daemon import ScriptedDaemon


def action(menu: QMenu, text: str) -> QAction:
    return next(a for a in menu.actions() if a.text() == text)


def submenu(menu: QMenu, text: str) -> QMenu:
    found = next(m for m in menu.findChildren(QMenu) if m.title() == text)
    assert isinstance(found, QMenu)
    return found


def wait_for(qtbot: QtBot, daemon: ScriptedDaemon, command: str) -> list[object]:
    qtbot.waitUntil(lambda: bool(daemon.asked_for(command)), timeout=PATIENCE_MS)
    return daemon.asked_for(command)


def test_the_menu_has_what_runs_and_its_actions(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    menu = desktop.tray.menu
    first = view(0)
    qtbot.waitUntil(
        lambda: any(a.text() == first.name for a in menu.actions()), timeout=PATIENCE_MS
    )
    assert view(2).name not in [a.text() for a in menu.actions()]
    one = submenu(menu, first.name)
    copy = one.actions()[0]
    assert copy.isEnabled() == bool(first.address)
    if first.address:
        copy.trigger()
        assert QApplication.clipboard().text() == first.address
    action(one, "Stop").trigger()
    assert wait_for(qtbot, daemon, "stop") == [{0}]
    action(menu, "Start all").trigger()
    assert wait_for(qtbot, daemon, "start") == [{2}]
    action(submenu(menu, "Open a page"), "Settings").trigger()
    assert desktop.window.page.name == "settings"
    action(one, "Show in the window").trigger()
    assert desktop.window.page.name == "tunnels"


def test_more_tunnels_than_a_menu_holds_are_counted(
    opened: Opened, qtbot: QtBot
) -> None:
    menu = opened(filled_daemon(30)).tray.menu
    qtbot.waitUntil(
        lambda: any("more …" in a.text() for a in menu.actions()), timeout=PATIENCE_MS
    )
    assert len(menu.actions()) < 25


def test_closing_the_window_keeps_all_and_says_so_once(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(Tray, "is_there", property(lambda _: True))
    monkeypatch.setattr(Tray, "say_that_it_stays", lambda _: told.append(True))
    daemon = filled_daemon(2)
    desktop = opened(daemon)
    for _ in range(2):
        desktop.window.closeEvent(QCloseEvent())
    assert told == [True]
    assert load(desktop.home.settings_file).settings.ui.is_tray_told
    assert daemon.asked_for("stop") == []


def press(box_text: str, name: str) -> None:
    boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    box = next(b for b in boxes if box_text in b.text() and b.isVisible())
    found: list[QAbstractButton] = [b for b in box.buttons() if b.text() == name]
    found[0].click()


@pytest.mark.parametrize(
    ("name", "stopped", "is_over"),
    [
        ("Keep them up", [], True),
        ("Stop all and quit", [{0, 1}], True),
        ("Cancel", [], False),
    ],
)
def test_quitting_asks_what_becomes_of_running_tunnels(
    opened: Opened,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    stopped: list[set[int]],
    is_over: bool,
) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(QMessageBox, "exec", _pressing(name))
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    monkeypatch.setattr(desktop.app, "quit", lambda: ended.append(True), raising=False)
    desktop.quit()
    if is_over:
        qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE_MS)
    assert daemon.asked_for("stop") == stopped
    assert bool(ended) == is_over


def _pressing(name: str):
    def run(box: QMessageBox) -> int:
        next(b for b in box.buttons() if b.text() == name).click()
        return 0

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chmlfrp://tunnel/7", TunnelLink(number=7)),
        ("chmlfrp://tunnel/7?do=stop", TunnelLink(number=7, do="stop")),
        (
            "chmlfrp://new?local_port=25565&node=N&name=mc",
            NewLink(
                command=CreateTunnel(
                    node="N", type=TunnelType.TCP, local_port=25565, name="mc"
                )
            ),
        ),
    ],
)
def test_a_link_is_read_for_what_it_asks(
    text: str, expected: TunnelLink | NewLink
) -> None:
    assert read_link(text) == expected


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("chmlfrp://tunnel/7?token=abc", "secret"),
        ("chmlfrp://new?local_port=1&Password=x", "secret"),
        ("chmlfrp://me:pw@tunnel/7", "secret"),
        ("chmlfrp://tunnel/x", "link"),
        ("chmlfrp://tunnel/7?do=delete", "link"),
        ("chmlfrp://delete/7", "link"),
        ("chmlfrp://new?local_port=1&extra=x", "link"),
        ("https://tunnel/7", "link"),
        ("chmlfrp://new?name=x", "local_port"),
        ("chmlfrp://new?local_port=70000", "local_port"),
        ("chmlfrp://new?local_port=1&type=ftp", "type"),
        ("chmlfrp://tunnel/" + "1" * 3000, "link"),
    ],
)
def test_a_link_that_no_link_may_be_is_refused(text: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_link(text)
    assert refused.value.field == field
    assert "abc" not in refused.value.message


def seen(desktop: Desktop) -> list[QMessageBox]:
    return [b for b in desktop.window.findChildren(QMessageBox) if b.isVisible()]


def test_a_link_that_acts_asks_first(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    desktop.take_link("chmlfrp://tunnel/0?do=stop")
    assert desktop.window.page.name == "tunnels"
    assert daemon.asked_for("stop") == []
    press("wants to stop", "Cancel")
    desktop.take_link("chmlfrp://tunnel/2?do=start")
    press("wants to start", "Start it")
    assert wait_for(qtbot, daemon, "start") == [{2}]
    assert daemon.asked_for("stop") == []
    desktop.take_link("chmlfrp://tunnel/99")
    assert "no tunnel 99" in desktop.window.toast.text.text()


def test_a_link_with_a_token_is_refused_with_why(opened: Opened) -> None:
    desktop = opened(filled_daemon(1))
    desktop.take_link("chmlfrp://tunnel/0?token=canary")
    boxes = seen(desktop)
    assert "somebody else" in boxes[0].informativeText()
    assert "canary" not in boxes[0].informativeText()
    boxes[0].close()


def test_a_new_tunnel_by_link_begins_at_what_the_link_leaves_open(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ready(filled_daemon(1))
    desktop = opened(daemon)
    desktop.take_link(
        "chmlfrp://new?local_port=3389&type=tcp&remote_port=20022&name=pc"
    )
    dialog = desktop.window.findChildren(NewTunnel)[0]
    guide = dialog.guide
    assert "others will reach" in dialog.asked.text.text().lower()
    node = guide.step
    assert isinstance(node, NodeStep)
    qtbot.waitUntil(lambda: node.chosen() is not None, timeout=PATIENCE_MS)
    guide.next.click()
    guide.next.click()
    review = guide.step
    assert isinstance(review, ReviewStep)
    assert "3389" in review.lines["service"].text()
    assert review.warning.isVisible()
    assert daemon.asked_for("create") == []
    guide.next.click()
    (made,) = wait_for(qtbot, daemon, "create")
    assert isinstance(made, CreateTunnel)
    assert (made.name, made.node, made.type) == ("pc", "上海电信-1", TunnelType.TCP)
    assert (made.local_port, made.remote_port) == (3389, 20022)


def test_enter_leaves_a_link_that_leaves_nothing_open(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = ready(filled_daemon(1))
    desktop = opened(daemon)
    desktop.take_link(
        "chmlfrp://new?type=http&local_port=80&node=n&domain=a.example.org"
    )
    dialog = desktop.window.findChildren(NewTunnel)[0]
    assert isinstance(dialog.guide.step, ReviewStep)
    assert "http://a.example.org" in dialog.guide.step.lines["address"].text()
    dialog.activateWindow()
    cancel = dialog.guide.cancel
    qtbot.waitUntil(cancel.hasFocus, timeout=PATIENCE_MS)
    QTest.keyClick(cancel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE_MS)
    assert daemon.asked_for("create") == []


def test_a_second_start_hands_its_link_over(qapp: QApplication, qtbot: QtBot) -> None:
    home = Home.locate()
    home.prepare()
    first, second = SingleWindow(home), SingleWindow(home)
    assert first.is_first()
    with qtbot.waitSignal(first.linked, timeout=PATIENCE_MS) as heard:
        assert not second.is_first("chmlfrp://tunnel/7")
    assert heard.args == ["chmlfrp://tunnel/7"]
    first.end()


def test_a_window_opens_with_broken_settings_and_says_so(opened: Opened) -> None:
    home = Home.locate()
    home.prepare()
    home.settings_file.write_text("= nonsense")
    settings, is_broken = settings_of(home)
    assert is_broken
    assert settings.ui.theme == "auto"
    desktop = opened(filled_daemon(1))
    desktop.say_broken()
    desktop.window.toast.action.click()
    assert desktop.window.page.name == "settings"
