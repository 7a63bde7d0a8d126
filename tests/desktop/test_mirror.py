"""The mirror holds what the daemon says, keeps it, and finds the daemon again."""

from contextlib import ExitStack

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.launch import find_or_start
from chmlfrp.desktop.link import Connection, last_known
from chmlfrp.errors import DaemonNotRunning
from chmlfrp.local.paths import Home
from chmlfrp.words.language import Language, speaking
from desktop.conftest import PATIENCE_MS, Opened, window_of
from support.many import filled_daemon, view
from support.scripted_daemon import ScriptedDaemon, scripted_daemon


def names(desktop: Desktop) -> list[str]:
    snapshot = desktop.mirror.snapshot
    return [v.name for v in snapshot.tunnels.values()] if snapshot else []


def test_changes_are_applied_and_told(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    changed: set[int] = set()
    desktop.mirror.moved.connect(lambda moment: changed.update(moment.changed))
    daemon.call(lambda: daemon.publish({9: TunnelView(id=9, name="new"), 0: None}))
    qtbot.waitUntil(lambda: "new" in names(desktop), timeout=PATIENCE_MS)
    assert changed == {0, 9}
    assert view(0).name not in names(desktop)


def test_a_reader_that_fell_behind_watches_again(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    daemon.call(daemon.cut_off)
    qtbot.waitUntil(
        lambda: len(daemon.asked_for("watch")) == 2 and desktop.mirror.is_live,
        timeout=PATIENCE_MS,
    )
    assert len(names(desktop)) == 3


def test_the_next_window_opens_with_what_the_last_one_knew(
    qapp: QApplication, qtbot: QtBot
) -> None:
    home = Home.locate()
    home.prepare()
    with speaking(Language.EN):
        with scripted_daemon(filled_daemon(3)), window_of(qapp) as first:
            qtbot.waitUntil(lambda: first.mirror.is_live, timeout=PATIENCE_MS)
        assert last_known(home) is not None
        assert home.last_known_file.stat().st_mode & 0o077 == 0
        with window_of(qapp) as second:
            assert len(names(second)) == 3
            assert second.window.banner.isVisible()
            qtbot.waitUntil(
                lambda: second.mirror.standing.connection is Connection.AWAY,
                timeout=PATIENCE_MS,
            )
            assert "ago" in second.window.banner.text.text()


def test_what_cannot_be_read_is_as_if_there_were_nothing() -> None:
    home = Home.locate()
    home.prepare()
    home.last_known_file.write_bytes(b"{broken")
    assert last_known(home) is None


def test_a_daemon_that_comes_back_is_found(qapp: QApplication, qtbot: QtBot) -> None:
    Home.locate().prepare()
    with speaking(Language.EN), ExitStack() as stack:
        desktop = stack.enter_context(window_of(qapp))
        mirror = desktop.mirror
        qtbot.waitUntil(
            lambda: mirror.standing.connection is Connection.AWAY, timeout=PATIENCE_MS
        )
        assert desktop.window.banner.isVisible()
        stack.enter_context(scripted_daemon(ScriptedDaemon(view(1))))
        mirror.retry()
        qtbot.waitUntil(lambda: mirror.is_live, timeout=PATIENCE_MS)
        qtbot.waitUntil(
            lambda: not desktop.window.banner.isVisible(), timeout=PATIENCE_MS
        )
        assert names(desktop) == [view(1).name]


async def test_a_daemon_that_cannot_be_started_is_an_error_that_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(home: Home) -> None:
        raise PermissionError("no")

    monkeypatch.setattr("chmlfrp.desktop.launch.launch", refused)
    home = Home.locate()
    home.prepare()
    with pytest.raises(DaemonNotRunning, match="did not start: no"):
        await find_or_start(home)
