"""With the service or the daemon away the window stays usable, says so, and recovers."""

from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from chmlfrp.desktop.app import Desktop
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.model.reason import Code, Reason
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon
from support.new_tunnel import ready
from support.scripted_daemon import IN, ScriptedDaemon

AWAY = Reason(Code.SERVICE_UNREACHABLE, "HTTP 502 Bad Gateway")
ASKED = ("nodes", "domains.list", "domains.offers", "account.get", "account.week")


def say(daemon: ScriptedDaemon, trouble: Reason | None) -> None:
    told = msgspec.structs.replace(IN, trouble=trouble)
    daemon.call(lambda: daemon.publish(session=told))


def go(desktop: Desktop, name: str, qtbot: QtBot) -> Any:
    desktop.window.go(name)
    qtbot.wait(100)
    return desktop.window.page


@pytest.mark.parametrize("name", ["nodes", "domains"])
def test_while_the_service_is_away_a_page_says_so_and_comes_back_by_itself(
    opened: Opened, qtbot: QtBot, name: str
) -> None:
    daemon = ready(filled_daemon(3))
    desktop = opened(daemon)
    window = desktop.window
    for each in ASKED:
        daemon.fails[each] = ServiceUnreachable("HTTP 502 Bad Gateway")
    say(daemon, AWAY)
    page = go(desktop, name, qtbot)
    qtbot.waitUntil(
        lambda: page.stage.currentWidget() is page.stage.error, timeout=PATIENCE_MS
    )
    assert "check the network" in page.stage.error.text.text()
    qtbot.waitUntil(window.banner.isVisible, timeout=PATIENCE_MS)

    daemon.fails.clear()
    say(daemon, None)

    qtbot.waitUntil(
        lambda: page.stage.currentWidget() is not page.stage.error, timeout=PATIENCE_MS
    )
    qtbot.waitUntil(window.banner.isHidden, timeout=PATIENCE_MS)


def test_tunnels_stay_to_be_seen_and_switched_while_the_service_is_away(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    say(daemon, AWAY)
    page = go(desktop, "tunnels", qtbot)
    qtbot.waitUntil(desktop.window.banner.isVisible, timeout=PATIENCE_MS)

    page.choose("0")
    page.stop.click()

    qtbot.waitUntil(lambda: bool(daemon.asked_for("stop")), timeout=PATIENCE_MS)
    assert page.rows.rowCount() == 3


def test_a_daemon_that_is_gone_is_said_with_what_was_known(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    page = go(desktop, "tunnels", qtbot)
    daemon.call(daemon.ending.set)

    qtbot.waitUntil(desktop.window.banner.isVisible, timeout=PATIENCE_MS)
    assert page.rows.rowCount() == 3
    for name in ("nodes", "domains", "logs", "account", "settings", "overview"):
        assert go(desktop, name, qtbot).isVisible()
