"""New tunnels: by the guide, with all fields, out of a file; nothing is left behind."""

from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chmlfrp.control.domain import CreateDomain
from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.new.address import AddressStep
from chmlfrp.desktop.new.dialog import NewTunnel
from chmlfrp.desktop.new.draft import Share, Way
from chmlfrp.desktop.new.look import Look
from chmlfrp.desktop.new.node import NodeStep
from chmlfrp.desktop.new.parts import PickCard
from chmlfrp.desktop.new.review import ReviewStep
from chmlfrp.desktop.new.service import ServiceStep
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.new.what import WhatStep
from chmlfrp.desktop.text import t
from chmlfrp.errors import DomainTaken, NameTaken, PortTaken, ServiceUnreachable
from chmlfrp.model.domain import RecordType
from chmlfrp.model.tunnel import TunnelType
from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_window import unnamed
from support.many import filled_daemon
from support.new_tunnel import MACHINE, WITHOUT_WORLDS, ready
from support.scripted_daemon import ScriptedDaemon


def dialog_of(desktop: Desktop, *, look: Look = MACHINE) -> NewTunnel:
    dialog = NewTunnel(desktop.window.desk, desktop.window, look=look)
    dialog.open()
    return dialog


S = TypeVar("S", bound=Step)


class Person:
    """Who goes through the guide, waiting for what each step shows."""

    def __init__(self, dialog: NewTunnel, qtbot: QtBot) -> None:
        self.dialog, self.qtbot = dialog, qtbot
        self.guide = dialog.guide

    def picks(self, share: Share) -> ServiceStep:
        step = self.guide.step
        assert isinstance(step, WhatStep)
        step.cards[share].click()
        return self.goes_on(ServiceStep)

    def goes_on(self, kind: type[S]) -> S:
        self.guide.next.click()
        step = self.guide.step
        assert isinstance(step, kind)
        return step

    def sees(self, step: ServiceStep, count: int) -> None:
        self.qtbot.waitUntil(lambda: len(step.rows.rows) == count, timeout=PATIENCE_MS)

    def chooses_a_node(self) -> NodeStep:
        step = self.goes_on(NodeStep)
        self.qtbot.waitUntil(lambda: step.chosen() is not None, timeout=PATIENCE_MS)
        return step

    def comes_to_the_address(self) -> AddressStep:
        step = self.goes_on(AddressStep)
        self.qtbot.waitUntil(lambda: step.waiting.isHidden(), timeout=PATIENCE_MS)
        return step

    def reviews(self) -> ReviewStep:
        return self.goes_on(ReviewStep)

    def creates(self) -> None:
        self.guide.next.click()

    def gets_an_address(self) -> str:
        making = self.dialog.making
        self.qtbot.waitUntil(lambda: making.result.isVisible(), timeout=PATIENCE_MS)
        return making.address.text()


@pytest.fixture
def daemon() -> ScriptedDaemon:
    return ready(filled_daemon(3))


def test_a_world_opened_to_the_lan_is_shared_under_a_free_name(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    person = Person(dialog_of(opened(daemon)), qtbot)
    service = person.picks(Share.JAVA)
    person.sees(service, 6)
    assert service.port.text() == "51234"
    node = person.chooses_a_node()
    assert node.best_name.text() == "上海电信-1"
    assert "18 ms" in node.best_why.text()
    address = person.comes_to_the_address()
    address.ways[Way.FREE].setChecked(True)
    address.record.setText("play")
    review = person.reviews()
    assert "小明的世界" in review.lines["service"].text()
    review.tunnel.setText("my_world")
    person.creates()
    assert person.gets_an_address() == "play.example.cn"
    assert daemon.asked_for("create") == [
        CreateTunnel(
            name="my_world", node="上海电信-1", type=TunnelType.TCP, local_port=51234
        )
    ]
    assert daemon.asked_for("domains.create") == [
        CreateDomain(
            domain="example.cn",
            record="_minecraft._tcp.play",
            type=RecordType.SRV,
            target="0 5 34567 n1.frp.example",
        )
    ]
    assert daemon.asked_for("start") == [frozenset({50})]
    making = person.dialog.making
    qtbot.waitUntil(lambda: making.rungs["reach"].state == "good", timeout=PATIENCE_MS)
    making.copy.click()
    assert QGuiApplication.clipboard().text() == "play.example.cn"


def test_the_keyboard_alone_leads_to_an_address(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    desktop = opened(daemon)
    desktop.window.activateWindow()
    dialog = dialog_of(desktop, look=WITHOUT_WORLDS)
    person = Person(dialog, qtbot)

    def press(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget() or dialog, key)

    dialog.activateWindow()
    qtbot.waitUntil(
        lambda: isinstance(QApplication.focusWidget(), PickCard), timeout=PATIENCE_MS
    )
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return)
    service = dialog.guide.step
    assert isinstance(service, ServiceStep)
    person.sees(service, 5)
    assert service.port.text() == "22"
    assert "SSH" in service.warning.text.text()
    press(Qt.Key.Key_Return)
    node = dialog.guide.step
    assert isinstance(node, NodeStep)
    qtbot.waitUntil(lambda: node.chosen() is not None, timeout=PATIENCE_MS)
    press(Qt.Key.Key_Return)
    assert isinstance(dialog.guide.step, AddressStep)
    press(Qt.Key.Key_Return)
    assert isinstance(dialog.guide.step, ReviewStep)
    press(Qt.Key.Key_Return)
    assert person.gets_an_address() == "n1.frp.example:34567"
    command = daemon.asked_for("create")[0]
    assert (command.type, command.local_port) == (TunnelType.TCP, 22)


def test_every_control_of_every_step_has_a_name(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.picks(Share.WEB)
    person.chooses_a_node()
    for way in person.comes_to_the_address().ways.values():
        way.setChecked(True)
        assert unnamed(person.dialog) == []
    for place in range(5):
        person.guide.show_step(place)
        assert unnamed(person.dialog) == []


def test_what_is_dangerous_or_not_there_is_said_and_does_not_hinder(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    person = Person(dialog_of(opened(daemon)), qtbot)
    service = person.picks(Share.OTHER)
    person.sees(service, 5)
    service.list.selectRow(3)
    assert service.port.text() == "6379"
    assert "redis-server" in service.warning.text.text()
    service.port.clear()
    QTest.keyClicks(service.port, "4000")
    assert service.warning.text.text() == t("new.service.nothing", port=4000)
    service.port.clear()
    person.guide.next.click()
    assert person.guide.step is service
    assert service.port_field.error.isVisible()


def test_nodes_that_cannot_be_had_say_why_and_cannot_be_chosen(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.sees(person.picks(Share.BEDROCK), 1)
    node = person.chooses_a_node()
    said = {row.view.name: row.why_not for row in node.rows.rows}
    assert said["东京电信-2"] == t("new.node.offline")
    assert said["广州BGP-1"] == t("new.node.members")
    assert said["洛杉矶移动-3"] == t("new.node.no_udp")
    for place, row in enumerate(node.rows.rows):
        node.list.selectRow(place)
        taken = node.chosen()
        assert taken is None or not taken.why_not
        assert (taken is row) is not bool(row.why_not)


def test_a_site_gets_a_domain_of_its_own(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.sees(person.picks(Share.WEB), 5)
    person.chooses_a_node()
    address = person.comes_to_the_address()
    address.ways[Way.OWN].setChecked(True)
    assert "n1.frp.example" in address._hints[Way.OWN].text()
    address.own.setText("no domain")
    person.guide.next.click()
    assert address.own_field.error.isVisible()
    address.own.setText("www.example.org")
    address.is_https.setChecked(True)
    person.reviews()
    person.creates()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("start")), timeout=PATIENCE_MS)
    command = daemon.asked_for("create")[0]
    assert (command.type, command.domain) == (TunnelType.HTTPS, "www.example.org")
    assert command.remote_port is None
    assert daemon.asked_for("domains.create") == []


def test_a_name_that_is_taken_takes_the_tunnel_back_and_is_asked_for_again(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    daemon.fails["domains.create"] = DomainTaken(
        "taken", service_message="该域名已被使用", field="record"
    )
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.sees(person.picks(Share.TERRARIA), 5)
    person.chooses_a_node()
    address = person.comes_to_the_address()
    address.ways[Way.FREE].setChecked(True)
    address.record.setText("play")
    person.reviews()
    person.creates()
    making = person.dialog.making
    qtbot.waitUntil(making.change.isVisible, timeout=PATIENCE_MS)
    assert "该域名已被使用" in making.banner.text.text()
    assert t("new.failed.back") in making.banner.text.text()
    assert daemon.asked_for("delete") == [50]
    assert daemon.asked_for("start") == []
    making.change.click()
    assert person.guide.step is address
    assert "该域名已被使用" in address.record_field.error.text()
    assert address.record.text() == "play"


def test_a_start_that_fails_takes_name_and_tunnel_back(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    daemon.fails["start"] = ServiceUnreachable("no answer")
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.sees(person.picks(Share.WEB), 5)
    person.chooses_a_node()
    address = person.comes_to_the_address()
    address.ways[Way.FREE].setChecked(True)
    address.record.setText("blog")
    person.reviews()
    person.creates()
    qtbot.waitUntil(person.dialog.making.change.isVisible, timeout=PATIENCE_MS)
    assert daemon.asked_for("create")[0].domain == "blog.example.cn"
    assert daemon.asked_for("domains.create")[0].tunnel == 50
    assert daemon.asked_for("domains.delete") == [("example.cn", "blog")]
    assert daemon.asked_for("delete") == [50]


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (NameTaken("taken", service_message="重名", field="name"), ReviewStep),
        (PortTaken("taken", service_message="占用", field="remote_port"), AddressStep),
    ],
)
def test_what_the_service_refuses_stands_at_its_field(
    opened: Opened,
    qtbot: QtBot,
    daemon: ScriptedDaemon,
    error: NameTaken | PortTaken,
    step: type[Step],
) -> None:
    daemon.fails["create"] = error
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.sees(person.picks(Share.SSH), 5)
    person.chooses_a_node()
    person.comes_to_the_address().port.setText("20022")
    person.reviews()
    person.creates()
    making = person.dialog.making
    qtbot.waitUntil(making.change.isVisible, timeout=PATIENCE_MS)
    making.change.click()
    shown = person.guide.step
    assert isinstance(shown, step)
    field = (
        shown.tunnel_field if isinstance(shown, ReviewStep) else shown.port_field  # type: ignore[attr-defined] - the address step's
    )
    assert error.service_message in field.error.text()
    assert daemon.asked_for("delete") == []


def test_going_back_keeps_the_answers_and_esc_leaves(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon
) -> None:
    dialog = dialog_of(opened(daemon))
    person = Person(dialog, qtbot)
    person.sees(person.picks(Share.SSH), 5)
    person.chooses_a_node().list.selectRow(1)
    person.comes_to_the_address()
    dialog.guide.back.click()
    node = dialog.guide.step
    assert isinstance(node, NodeStep)
    chosen = node.chosen()
    assert chosen is not None
    assert chosen.view.name == "成都联通-2"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert daemon.asked_for("create") == []


def test_ctrl_n_and_the_buttons_open_the_dialog(opened: Opened, qtbot: QtBot) -> None:
    desktop = opened(ready(filled_daemon(0)))
    window = desktop.window
    window.activateWindow()
    window.go("tunnels")

    def close_it() -> None:
        def is_open() -> bool:
            return isinstance(QApplication.activeModalWidget(), NewTunnel)

        qtbot.waitUntil(is_open, timeout=PATIENCE_MS)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, NewTunnel)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not is_open(), timeout=PATIENCE_MS)

    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    close_it()
    window.page.stage.empty.action.click()  # type: ignore[attr-defined] - the tunnels' page
    close_it()


@pytest.mark.parametrize("takes", [True, False])
def test_rules_are_offered_beside_the_danger_and_hold_before_it_starts(
    opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon, *, takes: bool
) -> None:
    person = Person(dialog_of(opened(daemon)), qtbot)
    person.sees(person.picks(Share.SSH), 5)
    person.chooses_a_node()
    person.comes_to_the_address()
    review = person.reviews()
    assert "5 fast failures" in review.rules.text()
    assert review.rules.isChecked()
    review.rules.setChecked(takes)
    person.creates()
    person.gets_an_address()

    asked = [name for name, _ in daemon.asked if name in ("set_options", "start")]
    if takes:
        (_, options) = daemon.asked_for("set_options")[0]
        assert options.guard.ban.after == 5
        assert asked == ["set_options", "start"]
    else:
        assert asked == ["start"]
