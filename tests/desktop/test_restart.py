"""A daemon of another version is replaced by a click, and the next one is found."""

import asyncio
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chmlfrp.control import client as client_module
from chmlfrp.desktop import launch as launching
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.launch import end_daemon, find_or_start
from chmlfrp.desktop.link import Connection
from chmlfrp.errors import ControlError
from chmlfrp.local.daemon import launch
from chmlfrp.local.instance import holder
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import Settings
from chmlfrp.words.language import Language, speaking
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon

SCRIPTED = [
    sys.executable,
    "-c",
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from support.scripted_daemon import main; main()",
    str(Path(__file__).parents[1]),
]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Have the window start the scripted daemon as a process, which ends with the test."""
    home = Home.locate()
    home.prepare()
    monkeypatch.setattr(launching, "launch", partial(launch, command=SCRIPTED))
    yield home
    if who := holder(home):
        process = psutil.Process(who.pid)
        process.terminate()
        process.wait(10)


def test_a_daemon_of_another_version_is_restarted_by_the_banner(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, started: Home
) -> None:
    home = started

    async def start_one() -> None:
        await (await find_or_start(home)).__aexit__(None, None, None)

    asyncio.run(start_one())
    old = holder(home)
    assert old is not None
    ours = client_module.PROTOCOL
    monkeypatch.setattr(client_module, "PROTOCOL", 99)
    with speaking(Language.EN):
        desktop = Desktop(qapp, home, settings=Settings(), find=find_or_start)
        desktop.open()
        try:
            mirror, banner = desktop.mirror, desktop.window.banner
            qtbot.waitUntil(
                lambda: mirror.standing.connection is Connection.OTHER_VERSION,
                timeout=PATIENCE_MS,
            )
            assert banner.action.text() == "Restart the daemon"
            # Whoever takes the old one's place speaks our protocol.
            monkeypatch.setattr(client_module, "ControlClient", Speaking)
            Speaking.old, Speaking.ours = old.pid, ours
            qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
            assert "come back" in banner.text.text()
            qtbot.waitUntil(lambda: mirror.is_live, timeout=PATIENCE_MS)
            qtbot.waitUntil(lambda: not banner.isVisible(), timeout=PATIENCE_MS)
            new = holder(home)
            assert new is not None
            assert new.pid != old.pid
        finally:
            desktop.end()
            desktop.window.deleteLater()


class Speaking(client_module.ControlClient):
    """Speaks the protocol of whoever holds the home."""

    old = ours = 0

    def __init__(self, address: client_module.Address) -> None:
        super().__init__(address)
        who = holder(Home.locate())
        spoken = 99 if who and who.pid == self.old else self.ours
        self._http.headers[client_module.PROTOCOL_HEADER] = str(spoken)


def test_a_daemon_that_stays_is_said(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: Home) -> None:
        raise ControlError("the daemon is still ending after 30 s")

    monkeypatch.setattr("chmlfrp.desktop.mirror.end_daemon", refuse)
    desktop = opened(filled_daemon(1))
    desktop.mirror.restart_daemon()
    qtbot.waitUntil(desktop.window.toast.isVisible, timeout=PATIENCE_MS)
    assert not desktop.mirror.is_restarting
    assert not desktop.window.banner.isVisible()


async def test_nothing_is_left_to_end_without_a_daemon() -> None:
    home = Home.locate()
    home.prepare()
    await end_daemon(home)
    assert holder(home) is None
