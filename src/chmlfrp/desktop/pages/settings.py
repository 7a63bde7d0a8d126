"""The settings: made from the declarations, saved as they are changed."""

import asyncio
import os

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from chmlfrp.desktop.design.theme import Choice
from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import (
    Card,
    Search,
    button,
    column,
    label,
    line,
    rule,
)
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.settings.about import AboutPart
from chmlfrp.desktop.settings.cores import CoresPart
from chmlfrp.desktop.settings.data import DataPart
from chmlfrp.desktop.settings.declare import SECTIONS, Effect, Entry, Kind, Section
from chmlfrp.desktop.settings.rows import Part, SettingRow
from chmlfrp.desktop.settings.startup import StartupPart
from chmlfrp.desktop.text import error_title, t, told
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.local.files import keep_aside
from chmlfrp.local.settings import ENV_SERVICE, LoadedSettings, Source, change, load

PARTS: dict[str, type[Part]] = {
    "startup": StartupPart,
    "cores": CoresPart,
    "data": DataPart,
    "about": AboutPart,
}
"""By the panel's name in the declarations."""
MENU_WIDTH = 200


class SettingsPage(Page):
    """A column of sections with a menu beside and a search on top."""

    name = "settings"
    shown_by = ("network", "core", "about")

    def build(self) -> None:
        """Make every section that is declared."""
        self.search = Search(t("set.search"))
        self.search.textChanged.connect(self._sift)
        self.buttons.addWidget(self.search)
        self.broken = Banner()
        self.start_over = button(t("set.start_over"), self._start_over)
        self.look_again = button(t("set.look_again"), self.read)
        self._add_to_banner()
        self.pending = Banner()
        self.rows: dict[str, SettingRow] = {}
        self.parts: dict[str, Part] = {}
        self.rules: list[QWidget] = []
        self.places: dict[str, tuple[Entry, QWidget]] = {}
        self.cards = {section.name: self._card(section) for section in SECTIONS}
        self.nothing = label(t("set.nothing_found"), "soft")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        inside = QWidget()
        self.column: QVBoxLayout = column(self.nothing, *self.cards.values(), spacing=M)
        self.column.addStretch(1)
        inside.setLayout(self.column)
        inside.setMaximumWidth(860)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName(self.page_title())
        self.area.setWidget(inside)
        self.body.addWidget(self.broken)
        self.body.addWidget(self.pending)
        room = line(spacing=M)
        room.addWidget(self._menu())
        room.addWidget(self.area, 1)
        self.body.addLayout(room, 1)
        self.desk.theme.changed.connect(self._theme_changed)

    def moment(self, moment: Moment | None) -> None:
        """Read the file anew when the page is come back to."""
        if moment is None:
            self.read()

    def standing_moved(self) -> None:
        """Ask the daemon again once it is there; another one has read the file."""
        mirror = self.desk.mirror
        if mirror.is_restarting:
            self.pending.hide()
        if mirror.is_live and self.isVisible():
            self._refresh_parts()

    def choose(self, what: str) -> None:
        """Show the section of that name."""
        self.search.clear()
        card = self.cards[what]
        self.column.activate()
        self.area.verticalScrollBar().setValue(card.y())

    def read(self) -> None:
        """Read the file and show what is in force."""
        path = self.desk.mirror.home.settings_file
        self.desk.mirror.aside(
            lambda: asyncio.to_thread(load, path),
            done=self._show,
            failed=self._unreadable,
            owner=self,
        )
        self._refresh_parts()

    # ------------------------------------------------------------------ making

    def _card(self, section: Section) -> Card:
        card = Card(section.title)
        card.body.setSpacing(0)
        for number, entry in enumerate(section.entries):
            if number:
                self.rules.append(rule())
                card.body.addWidget(self.rules[-1])
            made = self._made(entry)
            self.places[entry.key] = (entry, made)
            card.body.addWidget(made)
        return card

    def _made(self, entry: Entry) -> QWidget:
        if entry.kind is Kind.PANEL:
            part = self.parts[entry.key] = PARTS[entry.key](self.desk)
            return part
        row = self.rows[entry.key] = SettingRow(entry, self._changed)
        return row

    def _menu(self) -> QWidget:
        menu = QWidget()
        menu.setFixedWidth(MENU_WIDTH)
        body = column(spacing=2)
        for section in SECTIONS:
            entry = button(section.title, glyph=section.glyph, role="nav")
            entry.clicked.connect(lambda _=False, name=section.name: self.choose(name))
            body.addWidget(entry)
        body.addStretch(1)
        menu.setLayout(body)
        return menu

    def _add_to_banner(self) -> None:
        layout = self.broken.layout()
        assert layout is not None
        layout.addWidget(self.look_again)
        layout.addWidget(self.start_over)

    # ---------------------------------------------------------------- in force

    def _show(self, loaded: LoadedSettings) -> None:
        for key, row in self.rows.items():
            row.show_value(loaded.value(key))
            is_ours = loaded.sources[key] is not Source.ENVIRONMENT
            row.control.setEnabled(loaded.broken is None and is_ours)
            if not is_ours:
                row.say_error(t("set.environment", name=ENV_SERVICE))
        if loaded.broken is None:
            self.broken.hide()
        else:
            self._unreadable(loaded.broken)

    def _unreadable(self, error: ChmlFrpError) -> None:
        for row in self.rows.values():
            row.control.setEnabled(False)
        text = "\n".join((error_title(error), t("set.broken")))
        self.broken.say(text, tone="bad", action=t("set.open_file"), do=self._open_file)

    def _open_file(self) -> None:
        path = self.desk.mirror.home.settings_file
        QDesktopServices.openUrl(QUrl.fromLocalFile(os.fspath(path)))

    def _start_over(self) -> None:
        path = self.desk.mirror.home.settings_file
        self.desk.mirror.aside(
            lambda: asyncio.to_thread(keep_aside, path),
            done=lambda kept: self.desk.toast(t("set.kept", path=kept), "", None),
            failed=self._unreadable,
            over=self.read,
            owner=self,
        )

    def _changed(self, entry: Entry, value: object) -> None:
        path = self.desk.mirror.home.settings_file
        row = self.rows[entry.key]
        row.say_error("")
        self.desk.mirror.aside(
            lambda: asyncio.to_thread(change, path, {entry.key: value}),
            done=lambda _: self._in_force(entry, value),
            failed=lambda error: row.show_refused(told(_without_key(error, entry.key))),
            owner=self,
        )

    def _in_force(self, entry: Entry, value: object) -> None:
        if entry.key == "ui.theme":
            choices: dict[object, Choice] = {c: c for c in ("auto", "light", "dark")}
            self.desk.theme.choose(choices[value])
        if entry.effect is Effect.NEXT_DAEMON:
            self.pending.say(
                t("set.pending"),
                tone="accent",
                glyph="restart",
                action=t("do.restart_daemon"),
                do=self.desk.mirror.restart_daemon,
            )
        elif entry.effect is Effect.NEXT_WINDOW:
            self.desk.toast(t("set.next_window"), "", None)

    def _theme_changed(self) -> None:
        self.rows["ui.theme"].show_value(self.desk.theme.choice)

    def _refresh_parts(self) -> None:
        for part in self.parts.values():
            part.refresh()

    def _sift(self, text: str) -> None:
        sought = text.strip().casefold()
        is_any = False
        for section in SECTIONS:
            whole = sought in section.title.casefold()
            found = [e.key for e in section.entries if whole or sought in e.words]
            for entry in section.entries:
                self.places[entry.key][1].setVisible(entry.key in found)
            self.cards[section.name].setVisible(bool(found))
            is_any = is_any or bool(found)
        for line_between in self.rules:
            line_between.setVisible(not sought)
        self.nothing.setVisible(not is_any)


def _without_key(error: ChmlFrpError, key: str) -> ChmlFrpError:
    """Return the refusal without the key, which stands beside it in words."""
    if not isinstance(error, InvalidInput):
        return error
    message = error.message.removeprefix(f"{key}: ")
    return InvalidInput(message, hint=error.hint, field=error.field)
