"""The settings' page: made from declarations, saved at once, usable when all is broken."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from chmlfrp.control.core import (
    CoreChosen,
    CoreFailed,
    CoreFrame,
    CoreInUse,
    CoreProgress,
    CoresView,
    CoreView,
    InstallCore,
)
from chmlfrp.control.protocol import Problem
from chmlfrp.desktop.app import Desktop
from chmlfrp.desktop.pages.settings import PARTS, SettingsPage
from chmlfrp.desktop.settings import startup
from chmlfrp.desktop.settings.about import AboutPart, LicencesDialog
from chmlfrp.desktop.settings.cores import CoresPart
from chmlfrp.desktop.settings.data import DataPart
from chmlfrp.desktop.settings.declare import SECTIONS, Kind
from chmlfrp.desktop.settings.startup import Starting, StartupPart
from chmlfrp.desktop.texts import TEXTS
from chmlfrp.local.login import AtLogin
from chmlfrp.local.paths import Home
from chmlfrp.local.settings import DECLARED, load
from desktop.conftest import PATIENCE_MS, Opened
from support.many import filled_daemon
from support.scripted_daemon import ScriptedDaemon

OLD = CoreView(
    label="0.61.1",
    version="0.61.1",
    source="official",
    sha256="a",
    size=14_000_000,
    installed_at=1.0,
)
NEW = msgspec.structs.replace(OLD, label="0.65.0", version="0.65.0", is_chosen=True)


def page_of(desktop: Desktop, qtbot: QtBot) -> SettingsPage:
    desktop.window.go("settings")
    page = desktop.window.page
    assert isinstance(page, SettingsPage)
    field = page.rows["service.url"].control
    assert isinstance(field, QLineEdit)
    qtbot.waitUntil(lambda: field.text() != "", timeout=PATIENCE_MS)
    return page


def choose(box: QWidget, value: object) -> None:
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def kept(key: str) -> object:
    return load(Home.locate().settings_file).value(key)


def test_what_is_declared_has_its_texts_and_stands_once() -> None:
    entries = [entry for section in SECTIONS for entry in section.entries]
    keys = [entry.key for entry in entries]
    assert len(keys) == len(set(keys))
    for section in SECTIONS:
        assert f"set.{section.name}" in TEXTS
    for entry in entries:
        assert entry.words
        is_panel = entry.kind is Kind.PANEL
        assert entry.key in (PARTS if is_panel else DECLARED)
        assert entry.kind is not Kind.CHOICE or len(entry.choices) > 1


def test_a_theme_counts_at_once_and_is_kept(opened: Opened, qtbot: QtBot) -> None:
    desktop = opened(filled_daemon(1))
    page = page_of(desktop, qtbot)
    choose(page.rows["ui.theme"].control, "dark")
    qtbot.waitUntil(lambda: desktop.theme.choice == "dark", timeout=PATIENCE_MS)
    assert kept("ui.theme") == "dark"
    assert "dark" in desktop.window.theme_button.text()
    assert not page.pending.isVisible()
    desktop.window.theme_button.click()
    assert page.rows["ui.theme"].control.property("currentText") == "As the system"


def test_a_language_says_when_it_counts(opened: Opened, qtbot: QtBot) -> None:
    desktop = opened(filled_daemon(1))
    page = page_of(desktop, qtbot)
    choose(page.rows["ui.language"].control, "zh")
    qtbot.waitUntil(desktop.window.toast.isVisible, timeout=PATIENCE_MS)
    assert "next window" in desktop.window.toast.text.text()
    assert kept("ui.language") == "zh"


def test_what_the_daemon_reads_asks_for_a_restart_of_it(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def end(home: Home) -> None:
        asked.append(home)

    monkeypatch.setattr("chmlfrp.desktop.mirror.end_daemon", end)
    desktop = opened(filled_daemon(1))
    page = page_of(desktop, qtbot)
    field = page.rows["core.proxy"].control
    assert isinstance(field, QLineEdit)
    page.choose("network")
    field.setFocus()
    qtbot.keyClicks(field, "7890")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    row = page.rows["core.proxy"]
    qtbot.waitUntil(row.error.isVisible, timeout=PATIENCE_MS)
    assert "socks5" in row.error.text()
    assert field.text() == "7890"
    assert kept("core.proxy") == ""
    field.setText("http://127.0.0.1:7890")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(page.pending.isVisible, timeout=PATIENCE_MS)
    assert not row.error.isVisible()
    assert kept("core.proxy") == "http://127.0.0.1:7890"
    qtbot.mouseClick(page.pending.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked), timeout=PATIENCE_MS)
    assert not page.pending.isVisible()


def test_a_search_leaves_what_it_hits(opened: Opened, qtbot: QtBot) -> None:
    page = page_of(opened(filled_daemon(1)), qtbot)
    qtbot.keyClicks(page.search, "kcp")
    shown = {key for key, (_, widget) in page.places.items() if widget.isVisible()}
    assert shown == {"core.protocol"}
    qtbot.keyClicks(page.search, "x")
    assert page.nothing.isVisible()
    page.choose("about")
    assert all(widget.isVisible() for _, widget in page.places.values())


def test_a_broken_file_is_said_and_two_ways_lead_out(
    opened: Opened, qtbot: QtBot
) -> None:
    home = Home.locate()
    home.prepare()
    home.settings_file.write_text('[core]\ntls = "of"\n')
    desktop = opened(filled_daemon(1))
    page = page_of(desktop, qtbot)
    qtbot.waitUntil(page.broken.isVisible, timeout=PATIENCE_MS)
    assert "core.tls" in page.broken.text.text()
    assert not page.rows["core.tls"].control.isEnabled()
    desktop.window.go("tunnels")
    desktop.window.go("settings")
    home.settings_file.write_text('[core]\ntls = "off"\n')
    qtbot.mouseClick(page.look_again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.broken.isVisible(), timeout=PATIENCE_MS)
    assert page.rows["core.tls"].control.isEnabled()
    home.settings_file.write_text("= nonsense")
    page.read()
    qtbot.waitUntil(page.broken.isVisible, timeout=PATIENCE_MS)
    qtbot.mouseClick(page.start_over, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.broken.isVisible(), timeout=PATIENCE_MS)
    assert not home.settings_file.exists()
    assert "= nonsense" in [
        path.read_text() for path in home.config_dir.glob("settings.toml.broken-*")
    ]


def cores_of(opened: Opened, qtbot: QtBot, daemon: ScriptedDaemon) -> CoresPart:
    daemon.cores_view = CoresView(
        installed=(NEW, OLD),
        in_use=CoreInUse(path="/x/frpc", version="0.65.0", origin="managed"),
    )
    part = page_of(opened(daemon), qtbot).parts["cores"]
    assert isinstance(part, CoresPart)
    qtbot.waitUntil(lambda: part.installed.count() == 2, timeout=PATIENCE_MS)
    return part


def pressing(part: QWidget, name: str) -> Callable[[], None]:
    from chmlfrp.desktop.design.widgets import IconButton

    found = [b for b in part.findChildren(IconButton) if b.accessibleName() == name]
    return found[-1].click


def test_a_core_is_used_and_running_tunnels_are_started_anew_when_asked(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(2)
    part = cores_of(opened, qtbot, daemon)
    assert "0.65.0" in part.in_use.text()
    pressing(part, "Use")()
    qtbot.waitUntil(part.anew.isVisible, timeout=PATIENCE_MS)
    assert daemon.asked_for("use_core") == ["0.61.1"]
    assert daemon.asked_for("stop") == []
    qtbot.mouseClick(part.anew.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(daemon.asked_for("start")), timeout=PATIENCE_MS)
    assert daemon.asked_for("stop") == daemon.asked_for("start") == [{0, 1}]


def test_an_installation_shows_how_far_it_is_and_what_went_wrong(
    opened: Opened, qtbot: QtBot
) -> None:
    daemon = filled_daemon(1)
    failed = Problem(code="service.unreachable", message="no list")
    daemon.install_frames = [
        CoreProgress(stage="list"),
        CoreProgress(stage="download", version="0.70.0", bytes=5, total=10),
        CoreFailed(problem=failed),
    ]
    part = cores_of(opened, qtbot, daemon)
    pressing(part, "Install")()
    qtbot.waitUntil(part.problem.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(part.install.isEnabled, timeout=PATIENCE_MS)
    assert not part.course.isVisible()
    daemon.install_frames = [CoreChosen(core=NEW)]
    pressing(part, "Other versions")()
    qtbot.waitUntil(lambda: part.offers.count() == 2, timeout=PATIENCE_MS)
    part.offers.hidePopup()
    part.offers.setCurrentIndex(1)
    pressing(part, "Install")()
    qtbot.waitUntil(
        lambda: len(daemon.asked_for("install_core")) == 2, timeout=PATIENCE_MS
    )
    command = InstallCore(version="0.70.0", source="upstream")
    assert daemon.asked_for("install_core")[1] == command


def test_an_installation_can_be_given_up(opened: Opened, qtbot: QtBot) -> None:
    is_left = []

    class Slow(ScriptedDaemon):
        @asynccontextmanager
        async def install_core(
            self, command: InstallCore
        ) -> AsyncIterator[AsyncIterator[CoreFrame]]:
            yield self._endless()

        async def _endless(self) -> AsyncIterator[CoreFrame]:
            try:
                yield CoreProgress(stage="download", version="0.7", bytes=1, total=4)
                await asyncio.Event().wait()
            finally:
                is_left.append(True)

    part = cores_of(opened, qtbot, Slow())
    pressing(part, "Install")()
    qtbot.waitUntil(lambda: part.progress.value() == 250, timeout=PATIENCE_MS)
    assert part.cancel.isVisible()
    qtbot.mouseClick(part.cancel, Qt.MouseButton.LeftButton)
    assert part.install.isEnabled()
    qtbot.waitUntil(lambda: bool(is_left), timeout=PATIENCE_MS)


def test_what_starts_with_the_system_is_shown_and_changed(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []
    found = Starting(window=AtLogin.TRAY, daemon="login", can_boot=True)
    monkeypatch.setattr(startup, "look", lambda _: found)
    monkeypatch.setattr(startup, "open_window", lambda _, what: done.append(what))
    monkeypatch.setattr(startup, "start_daemon", lambda _, when: done.append(when))
    part = page_of(opened(filled_daemon(1)), qtbot).parts["startup"]
    assert isinstance(part, StartupPart)
    qtbot.waitUntil(lambda: part.daemon.count() == 3, timeout=PATIENCE_MS)
    assert part.opened.currentData() == AtLogin.TRAY
    choose(part.opened, AtLogin.WINDOW)
    qtbot.waitUntil(lambda: len(done) == 1, timeout=PATIENCE_MS)
    choose(part.daemon, "boot")
    qtbot.waitUntil(lambda: len(done) == 2, timeout=PATIENCE_MS)
    assert done == [AtLogin.WINDOW, "boot"]


def test_a_home_of_its_own_does_not_start_with_the_system(
    opened: Opened, qtbot: QtBot
) -> None:
    part = page_of(opened(filled_daemon(1)), qtbot).parts["startup"]
    assert isinstance(part, StartupPart)
    qtbot.waitUntil(part.window_row.error.isVisible, timeout=PATIENCE_MS)
    assert not part.opened.isEnabled()


def test_tunnels_and_settings_go_into_files_and_come_back(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    desktop = opened(filled_daemon(3))
    page = page_of(desktop, qtbot)
    part = page.parts["data"]
    assert isinstance(part, DataPart)
    part.export.click()
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    assert len(msgspec.json.decode(path.read_bytes())["tunnels"]) == 3
    path.unlink()
    choose(page.rows["ui.theme"].control, "light")
    qtbot.waitUntil(lambda: kept("ui.theme") == "light", timeout=PATIENCE_MS)
    part.save.click()
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    choose(page.rows["ui.theme"].control, "dark")
    qtbot.waitUntil(lambda: kept("ui.theme") == "dark", timeout=PATIENCE_MS)
    monkeypatch.setattr(part, "_is_sure", lambda: True)
    part.restore.click()
    qtbot.waitUntil(part.restore.isEnabled, timeout=PATIENCE_MS)
    assert kept("ui.theme") == "light"


def test_a_file_that_is_no_backup_is_refused_beside_the_button(
    opened: Opened, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(b"no zip")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    daemon = filled_daemon(1)
    part = page_of(opened(daemon), qtbot).parts["data"]
    assert isinstance(part, DataPart)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: box.buttons()[0].click())
    monkeypatch.setattr(part, "_is_sure", lambda: True)
    part.restore.click()
    qtbot.waitUntil(part.backup_row.error.isVisible, timeout=PATIENCE_MS)
    assert "no backup" in part.backup_row.error.text()
    assert daemon.asked_for("end") == []


def test_about_names_versions_and_licences(opened: Opened, qtbot: QtBot) -> None:
    desktop = opened(filled_daemon(1))
    part = page_of(desktop, qtbot).parts["about"]
    assert isinstance(part, AboutPart)
    assert "Qt" in part.versions.text()
    part.copy.click()
    assert desktop.app.clipboard().text() == part.versions.text()
    dialog = LicencesDialog(part)
    qtbot.addWidget(dialog)
    assert "LGPL" in dialog.text.toPlainText()
