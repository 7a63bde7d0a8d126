"""Several tunnels at once: the menu, labels, edits, moves, and what came of each."""

from collections.abc import Iterator

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from chmlfrp.control.archive import DeletedTunnel
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import EditTunnel, NodeView, TunnelView
from chmlfrp.desktop.pages.tunnels import TunnelsPage
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.asks import LineQuestion, NodeQuestion
from chmlfrp.desktop.tunnel.edits import EditSeveral
from chmlfrp.desktop.tunnel.rows import Order
from chmlfrp.desktop.tunnel.several import SeveralDialog, one_by_one
from chmlfrp.errors import InvalidInput
from chmlfrp.local.settings import load
from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_tunnels import answer, choose, page_of
from support.many import filled_daemon, view
from support.scripted_daemon import ScriptedDaemon


def shown(page: TunnelsPage, kind: type) -> object:
    found = [one for one in page.findChildren(kind) if one.isVisible()]
    return found[0] if found else None


def node(number: int, name: str) -> NodeView:
    return NodeView(id=number, name=name, is_online=True)


def test_the_menu_says_what_can_be_done_and_does_it(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    page = page_of(opened(daemon))
    choose(page, 0, 1)
    menu = page.menu()
    said = [entry.text() for entry in menu.actions() if not entry.isSeparator()]
    assert t("menu.remark") in said
    assert menu.accessibleName()
    assert not menu.entries["start"].isEnabled()
    menu.entries["stop"].trigger()
    qtbot.waitUntil(
        lambda: daemon.asked_for("stop") == [frozenset({0, 1})], timeout=PATIENCE_MS
    )
    menu.entries["copy"].trigger()
    wanted = f"{view(0).address}\n{view(1).address}"
    assert QGuiApplication.clipboard().text() == wanted
    group = next(a for a in menu.groups.actions() if a.text() == "家里")
    group.trigger()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("set_options")), timeout=PATIENCE_MS)
    number, options = daemon.asked_for("set_options")[0]
    assert (number, options.group) == (1, "家里")


def test_f2_edits_the_remark(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    page = page_of(desktop)
    desktop.window.activateWindow()
    page.choose("2")
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_F2)
    question = shown(page, LineQuestion)
    assert isinstance(question, LineQuestion)
    question.answer.setText("for the box in the hall")
    QTest.keyClick(question.answer, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(daemon.asked_for("set_options")), timeout=PATIENCE_MS)
    number, options = daemon.asked_for("set_options")[0]
    assert (number, options.remark) == (2, "for the box in the hall")


def test_several_are_edited_and_the_difference_is_seen_first(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(4)
    page = page_of(opened(daemon))
    choose(page, 0, 2)
    page.menu().entries["edit"].trigger()
    dialog = shown(page, EditSeveral)
    assert isinstance(dialog, EditSeveral)
    host = dialog.form.entries["local_host"].holder
    assert isinstance(host, QLineEdit)
    assert "127.0.0.1" in host.placeholderText()
    dialog.next.click()
    assert dialog.said.text() == t("tunnels.same")
    host.setText("192.168.1.9")
    start = dialog.form.entries["autostart"].holder
    assert isinstance(start, QComboBox)
    start.setCurrentIndex(start.findData(True))
    dialog.next.click()
    assert {line.name for line in dialog.lines.rows} == {view(0).name, view(2).name}
    assert daemon.asked_for("edit") == []
    dialog.next.click()
    qtbot.waitUntil(lambda: len(daemon.asked_for("set_options")) == 2)
    edits = daemon.asked_for("edit")
    assert [number for number, _ in edits] == [0, 2]
    assert all(e == EditTunnel(local_host="192.168.1.9") for _, e in edits)
    kept = [options for _, options in daemon.asked_for("set_options")]
    assert all(options.is_started_with_daemon for options in kept)


def test_what_can_never_be_is_said_at_its_field(opened: Opened) -> None:
    page = page_of(opened(filled_daemon(3)))
    choose(page, 0, 2)
    page.menu().entries["edit"].trigger()
    dialog = shown(page, EditSeveral)
    assert isinstance(dialog, EditSeveral)
    entry = dialog.form.entries["local_host"]
    assert isinstance(entry.holder, QLineEdit)
    entry.holder.setText("no host!")
    dialog.next.click()
    assert entry.is_wrong
    assert dialog.stack.currentIndex() == 0
    dialog.reject()


def test_several_move_to_another_node_and_each_failure_is_told(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(4)
    daemon.node_views = [node(1, "near"), node(2, "far")]
    daemon.fails["edit"] = InvalidInput("the node is full", field="node")
    page = page_of(opened(daemon))
    choose(page, 0, 3)
    page.menu().entries["move"].trigger()
    question = shown(page, NodeQuestion)
    assert isinstance(question, NodeQuestion)
    qtbot.waitUntil(question.take.isEnabled, timeout=PATIENCE_MS)
    question.nodes.setCurrentIndex(question.nodes.findData("near"))
    question.take.click()
    qtbot.waitUntil(lambda: shown(page, SeveralDialog) is not None, timeout=PATIENCE_MS)
    dialog = shown(page, SeveralDialog)
    assert isinstance(dialog, SeveralDialog)
    qtbot.waitUntil(dialog.close_button.isVisible, timeout=PATIENCE_MS)
    results = [dialog.rows.cell(row, 1) for row in dialog.rows.rows]
    assert len(results) == 2
    assert all("the node is full" in text for text in results)
    assert daemon.asked_for("edit")[0] == (0, EditTunnel(node="near"))
    dialog.close_button.click()


def test_several_are_deleted_and_come_back_together(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(4)
    desktop = opened(daemon)
    page = page_of(desktop)
    kept = [view(n).tunnel for n in (0, 2)]
    daemon.archive.rows = [
        DeletedTunnel(number=9 - place, at=1.0, tunnel=tunnel)
        for place, tunnel in enumerate(kept)
        if tunnel is not None
    ]
    choose(page, 0, 2)
    answer(t("do.delete"))
    page.delete.click()
    toast = desktop.window.toast
    qtbot.waitUntil(toast.action.isVisible, timeout=PATIENCE_MS)
    assert daemon.asked_for("delete") == [0, 2]
    toast.action.click()
    qtbot.waitUntil(lambda: len(daemon.asked_for("restore")) == 2, timeout=PATIENCE_MS)
    assert {number for number, _ in daemon.asked_for("restore")} == {8, 9}


def test_the_order_is_by_traffic_and_remembered(opened: Opened, qtbot: QtBot) -> None:
    daemon = ScriptedDaemon(*_busy())
    desktop = opened(daemon)
    page = page_of(desktop)
    page.order.setCurrentIndex(page.order.findData(Order.TRAFFIC))
    first = page.rows.view(page.rows.index(0))
    assert first.id == 2
    file = desktop.home.settings_file
    qtbot.waitUntil(
        lambda: load(file).settings.ui.tunnel_order == "traffic", timeout=PATIENCE_MS
    )
    again = TunnelsPage(desktop.window.desk)
    qtbot.addWidget(again)
    qtbot.waitUntil(
        lambda: again.order.currentData() == Order.TRAFFIC, timeout=PATIENCE_MS
    )


async def test_those_that_are_left_have_no_turn() -> None:
    turns: list[int] = []

    async def job(_: ControlClient, number: int) -> None:
        turns.append(number)

    client = ControlClient.__new__(ControlClient)
    done = [
        one.number
        async for one in one_by_one(client, [1, 2, 3], job, lambda: len(turns) == 2)
    ]
    assert done == turns == [1, 2]


def _busy() -> Iterator[TunnelView]:
    for number in range(3):
        one = view(number)
        assert one.tunnel is not None
        tunnel = msgspec.structs.replace(one.tunnel, today_in_bytes=number * 100)
        yield msgspec.structs.replace(one, tunnel=tunnel)
