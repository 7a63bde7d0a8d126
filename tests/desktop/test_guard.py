"""The Guard tab: visitors that are blocked and let in, rules that are tried and saved."""

import time
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
)
from pytestqt.qtbot import QtBot

from chmlfrp.control.guard import Lifted, LiftVisitor, Standing, Verdict
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.guard.deeds import lift
from chmlfrp.desktop.guard.people import People
from chmlfrp.desktop.guard.person import Order, Seen, Which, of_tunnel
from chmlfrp.desktop.guard.rules import RulesForm
from chmlfrp.desktop.guard.say import did, said, stands
from chmlfrp.desktop.guard.tab import GuardTab
from chmlfrp.desktop.pages.tunnels import TunnelsPage
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.diff import DiffDialog
from chmlfrp.errors import InvalidInput, ServiceUnreachable
from chmlfrp.model.guard import Ban, Guard, Rule
from chmlfrp.model.tunnel import ALL_TUNNELS
from desktop.conftest import PATIENCE_MS, Opened
from desktop.test_window import unnamed
from support.crowd import address, crowd, visitor
from support.many import filled_daemon
from support.scripted_daemon import ScriptedDaemon

NOW = 1_790_000_000.0


def guard_of(desktop: Desktop, number: int = 0) -> GuardTab:
    desktop.window.go("tunnels")
    page = desktop.window.page
    assert isinstance(page, TunnelsPage)
    page.choose(f"{number}:guard")
    return page.detail.guard


def visited(count: int = 24, *, guard: Guard | None = None) -> ScriptedDaemon:
    daemon = filled_daemon(3)
    crowd(daemon, count, guard=guard)
    return daemon


def with_visitors(opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon) -> GuardTab:
    tab = guard_of(opened(daemon))
    people = tab.visitors.people
    qtbot.waitUntil(lambda: people.rowCount() > 0, timeout=PATIENCE_MS)
    return tab


def choose(tab: GuardTab, *numbers: int) -> None:
    model = tab.visitors.list.selectionModel()
    model.clearSelection()
    for number in numbers:
        row = tab.visitors.people.row_of(address(number))
        model.select(row, QItemSelectionModel.SelectionFlag.Select)


def focus(tab: GuardTab, qtbot: QtBot) -> None:
    """Let keys go to the list, as in a window that is in front."""
    tab.window().activateWindow()
    tab.visitors.list.setFocus()
    qtbot.waitUntil(tab.visitors.list.hasFocus, timeout=PATIENCE_MS)


def agree() -> None:
    """Say yes to the difference or question that is shown next."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, DiffDialog):
            dialog.accept()
        elif isinstance(dialog, QMessageBox):
            next(b for b in dialog.buttons() if b.text() == t("do.delete")).click()
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def rules_in(tab: GuardTab) -> RulesForm:
    tab.show_room("rules")
    return tab.rules.form


def write_list(form: RulesForm, name: str, text: str) -> None:
    field = form.entries[name].holder
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(text)


def write_line(form: RulesForm, name: str, text: str) -> None:
    field = form.entries[name].holder
    assert isinstance(field, QLineEdit)
    field.setText(text)


def test_who_is_inside_comes_first_and_a_search_finds_the_rest(
    opened: Opened, qtbot: QtBot
) -> None:
    panel = with_visitors(opened, qtbot, visited()).visitors
    assert panel.people.person(panel.people.index(0)).view.open
    assert "24 addresses" in panel.counts.text()
    panel.search.setText("de")
    found = panel.people.shown()
    assert {view.country for view in found} == {"DE"}
    panel.search.setText("nowhere")
    assert panel.stage.currentWidget() is panel.stage.empty
    panel.stage.empty.action.click()
    assert panel.people.rowCount() == 24
    panel.which.setCurrentIndex(panel.which.findData(Which.STANDING))
    assert {v.address for v in panel.people.shown()} == {address(n) for n in (1, 4, 6)}


def test_visitors_are_blocked_by_key_and_let_in_again(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    tab = with_visitors(opened, qtbot, daemon)
    choose(tab, 0, 2)
    focus(tab, qtbot)
    QTest.keyClick(tab.visitors.list, Qt.Key.Key_B)
    qtbot.waitUntil(
        lambda: len(daemon.asked_for("guard.block")) == 2, timeout=PATIENCE_MS
    )
    assert set(daemon.asked_for("guard.block")) == {
        (0, address(0), 60),
        (0, address(2), 60),
    }
    choose(tab, 1, 6)
    tab.visitors.lift.click()
    qtbot.waitUntil(
        lambda: len(daemon.asked_for("guard.lift")) == 2, timeout=PATIENCE_MS
    )
    assert set(daemon.asked_for("guard.lift")) == {
        (0, address(1), False),
        (0, address(6), True),
    }


def test_the_menu_denies_for_good_and_copies(opened: Opened, qtbot: QtBot) -> None:
    daemon = visited()
    tab = with_visitors(opened, qtbot, daemon)
    choose(tab, 3)
    menu = tab.visitors.menu()
    by_text = {action.text(): action for action in menu.actions()}
    by_text[t("guard.copy")].trigger()
    assert QGuiApplication.clipboard().text() == address(3)
    by_text[t("guard.deny")].trigger()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("guard.block")), timeout=PATIENCE_MS)
    ((_, options),) = daemon.asked_for("set_options")
    assert options.guard.deny == ("192.0.2.0/24", f"{address(3)}/32")
    assert options.guard.max_per_address == 20


def test_the_history_is_deleted_after_a_yes(opened: Opened, qtbot: QtBot) -> None:
    daemon = visited()
    tab = with_visitors(opened, qtbot, daemon)
    choose(tab, 3)
    focus(tab, qtbot)
    agree()
    QTest.keyClick(tab.visitors.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(daemon.asked_for("guard.forget")), timeout=PATIENCE_MS)
    assert [forgotten for _, forgotten in daemon.asked_for("guard.forget")] == [
        address(3)
    ]


def test_an_export_holds_networks_alone(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "visitors.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    tab = with_visitors(opened, qtbot, visited())
    menu = tab.visitors.more_menu()
    next(a for a in menu.actions() if a.text() == t("guard.export")).trigger()
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: path.read_text().count("\n") == 25, timeout=PATIENCE_MS)
    assert "203.0.113.0/24" in path.read_text()
    assert address(3) + "," not in path.read_text()


def test_an_error_looks_like_one_and_can_be_tried_again(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    daemon.fails["guard.visitors"] = ServiceUnreachable("no answer")
    stage = guard_of(opened(daemon)).visitors.stage
    qtbot.waitUntil(lambda: stage.currentWidget() is stage.error, timeout=PATIENCE_MS)
    del daemon.fails["guard.visitors"]
    stage.error.action.click()
    qtbot.waitUntil(lambda: stage.currentWidget() is stage.content, timeout=PATIENCE_MS)


def test_while_the_guard_is_off_the_tab_offers_it(opened: Opened, qtbot: QtBot) -> None:
    daemon = filled_daemon(3)
    tab = guard_of(opened(daemon), 2)
    assert tab.stage.currentWidget() is tab.stage.empty
    tab.stage.empty.action.click()
    qtbot.waitUntil(lambda: bool(daemon.asked_for("set_options")), timeout=PATIENCE_MS)
    ((number, options),) = daemon.asked_for("set_options")
    assert (number, options.guard.is_on) == (2, True)


def test_rules_are_tried_before_they_are_saved(opened: Opened, qtbot: QtBot) -> None:
    daemon = visited()
    tab = guard_of(opened(daemon))
    form = rules_in(tab)
    write_list(form, "deny", "203.0.113.0/24\n2001:db8::/32")
    write_line(form, "max_per_address", "")
    daemon.guard.verdict = Verdict(
        address=address(3), is_on=True, rule=Rule.DENY, why="203.0.113.0/24"
    )
    tab.rules.address.setText(address(3))
    tab.rules.at.setText("23:30")
    tab.rules.trial.click()
    said = tab.rules.verdict
    qtbot.waitUntil(said.isVisible, timeout=PATIENCE_MS)
    assert "203.0.113.0/24" in said.text()
    wanted = Guard(is_on=True, deny=("203.0.113.0/24", "2001:db8::/32"))
    assert daemon.asked_for("guard.test_rules") == [
        (0, address(3), wanted, "23:30", False)
    ]
    assert daemon.asked_for("set_options") == []
    agree()
    tab.rules.save.click()
    qtbot.waitUntil(lambda: not tab.rules.is_edited(), timeout=PATIENCE_MS)
    ((_, options),) = daemon.asked_for("set_options")
    assert options.guard == wanted


def test_rules_that_cannot_be_are_said_at_their_field(opened: Opened) -> None:
    daemon = visited()
    tab = guard_of(opened(daemon))
    form = rules_in(tab)
    write_list(form, "deny", "nowhere")
    write_line(form, "deny_countries", "Germany")
    write_line(form, "new_per_minute", "0")
    tab.rules.save.click()
    wrong = {name for name, each in form.entries.items() if each.error.text()}
    assert wrong == {"deny", "deny_countries", "new_per_minute"}
    assert daemon.asked_for("set_options") == []


def test_what_the_daemon_cannot_do_is_said_and_nothing_is_lost(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    daemon.fails["set_options"] = InvalidInput(
        "countries are not known here", field="country"
    )
    tab = guard_of(opened(daemon))
    form = rules_in(tab)
    write_line(form, "allow_countries", "cn, de")
    agree()
    tab.rules.save.click()
    error = form.entries["allow_countries"].error
    qtbot.waitUntil(lambda: bool(error.text()), timeout=PATIENCE_MS)
    assert tab.rules.is_edited()


def test_rules_for_all_tunnels_are_edited_beside_the_tunnels_own(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = visited()
    daemon.guard.common = Guard(new_per_minute=30)
    tab = guard_of(opened(daemon))
    form = rules_in(tab)
    write_line(form, "max_connections", "7")
    tab.rules.scope.setCurrentIndex(1)
    field = form.entries["new_per_minute"].holder
    assert isinstance(field, QLineEdit)
    qtbot.waitUntil(lambda: field.text() == "30", timeout=PATIENCE_MS)
    assert not form.entries["knock_hours"].isVisible()
    form.bans.setChecked(True)
    write_line(form, "ban.after", "4")
    agree()
    tab.rules.save.click()
    qtbot.waitUntil(
        lambda: daemon.guard.common == Guard(new_per_minute=30, ban=Ban(after=4)),
        timeout=PATIENCE_MS,
    )
    tab.rules.scope.setCurrentIndex(0)
    kept = form.entries["max_connections"].holder
    assert isinstance(kept, QLineEdit)
    assert kept.text() == "7"


def test_every_control_of_the_guard_has_a_name(opened: Opened, qtbot: QtBot) -> None:
    tab = with_visitors(opened, qtbot, visited())
    assert unnamed(tab) == []
    form = rules_in(tab)
    form.bans.setChecked(True)
    form.hours.add.click()
    assert unnamed(tab) == []


def test_each_rule_says_how_many_it_turned_away(opened: Opened, qtbot: QtBot) -> None:
    form = rules_in(guard_of(opened(visited())))
    notes = form.entries
    qtbot.waitUntil(lambda: "41" in notes["deny"].note.text(), timeout=PATIENCE_MS)
    assert "6" in notes["ban"].note.text()
    assert notes["allow"].note.text() == ""


@pytest.mark.parametrize("names", [True, False])
def test_a_core_that_does_not_say_who_comes_is_told_of(
    opened: Opened, qtbot: QtBot, *, names: bool
) -> None:
    daemon = visited()
    (door,) = daemon.guard.sums
    daemon.guard.sums = [msgspec.structs.replace(door, names_senders=names)]
    tab = with_visitors(opened, qtbot, daemon)
    assert tab.visitors.unnamed.isVisible() is not names
    assert "0.0.0.0" in tab.visitors.unnamed.text()

    form = rules_in(tab)
    note = form.entries["deny"].note
    qtbot.waitUntil(lambda: "41" in note.text(), timeout=PATIENCE_MS)
    assert tab.rules.unnamed.isVisible() is not names


def test_two_thousand_visitors_are_rows_of_data_with_their_rates(
    qapp: QApplication,
) -> None:
    people = People()
    views = [visitor(number, NOW) for number in range(2000)]
    people.take(Seen(NOW, views, [], None))
    assert people.rowCount() == 2000
    people.sort_by(Order.BYTES)
    more = [
        msgspec.structs.replace(view, bytes_in=view.bytes_in + 5000)
        if view.open
        else view
        for view in views
    ]
    people.take(Seen(NOW + 2, more, [], None))
    assert people.person(people.row_of(address(2))).rate == 2500.0


def test_how_somebody_stands_is_said_in_words(qapp: QApplication) -> None:
    daemon = ScriptedDaemon()
    crowd(daemon, 8)
    people = People()
    people.take(Seen(time.time(), daemon.guard.seen, daemon.guard.stand, None))
    words = set()
    for number in range(8):
        person = people.person(people.row_of(address(number)))
        found = stands(person, people.at)
        words.add(found[0] if found else "")
        assert did(person) in said(person, people.at)
        assert said(person, people.at).startswith(address(number))
    assert len(words) >= 5


class Lifting:
    """Answers that an address was blocked for all tunnels alone."""

    def __init__(self) -> None:
        self.guard = self
        self.asked: list[tuple[int, str]] = []

    async def lift(self, number: int, command: LiftVisitor) -> Lifted:
        self.asked.append((number, command.address))
        return Lifted(address=command.address, was=number == ALL_TUNNELS)


async def test_who_is_blocked_for_all_tunnels_is_seen_and_let_in_at_each() -> None:
    everywhere = Standing(tunnel=0, address="203.0.113.7", until=4e9, rule=Rule.BLOCKED)
    other = Standing(tunnel=2, address="203.0.113.8", until=4e9, rule=Rule.BLOCKED)
    seen = of_tunnel(1, NOW, [], [everywhere, other], [])
    assert list(seen.standings) == [everywhere]
    people = People()
    people.take(seen)
    client = Lifting()

    await lift(client, 1, [people.person(people.index(0))])  # type: ignore[arg-type] # one call of it

    assert client.asked == [(1, "203.0.113.7"), (0, "203.0.113.7")]
