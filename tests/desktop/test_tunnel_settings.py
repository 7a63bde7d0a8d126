"""The Settings tab of a tunnel: shown before it is saved, errors at their fields."""

from datetime import datetime

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from chmlfrp.control.protocol import EditTunnel, FailoverView
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.pages.tunnels import TunnelsPage
from chmlfrp.desktop.tunnel.diff import DiffDialog
from chmlfrp.desktop.tunnel.own import OwnForm
from chmlfrp.desktop.tunnel.settings import SettingsTab
from chmlfrp.errors import NameTaken, ServiceUnreachable
from chmlfrp.model.failover import Failover
from chmlfrp.model.guard import Guard
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, parse_windows
from desktop.conftest import PATIENCE_MS, Opened
from support.many import NODES, filled_daemon, view


def settings_of(desktop: Desktop, number: int = 0) -> SettingsTab:
    desktop.window.go("tunnels")
    page = desktop.window.page
    assert isinstance(page, TunnelsPage)
    page.choose(f"{number}:settings")
    return page.detail.settings


def text_of(form: SettingsTab, name: str) -> QLineEdit:
    holder = next(f.entries[name].holder for f in form.forms if name in f.entries)
    assert isinstance(holder, QLineEdit)
    return holder


def box_of(form: SettingsTab, name: str) -> QCheckBox:
    holder = next(f.entries[name].holder for f in form.forms if name in f.entries)
    assert isinstance(holder, QCheckBox)
    return holder


def agree(seen: list[str]) -> None:
    """Accept the difference that is shown next and note what it says."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, DiffDialog):
            QTimer.singleShot(20, look)
            return
        seen.extend(part.text() for part in dialog.findChildren(QLabel))
        dialog.accept()

    QTimer.singleShot(0, look)


def test_an_edit_shows_the_difference_and_sends_only_that(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    form = settings_of(opened(daemon))
    text_of(form, "local_port").setText("25566")
    assert form.is_edited()
    seen: list[str] = []
    agree(seen)
    form.save.click()
    assert "25565 → 25566" in seen
    qtbot.waitUntil(lambda: not form.is_edited(), timeout=PATIENCE_MS)
    assert daemon.asked_for("edit") == [(0, EditTunnel(local_port=25566))]
    assert daemon.asked_for("set_options") == []


def test_every_wrong_field_is_marked_before_anything_is_sent(opened: Opened) -> None:
    daemon = filled_daemon(3)
    form = settings_of(opened(daemon))
    text_of(form, "remote_port").setText("70000")
    text_of(form, "expires").setText("soon")
    form.save.click()
    assert "65535" in form.record.entries["remote_port"].error.text()
    assert "2027-01-31" in form.own.entries["expires"].error.text()
    assert daemon.asked_for("edit") == []
    text_of(form, "remote_port").setText("7000")
    text_of(form, "remote_port").editingFinished.emit()
    assert not form.record.entries["remote_port"].error.isVisible()


def test_what_the_service_says_stands_at_its_field_and_nothing_is_lost(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    daemon.fails["edit"] = NameTaken("taken", service_message="名称重复", field="name")
    form = settings_of(opened(daemon))
    text_of(form, "name").setText("other")
    agree([])
    form.save.click()
    error = form.record.entries["name"].error
    qtbot.waitUntil(lambda: "名称重复" in error.text(), timeout=PATIENCE_MS)
    assert text_of(form, "name").text() == "other"
    assert form.save.isEnabled()


def test_options_are_put_upon_what_others_set_meanwhile(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    meanwhile = TunnelOptions(group="家里", guard=Guard(deny=("203.0.113.7",)))
    daemon.tunnel_options[0] = meanwhile
    form = settings_of(opened(daemon))
    text_of(form, "remark").setText("for friends")
    box_of(form, "guard").setChecked(True)
    form.own.hours.add.click()
    form.own.hours.each()[0].days[6].setChecked(False)
    box_of(form, "failover").setChecked(True)
    form.escape.nodes.put((NODES[1], NODES[2]))
    form.escape.nodes.list.setCurrentRow(1)
    form.escape.nodes.up.click()
    seen: list[str] = []
    agree(seen)
    form.save.click()
    assert any("mon-sat 18:00-23:00" in text for text in seen)
    qtbot.waitUntil(lambda: not form.is_edited(), timeout=PATIENCE_MS)
    wanted = TunnelOptions(
        group="家里",
        remark="for friends",
        schedule=Schedule(windows=parse_windows("mon-sat 18:00-23:00")),
        failover=Failover(is_on=True, nodes=(NODES[2], NODES[1])),
        guard=Guard(is_on=True, deny=("203.0.113.7",)),
    )
    assert daemon.asked_for("set_options") == [(0, wanted)]
    assert daemon.asked_for("edit") == []


def test_what_could_not_be_saved_stays_when_the_rest_was(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    daemon.fails["set_options"] = ServiceUnreachable("the disk is full")
    form = settings_of(opened(daemon))
    text_of(form, "name").setText("renamed")
    text_of(form, "remark").setText("kept")
    agree([])
    form.save.click()
    qtbot.waitUntil(lambda: "the disk is full" in form.message.text(), timeout=20_000)
    assert (text_of(form, "name").text(), text_of(form, "remark").text()) == (
        "renamed",
        "kept",
    )
    del daemon.fails["set_options"]
    agree([])
    form.save.click()
    qtbot.waitUntil(lambda: not form.is_edited(), timeout=PATIENCE_MS)
    assert len(daemon.asked_for("edit")) == 1


def test_what_was_typed_is_there_again_when_the_tunnel_is_come_back_to(
    opened: Opened,
) -> None:
    desktop = opened(filled_daemon(3))
    form = settings_of(desktop)
    text_of(form, "local_port").setText("1x")
    assert settings_of(desktop, 2) is form
    assert not form.is_edited()
    settings_of(desktop, 0)
    assert text_of(form, "local_port").text() == "1x"
    assert form.is_edited()
    form.reset.click()
    assert text_of(form, "local_port").text() == "25565"


def test_a_plan_is_tried_without_being_saved(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    daemon.failovers[0] = FailoverView(
        plan=Failover(),
        verdict="well",
        node="n1",
        home="n1",
        would_move_to="n2",
        would_keep_port=False,
    )
    form = settings_of(opened(daemon))
    box_of(form, "failover").setChecked(True)
    form.escape.trial.click()
    said = form.escape.outcome
    qtbot.waitUntil(said.isVisible, timeout=PATIENCE_MS)
    assert "n2, with another public port" in said.text()
    assert daemon.asked_for("failover") == [(0, Failover(is_on=True))]
    daemon.fails["failover"] = ServiceUnreachable("no answer")
    qtbot.waitUntil(form.escape.trial.isEnabled, timeout=PATIENCE_MS)
    form.escape.trial.click()
    qtbot.waitUntil(lambda: "no answer" in said.text(), timeout=PATIENCE_MS)


def test_what_the_hours_do_next_is_said_as_they_are_set(qtbot: QtBot) -> None:
    form = OwnForm(wall=lambda: datetime(2026, 11, 23, 12))
    qtbot.addWidget(form)
    windows = parse_windows("18:00-01:00")
    form.show_options(TunnelOptions(schedule=Schedule(windows=windows)))
    assert "18:00" in form.coming.text()
    row = form.hours.each()[0]
    assert not row.next_day.isHidden()
    for day in row.days:
        day.setChecked(False)
    assert form.coming.text() == ""
    assert form.wanted(TunnelOptions()) is None
    assert form.entries["schedule"].error.text()
    row.remove.click()
    options = form.wanted(TunnelOptions())
    assert options is not None
    assert options.schedule.windows == ()


def test_the_domain_takes_the_place_of_the_port_for_web_tunnels(
    opened: Opened,
) -> None:
    form = settings_of(opened(filled_daemon(3)), 1)
    assert form.record.entries["domain"].isVisible()
    assert not form.record.entries["remote_port"].isVisible()
    form.record.kind.setCurrentText("tcp")
    assert form.record.entries["remote_port"].isVisible()
    tunnel = view(1).tunnel
    assert tunnel is not None
    assert form.record.wanted(tunnel.spec) is None
    assert "remote port" in form.record.entries["remote_port"].error.text()


def test_news_waits_behind_what_is_typed_and_is_shown_when_that_is_dropped(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    desktop = opened(daemon)
    form = settings_of(desktop)
    text_of(form, "remark").setText("mine")
    news = msgspec.structs.replace(view(0), options=TunnelOptions(group="others"))
    daemon.call(lambda: daemon.publish({0: news}))
    mirror = desktop.mirror
    qtbot.waitUntil(
        lambda: mirror.snapshot is not None and mirror.snapshot.tunnels[0] == news,
        timeout=PATIENCE_MS,
    )
    assert text_of(form, "remark").text() == "mine"
    form.reset.click()
    assert text_of(form, "group").text() == "others"
    assert not form.is_edited()


def test_a_plan_that_is_turned_off_is_not_looked_at_any_further(
    opened: Opened,
) -> None:
    form = settings_of(opened(filled_daemon(3)))
    box_of(form, "failover").setChecked(True)
    text_of(form, "failover.after_min").setText("soon")
    assert form.escape.wanted(Failover(is_on=True)) is None
    box_of(form, "failover").setChecked(False)
    assert form.escape.wanted(Failover(is_on=True)) == Failover()


def test_rules_are_offered_before_something_dangerous_is_published(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(3)
    form = settings_of(opened(daemon))
    text_of(form, "local_port").setText("22")
    seen: list[str] = []
    agree(seen)
    form.save.click()
    assert any("SSH" in text for text in seen)
    qtbot.waitUntil(lambda: not form.is_edited(), timeout=PATIENCE_MS)
    assert daemon.asked_for("edit") == [(0, EditTunnel(local_port=22))]
    ((_, options),) = daemon.asked_for("set_options")
    assert options.guard.is_on
    assert options.guard.ban.after == 5
