"""New tunnels with all fields on one page, and out of a file whose text is not shown."""

from pathlib import Path
from typing import ClassVar, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from chmlfrp.control.archive import ReadTunnels
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.new.dialog import NewTunnel, Room
from chmlfrp.desktop.new.draft import Draft, Name, Share, Way, share_of
from chmlfrp.desktop.new.file import FileRoom
from chmlfrp.desktop.new.found import CHECK
from chmlfrp.desktop.new.importing import Outcome, make_all
from chmlfrp.desktop.new.make import Plan
from chmlfrp.desktop.text import t
from chmlfrp.errors import InvalidInput, NameTaken, PortTaken
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnel import SPEC_FIELDS, Tunnel, TunnelId, TunnelType
from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_window import unnamed
from support.many import filled_daemon
from support.new_tunnel import IN_A_FILE, MACHINE, MADE, ready
from support.scripted_daemon import ScriptedDaemon

CANARY = "token = canary"


@pytest.fixture
def daemon() -> ScriptedDaemon:
    return ready(filled_daemon(3))


def dialog_of(desktop: Desktop, way: Room = Room.GUIDE) -> NewTunnel:
    dialog = NewTunnel(desktop.window.desk, desktop.window, look=MACHINE, way=way)
    dialog.open()
    return dialog


def fill(dialog: NewTunnel, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.expert.record.lines[name]
        field.clear()
        QTest.keyClicks(field, text) if text.isascii() else field.setText(text)
        field.editingFinished.emit()


def knows_nodes(dialog: NewTunnel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(dialog.expert._nodes), timeout=PATIENCE_MS)


# ------------------------------------------------------------ all fields


def test_what_the_guide_knows_is_in_the_form_and_what_was_typed_there_stays(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    dialog = dialog_of(opened(daemon))
    dialog.guide.steps[0].cards[Share.SSH].click()  # type: ignore[attr-defined] - the first step's
    dialog.guide.next.click()
    dialog.guide.step.port.setText("2222")  # type: ignore[attr-defined] - the second step's
    dialog.ways.setCurrentIndex(Room.EXPERT)
    lines = dialog.expert.record.lines
    assert (lines["local_port"].text(), lines["node"].text()) == ("2222", "")
    fill(dialog, name="mine", local_host="10.0.0.2")
    dialog.ways.setCurrentIndex(Room.GUIDE)
    dialog.guide.step.port.setText("2200")  # type: ignore[attr-defined] - the second step's
    dialog.ways.setCurrentIndex(Room.EXPERT)
    assert (lines["name"].text(), lines["local_host"].text()) == ("mine", "10.0.0.2")
    assert lines["local_port"].text() == "2200"
    assert unnamed(dialog) == []


def test_a_tunnel_with_all_fields_is_created_started_and_tested(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    dialog = dialog_of(opened(daemon), Room.EXPERT)
    knows_nodes(dialog, qtbot)
    fill(dialog, name="pc", node="上海电信-1", local_port="3389", remote_port="20022")
    note = dialog.expert.record.entries["remote_port"]
    qtbot.waitUntil(lambda: "10000" in note.note.text(), timeout=PATIENCE_MS)
    qtbot.waitUntil(dialog.expert.warning.isVisible, timeout=PATIENCE_MS)
    cast("QCheckBox", dialog.expert.record.entries["encryption"].holder).click()
    cast("QLineEdit", dialog.expert.own.entries["group"].holder).setText("home")
    dialog.expert.record.extra.setPlainText("bandwidth_limit = 1MB")
    dialog.expert.make.click()
    making = dialog.making
    qtbot.waitUntil(making.result.isVisible, timeout=PATIENCE_MS)
    assert daemon.asked_for("create") == [
        CreateTunnel(
            name="pc",
            node="上海电信-1",
            type=TunnelType.TCP,
            local_port=3389,
            remote_port=20022,
            encryption=True,
            extra="bandwidth_limit = 1MB",
        )
    ]
    assert daemon.asked_for("set_options") == [(MADE, TunnelOptions(group="home"))]
    assert daemon.asked_for("start") == [frozenset({MADE})]
    qtbot.waitUntil(lambda: making.rungs["reach"].state == "good", timeout=PATIENCE_MS)


def test_what_can_never_be_stands_at_its_field_and_is_not_sent(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    dialog = dialog_of(opened(daemon), Room.EXPERT)
    knows_nodes(dialog, qtbot)
    good = {"name": "pc", "node": "上海电信-1", "local_port": "3389", "remote_port": ""}
    wrong = [
        ("name", "my pc"),
        ("name", "minecraft_00"),
        ("node", "nowhere"),
        ("node", "东京电信-2"),
        ("local_port", "70000"),
        ("remote_port", "99"),
    ]
    entries = dialog.expert.record.entries
    for field, text in wrong:
        fill(dialog, **{**good, field: text})
        if field != "node":
            qtbot.waitUntil(
                lambda: dialog.expert._node is not None, timeout=PATIENCE_MS
            )
        dialog.expert.make.click()
        assert [n for n, entry in entries.items() if entry.is_wrong] == [field], text
    assert dialog.stack.currentWidget() is not dialog.making
    assert daemon.asked_for("create") == []


def test_what_the_service_refuses_stands_at_the_field_of_the_form(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    daemon.fails["create"] = PortTaken("t", service_message="占用", field="remote_port")
    dialog = dialog_of(opened(daemon), Room.EXPERT)
    fill(dialog, name="pc", node="上海电信-1", local_port="3389", remote_port="20022")
    dialog.expert.make.click()
    qtbot.waitUntil(dialog.making.change.isVisible, timeout=PATIENCE_MS)
    dialog.making.change.click()
    entry = dialog.expert.record.entries["remote_port"]
    assert "占用" in entry.error.text()
    assert dialog.expert.record.lines["remote_port"].text() == "20022"


def test_a_free_name_of_the_guide_is_taken_with_the_form_unless_it_is_unticked(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    dialog = dialog_of(opened(daemon), Room.EXPERT)
    free = Name(domain="example.cn", record="blog")
    draft = Draft(
        share=Share.WEB, kind=TunnelType.HTTP, local_port=80, way=Way.FREE, free=free
    )
    expert = dialog.expert
    expert.enter(draft)
    assert expert.record.lines["domain"].text() == "blog.example.cn"
    assert "blog.example.cn" in expert.free.text()
    plans = []
    expert.wanted.disconnect()
    expert.wanted.connect(plans.append)
    fill(dialog, node="上海电信-1")
    expert.make.click()
    fill(dialog, domain="www.example.org")
    assert not expert.free.isVisible()
    expert.make.click()
    assert [plan.name for plan in plans] == [free, None]
    expert.starts.click()
    assert expert.make.text() == t("new.create.only")
    expert.make.click()
    assert not plans[-1].starts


@pytest.mark.parametrize(
    ("kind", "port", "share"),
    [
        (TunnelType.TCP, 25565, Share.JAVA),
        (TunnelType.UDP, 19132, Share.BEDROCK),
        (TunnelType.UDP, 25565, Share.OTHER),
        (TunnelType.HTTPS, 8443, Share.WEB),
        (TunnelType.TCP, 4000, Share.OTHER),
    ],
)
def test_type_and_port_say_what_is_most_likely_shared(
    kind: TunnelType, port: int, share: Share
) -> None:
    assert share_of(kind, port) is share


# ------------------------------------------------------------ out of a file


def file_room(desktop: Desktop) -> FileRoom:
    return dialog_of(desktop, Room.FILE).file


def finds(room: FileRoom, qtbot: QtBot, count: int) -> None:
    def is_shown() -> bool:
        return len(room.rows.rows) == count and room.pick.isEnabled()

    qtbot.waitUntil(is_shown, timeout=PATIENCE_MS)


def activate(room: FileRoom, qtbot: QtBot) -> None:
    window = room.window()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)


def shown_texts(room: QWidget) -> str:
    widgets = room.findChildren(QWidget)
    names = [name for one in widgets if callable(name := getattr(one, "text", None))]
    return " ".join(str(name()) for name in names)


def test_tunnels_of_a_file_are_created_with_a_result_for_each(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    file = tmp_path / "frpc.ini"
    file.write_text(CANARY, "utf-8")
    room = file_room(opened(daemon))
    room.ask_path = lambda: str(file)  # type: ignore[method-assign] - no dialog of the system
    room.pick.click()
    finds(room, qtbot, 3)
    assert daemon.asked_for("read_tunnels") == [ReadTunnels(text=Secret(CANARY))]
    assert "canary" not in shown_texts(room)
    assert t("new.file.make", n=2) == room.make.text()
    cells = [room.rows.cell(row, 2) for row in room.rows.rows]
    assert "1.2.3.4" in cells[1]
    assert "--node" not in cells[1]
    assert "plugin" in cells[2]
    room.make.click()
    assert room.node.is_wrong
    assert daemon.asked_for("create") == []
    qtbot.waitUntil(lambda: room.nodes.count() > 1, timeout=PATIENCE_MS)
    room.nodes.setCurrentIndex(room.nodes.findData("成都联通-2"))
    room.make.click()
    qtbot.waitUntil(lambda: not room.is_busy, timeout=PATIENCE_MS)
    made = daemon.asked_for("create")
    assert [(one.node, one.remote_port) for one in made] == [
        ("上海电信-1", 20001),
        ("成都联通-2", None),
    ]
    assert daemon.asked_for("set_options") == [(MADE, TunnelOptions(group="games"))]
    assert daemon.asked_for("start") == []
    assert [row.is_made for row in room.rows.rows] == [True, True, False]
    assert room.message.text() == t("new.file.all_made", made=2)
    assert not room.make.isEnabled()
    assert unnamed(room) == []


def test_one_that_fails_says_why_and_can_be_tried_again(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    daemon.archive.found = IN_A_FILE[:1]
    daemon.fails["create"] = NameTaken("taken", service_message="重名", field="name")
    room = file_room(opened(daemon))
    QGuiApplication.clipboard().setText(CANARY)
    activate(room, qtbot)
    QTest.keyClick(room.pick, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    finds(room, qtbot, 1)
    room.make.click()
    qtbot.waitUntil(lambda: not room.is_busy, timeout=PATIENCE_MS)
    assert "重名" in room.rows.cell(room.rows.rows[0], 2)
    del daemon.fails["create"]
    room.any_port.click()
    room.make.click()
    qtbot.waitUntil(lambda: room.rows.rows[0].is_made, timeout=PATIENCE_MS)
    assert daemon.asked_for("create")[-1].remote_port is None


async def test_giving_up_makes_no_more_and_keeps_what_was_made() -> None:
    class Client:
        made: ClassVar[list[CreateTunnel]] = []

        async def create(self, command: CreateTunnel) -> Tunnel:
            self.made.append(command)
            fields = {name: getattr(command, name) for name in SPEC_FIELDS}
            return Tunnel(id=TunnelId(len(self.made)), **fields)

    commands = [
        CreateTunnel(name=name, node="n", type=TunnelType.TCP, local_port=1)
        for name in ("one", "two")
    ]
    plans = [(n, Plan(command=each, starts=False)) for n, each in enumerate(commands)]
    outcomes = [
        outcome
        async for outcome in make_all(
            cast("ControlClient", Client()),
            plans,
            is_given_up=lambda: bool(Client.made),
        )
    ]
    assert outcomes == [Outcome(0), Outcome(0, is_made=True)]
    assert Client.made == commands[:1]


def test_a_row_is_ticked_by_the_space_bar_unless_it_cannot_be_had(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    room = file_room(opened(daemon))
    QGuiApplication.clipboard().setText(CANARY)
    room.paste.click()
    finds(room, qtbot, 3)
    activate(room, qtbot)
    qtbot.waitUntil(room.list.hasFocus, timeout=PATIENCE_MS)
    QTest.keyClick(room.list, Qt.Key.Key_Space)
    states = [room.rows.data(room.rows.index(n, 0), CHECK) for n in range(3)]
    assert states == [Qt.CheckState.Unchecked, Qt.CheckState.Checked, None]
    assert room.make.text() == t("new.file.make", n=1)
    assert not room.rows.setData(room.rows.index(2, 0), Qt.CheckState.Checked)


def test_what_cannot_be_read_or_is_not_there_is_said(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon, tmp_path: Path
) -> None:
    room = file_room(opened(daemon))
    QGuiApplication.clipboard().setText(" ")
    room.paste.click()
    assert room.source.text() == t("new.file.no_text")
    room.ask_path = lambda: str(tmp_path / "no.ini")  # type: ignore[method-assign] - no dialog of the system
    room.pick.click()
    error = room.stage.error
    qtbot.waitUntil(lambda: "no.ini" in error.title.text(), timeout=PATIENCE_MS)
    daemon.fails["read_tunnels"] = InvalidInput("line 3", field="file")
    QGuiApplication.clipboard().setText(CANARY)
    room.paste.click()
    qtbot.waitUntil(lambda: "line 3" in error.title.text(), timeout=PATIENCE_MS)
    assert room.stage.currentWidget() is error


def test_the_more_menu_leads_to_the_file_with_nothing_chosen(
    opened: Opened, daemon: ScriptedDaemon
) -> None:
    desktop = opened(daemon)
    desktop.window.go("tunnels")
    menu = desktop.window.page.menu()  # type: ignore[attr-defined] - the tunnels' page
    assert [code for code, entry in menu.entries.items() if entry.isEnabled()] == [
        "import"
    ]
    menu.entries["import"].trigger()
    dialog = desktop.window.findChildren(NewTunnel)[0]
    assert dialog.rooms.currentWidget() is dialog.file
