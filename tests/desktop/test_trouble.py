"""With the service or the daemon away the window stays usable, says so, and recovers."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chmlfrp.desktop import link
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.link import Connection
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.local.paths import Home
from chmlfrp.model.reason import Code, Reason
from chmlfrp.words.language import Language, speaking
from desktop.conftest import PATIENCE_MS, Opened, window_of
from support.many import filled_daemon
from support.new_tunnel import ready
from support.scripted_daemon import IN, ScriptedDaemon, scripted_daemon

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


@pytest.fixture
def bereft(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desktop]:
    """A window that knows what the last one knew, without a daemon."""
    monkeypatch.setattr(link, "PATIENCE_S", 0.1)
    Home.locate().prepare()
    with speaking(Language.EN):
        with scripted_daemon(filled_daemon(3)), window_of(qapp) as last:
            qtbot.waitUntil(
                lambda: last.mirror.is_live and last.mirror.snapshot is not None,
                timeout=PATIENCE_MS,
            )
        with window_of(qapp) as desktop:
            mirror = desktop.mirror
            qtbot.waitUntil(
                lambda: mirror.standing.connection is Connection.AWAY,
                timeout=PATIENCE_MS,
            )
            yield desktop


def failed(page: Any) -> bool:
    """Whether some part of the page says that it could not be asked for."""
    match page.name:
        case "overview":
            stage = page.week_stage
            is_visit_failed = "no daemon" in page.visit.text()
            return is_visit_failed and stage.currentWidget() is stage.error
        case "account":
            return "no daemon" in page.profile.visits.text()
    return page.stage.currentWidget() is page.stage.error


@pytest.mark.parametrize("name", ["nodes", "domains", "overview", "account"])
def test_what_could_not_be_asked_for_comes_when_the_daemon_is_back(
    bereft: Desktop, qtbot: QtBot, name: str
) -> None:
    page = go(bereft, name, qtbot)
    qtbot.waitUntil(lambda: failed(page), timeout=PATIENCE_MS)

    with scripted_daemon(ready(filled_daemon(3))):
        bereft.mirror.retry()
        qtbot.waitUntil(lambda: bereft.mirror.is_live, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: not failed(page), timeout=PATIENCE_MS)


def test_the_overview_is_whole_again_when_the_service_is(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    for each in ("account.week", "account.attendance", "account.messages"):
        daemon.fails[each] = ServiceUnreachable("HTTP 502 Bad Gateway")
    desktop = opened(daemon)
    say(daemon, AWAY)
    page = go(desktop, "overview", qtbot)
    stage = page.week_stage
    qtbot.waitUntil(lambda: stage.currentWidget() is stage.error, timeout=PATIENCE_MS)
    qtbot.waitUntil(desktop.window.banner.isVisible, timeout=PATIENCE_MS)
    assert page.subtitle.text() == ""

    daemon.fails.clear()
    say(daemon, None)

    qtbot.waitUntil(
        lambda: stage.currentWidget() is not stage.error, timeout=PATIENCE_MS
    )
    qtbot.waitUntil(lambda: "502" not in page.visit.text(), timeout=PATIENCE_MS)
    assert page.subtitle.text() == "All is well"


def test_nothing_is_called_well_while_the_daemon_is_away(bereft: Desktop) -> None:
    assert bereft.window.page.subtitle.text() == ""
