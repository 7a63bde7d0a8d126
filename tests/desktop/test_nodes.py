"""The nodes: sorted, filtered, measured with progress, liked, and never empty by error."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from chmlfrp.control.protocol import NodeView
from chmlfrp.control.survey import MeasureNodes, NodeMeasured
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.nodes.rows import LATENCY, LOAD, UPTIME, Which
from chmlfrp.desktop.pages.nodes import NodesPage
from chmlfrp.errors import ServiceUnreachable
from chmlfrp.model.latency import LatencyPoint, LatencyTrouble
from chmlfrp.model.node import DayUptime, NodeDetail, NodeUptime
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon
from support.scripted_daemon import ScriptedDaemon

FAST = NodeView(
    id=1,
    name="fast",
    is_online=True,
    area="Hangzhou",
    allows_web=True,
    bandwidth_percent=96.0,
    latency_ms=12.0,
)
FAR = NodeView(id=2, name="far", is_online=True, allows_udp=True, is_vip=True)
GONE = NodeView(id=3, name="gone", is_online=False, notes="moved to Beijing")


def daemon_with(*views: NodeView) -> ScriptedDaemon:
    daemon = filled_daemon(1)
    daemon.node_views = list(views)
    daemon.node_details = {
        "fast": NodeDetail(id=1, name="fast", host="fast.example", version="0.65.0")
    }
    daemon.survey.uptimes = [
        NodeUptime(
            id=1,
            name="fast",
            days=(
                DayUptime(day="2026-11-01", percent=100.0),
                DayUptime(day="2026-11-02", percent=50.0),
            ),
        )
    ]
    return daemon


@pytest.fixture
def daemon() -> ScriptedDaemon:
    return daemon_with(FAST, FAR, GONE)


def page_of(desktop: Desktop) -> NodesPage:
    desktop.window.go("nodes")
    page = desktop.window.page
    assert isinstance(page, NodesPage)
    return page


def filled(desktop: Desktop, qtbot: QtBot) -> NodesPage:
    page = page_of(desktop)
    qtbot.waitUntil(
        lambda: any(row.days for row in page.rows.rows), timeout=PATIENCE_MS
    )
    return page


def names(page: NodesPage) -> list[str]:
    return [page.shown.row_at(n).view.name for n in range(page.shown.rowCount())]


def text(page: NodesPage, name: str, column: int) -> str:
    place = names(page).index(name)
    return str(page.shown.index(place, column).data())


def test_all_nodes_are_there_with_load_days_and_latency(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)

    assert names(page) == ["far", "fast", "gone"]
    assert text(page, "fast", LOAD) == "96 %"
    assert text(page, "fast", UPTIME) == "75.0 %"
    assert text(page, "fast", LATENCY) == "12 ms"
    assert text(page, "gone", LOAD) == "Offline"
    assert page.subtitle.text() == "3 nodes, 2 of them online"


def test_a_head_sorts_and_what_is_unknown_comes_last(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)

    page.list.sortByColumn(LATENCY, Qt.SortOrder.AscendingOrder)

    assert names(page)[0] == "fast"
    page.list.sortByColumn(LATENCY, Qt.SortOrder.DescendingOrder)
    assert names(page)[0] == "fast"


def test_what_members_may_use_is_shown_once_the_account_is_one(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    page.shown.is_member = False
    page.which.setCurrentIndex(page.which.findData(Which.USABLE))
    page.shown.is_member = True
    assert names(page) == ["far", "fast"]


def test_another_session_sees_its_own_nodes(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    snapshot = page.desk.mirror.snapshot
    assert snapshot is not None
    daemon.node_views = [FAST]
    page.moment(Moment(snapshot, frozenset(), is_new_session=True, is_new_health=False))
    qtbot.waitUntil(lambda: names(page) == ["fast"], timeout=PATIENCE_MS)


def test_days_that_come_late_do_not_replace_those_asked_for_since(
    opened: Opened,
    daemon: ScriptedDaemon,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = filled(opened(daemon), qtbot)
    asked: list[int] = []
    ends: list[Callable[[], object]] = []

    async def uptime(*, days: int, name: str) -> list[NodeUptime]:
        asked.append(days)
        if days == 90:
            released = asyncio.Event()
            loop = asyncio.get_running_loop()
            ends.append(lambda: loop.call_soon_threadsafe(released.set))
            await released.wait()
        each = tuple(DayUptime(day=f"{n}", percent=90.0) for n in range(days))
        return [NodeUptime(id=1, name="fast", days=each)]

    def shown() -> int:
        return len(page.rows.rows[0].days)

    monkeypatch.setattr(daemon.survey, "uptime", uptime)
    page.span.setCurrentIndex(page.span.findData(90))
    qtbot.waitUntil(lambda: bool(ends), timeout=PATIENCE_MS)
    slow = page._days
    page.span.setCurrentIndex(page.span.findData(7))
    qtbot.waitUntil(lambda: shown() == 7, timeout=PATIENCE_MS)
    ends[0]()
    assert asked == [90, 7]
    assert slow is not None
    assert slow.is_cancelled


@pytest.mark.parametrize(
    ("which", "left"),
    [
        (Which.ONLINE, ["far", "fast"]),
        (Which.USABLE, ["fast"]),
        (Which.WEB, ["fast"]),
        (Which.UDP, ["far"]),
        (Which.FAVOURITES, []),
    ],
)
def test_filters(
    opened: Opened,
    daemon: ScriptedDaemon,
    qtbot: QtBot,
    which: Which,
    left: list[str],
) -> None:
    page = filled(opened(daemon), qtbot)
    page.shown.is_member = False

    page.which.setCurrentIndex(page.which.findData(which))

    assert names(page) == left
    if not left:
        assert page.stage.currentWidget() is page.stage.empty
        page.stage.empty.action.click()
        assert names(page) == ["far", "fast", "gone"]


def test_the_search_looks_into_notes(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    page.search.setText("beijing")
    assert names(page) == ["gone"]


def test_a_chosen_node_is_shown_with_its_history(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    daemon.survey.points = [
        LatencyPoint(at=1.0, ms=10.0),
        LatencyPoint(at=2.0, trouble=LatencyTrouble.TIMEOUT),
        LatencyPoint(at=3.0, ms=20.0),
    ]
    page = filled(opened(daemon), qtbot)
    page.choose("fast")

    facts = page.panel.facts
    qtbot.waitUntil(lambda: facts["host"].text() == "fast.example", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(page.panel.way_said.text()), timeout=PATIENCE_MS)
    assert page.panel.way_said.text() == "last 20 ms · 10 ms to 20 ms · 1 of 3 failed"
    assert "75.00 %" in page.panel.days_said.text()


def test_a_node_that_the_service_refuses_to_tell_of_says_its_words(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    page.choose("gone")
    qtbot.waitUntil(lambda: page.panel.error.isVisible(), timeout=PATIENCE_MS)
    assert "节点不存在" in page.panel.error.text()
    assert not page.panel.measure.isEnabled()


def test_measuring_shows_how_far_it_is_and_can_be_given_up(
    opened: Opened,
    daemon: ScriptedDaemon,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[bool] = []

    @asynccontextmanager
    async def measure(
        command: MeasureNodes,
    ) -> AsyncIterator[AsyncIterator[NodeMeasured]]:
        async def each() -> AsyncIterator[NodeMeasured]:
            yield NodeMeasured(
                node="far", point=LatencyPoint(at=1.0, ms=88.0), done=1, total=2
            )
            await asyncio.Event().wait()

        try:
            yield each()
        finally:
            ended.append(True)

    monkeypatch.setattr(daemon.survey, "measure", measure)
    page = filled(opened(daemon), qtbot)

    page.measure.click()

    qtbot.waitUntil(lambda: page.said.text() == "1 of 2 measured", timeout=PATIENCE_MS)
    assert text(page, "far", LATENCY) == "88 ms"
    assert not page.measure.isEnabled()
    page.choose("fast")
    assert not page.panel.measure.isEnabled()
    page.cancel.click()
    assert page.panel.measure.isEnabled()
    assert page.measure.isEnabled()
    assert not page.progress.isVisible()
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE_MS)


def test_a_favourite_is_kept_by_the_daemon_and_comes_first(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    page = filled(opened(daemon), qtbot)
    page.choose("gone")
    page.panel.favourite.click()
    qtbot.waitUntil(lambda: names(page)[0] == "gone", timeout=PATIENCE_MS)
    assert daemon.asked_for("survey.favour") == [("gone", True)]
    assert page.panel.favourite.text() == "Remove from favourites"


def test_the_last_favourite_gone_is_said(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    daemon.node_views = [msgspec.structs.replace(FAST, is_favourite=True), FAR]
    page = filled(opened(daemon), qtbot)
    page.which.setCurrentIndex(page.which.findData(Which.FAVOURITES))
    page.choose("fast")
    page.panel.favourite.click()
    qtbot.waitUntil(
        lambda: page.stage.currentWidget() is page.stage.empty, timeout=PATIENCE_MS
    )


def test_trouble_is_no_empty_list_and_what_was_known_stays(
    opened: Opened, daemon: ScriptedDaemon, qtbot: QtBot
) -> None:
    daemon.fails["nodes"] = ServiceUnreachable("GET /node: nobody answers")
    page = page_of(opened(daemon))
    qtbot.waitUntil(
        lambda: page.stage.currentWidget() is page.stage.error, timeout=PATIENCE_MS
    )
    del daemon.fails["nodes"]
    page.stage.error.action.click()
    qtbot.waitUntil(lambda: len(names(page)) == 3, timeout=PATIENCE_MS)

    daemon.fails["nodes"] = ServiceUnreachable("GET /node: nobody answers")
    page.ask()
    qtbot.waitUntil(lambda: page.note.isVisible(), timeout=PATIENCE_MS)
    assert len(names(page)) == 3
