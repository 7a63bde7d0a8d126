"""Tunnels out of a configuration that somebody else wrote; its text is never shown."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHeaderView, QWidget

from chmlfrp.control.archive import FoundTunnel
from chmlfrp.control.protocol import NodeView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.form import Entry
from chmlfrp.desktop.design.table import ROW, table
from chmlfrp.desktop.design.tokens import XL, XS, M
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.found import FileRows, Row, row_of
from chmlfrp.desktop.new.importing import Outcome, make_all, text_of
from chmlfrp.desktop.new.make import LEFT, Plan
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.secret import Secret


class FileRoom(QWidget):
    """Where from, what is in it, and what came of each."""

    given_up = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._call: Call | None = None
        self._is_given_up = False
        self._plans: dict[int, Plan] = {}
        self.pick = button(t("new.file.pick"), self._pick, glyph="folder")
        self.paste = button(t("new.file.paste"), self._paste, glyph="copy")
        self.source = label(role="soft", wraps=True)
        self.rows = FileRows()
        self.rows.ticked.connect(self._show_ready)
        self.list = table(self.rows, t("new.file.list"), wide=2)
        self.list.setWordWrap(True)
        height = self.list.verticalHeader()
        height.setMinimumSectionSize(ROW)
        height.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.stage = Stage(self.list)
        self._add_key(QKeySequence(QKeySequence.StandardKey.Paste), self, self._paste)
        self._add_key(QKeySequence(Qt.Key.Key_Space), self.list, self._tick)
        self._build_choices()
        self.message = label(role="caption", wraps=True)
        self.cancel = button(t("do.cancel"), self._leave)
        self.make = button("", self._make, role="primary")
        self._arrange()
        self._show_nothing()

    @staticmethod
    def _add_key(key: QKeySequence, place: QWidget, act: Callable[[], object]) -> None:
        shortcut = QShortcut(key, place)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _build_choices(self) -> None:
        self.nodes = Choice()
        self.nodes.addItem(t("new.file.choose"), "")
        self.node = Entry(t("new.file.node"), self.nodes)
        self.nodes.currentIndexChanged.connect(lambda _: self.node.say_error(""))
        self.any_port = QCheckBox(t("new.file.other_ports"))
        self.starts = QCheckBox(t("new.file.starts"))
        for box in (self.any_port, self.starts):
            box.setAccessibleName(box.text())
        self.choices = QWidget()
        row = line(spacing=XL)
        row.addWidget(self.node, 1)
        row.addLayout(column(self.any_port, self.starts, spacing=XS), 1)
        self.choices.setLayout(row)

    def _arrange(self) -> None:
        body = column(
            column(
                label(t("new.file.ask"), "heading", wraps=True),
                label(t("new.file.hint"), "soft", wraps=True),
                spacing=XS,
            ),
            spacing=M,
        )
        top = line(self.pick, self.paste)
        top.addWidget(self.source, 1)
        body.addLayout(top)
        body.addWidget(self.stage, 1)
        body.addWidget(self.choices)
        foot = line(self.cancel, self.make)
        foot.insertWidget(1, self.message, 1)
        body.addLayout(foot)
        self.setLayout(body)

    @property
    def is_busy(self) -> bool:
        """Whether tunnels are being made."""
        return self._call is not None and not self._call.is_over

    def enter(self) -> None:
        """Look which nodes there are."""
        if self.nodes.count() == 1:
            self._desk.mirror.call(
                lambda client: client.nodes(), done=self._show_nodes, owner=self
            )
        self.pick.setFocus()

    def give_up(self) -> None:
        """Make no more; what was made stays."""
        self._is_given_up = True
        self._say(t("new.file.stopping"))

    # ------------------------------------------------------------ where from

    def ask_path(self) -> str:
        """Return which file the person wants, empty for none."""
        kinds = t("new.file.kinds")
        found, _ = QFileDialog.getOpenFileName(self, t("new.file.pick"), "", kinds)
        return found

    def _pick(self) -> None:
        found = self.ask_path()
        if found:
            path = Path(found)
            self._wait_for(path.name)
            self._desk.mirror.aside(
                lambda: asyncio.to_thread(text_of, path),
                done=self._read,
                failed=self._unread,
                owner=self,
            )

    def _paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        if self.is_busy or not self.paste.isEnabled():
            return
        if not text.strip():
            self.source.setText(t("new.file.no_text"))
            return
        self._wait_for(t("new.file.pasted"))
        self._read(Secret(text))

    def _wait_for(self, source: str) -> None:
        self.source.setText(source)
        self.pick.setEnabled(False)
        self.paste.setEnabled(False)
        self.stage.show_loading(t("new.file.reading"))

    def _read(self, text: Secret) -> None:
        self._desk.mirror.call(
            lambda client: client.archive.read(text),
            done=self._show_found,
            failed=self._unread,
            owner=self,
        )

    def _unread(self, error: ChmlFrpError) -> None:
        self._can_pick()
        self._take([])
        self.stage.show_error(error_title(error), error_text(error))

    def _show_found(self, found: Sequence[FoundTunnel]) -> None:
        self._can_pick()
        snapshot = self._desk.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        taken = {view.name for view in views}
        self._take([row_of(one, taken) for one in found])
        if not found:
            self.stage.show_empty(t("new.file.none"))
            return
        self.stage.show_content()
        first = next((n for n, row in enumerate(self.rows.rows) if row.can_be_made), 0)
        self.list.setCurrentIndex(self.rows.index(first, 0))
        self.list.setFocus()

    def _can_pick(self) -> None:
        self.pick.setEnabled(True)
        self.paste.setEnabled(True)

    def _take(self, rows: list[Row]) -> None:
        self.rows.take(rows)
        self._say("")
        self._show_ready()

    # ------------------------------------------------------------ what is wanted

    def _show_nothing(self) -> None:
        self.stage.show_empty(t("new.file.empty"), t("new.file.empty.how"))
        self._show_ready()

    def _show_nodes(self, views: Sequence[NodeView]) -> None:
        for name in sorted(view.name for view in views if view.is_online):
            self.nodes.addItem(name, name)

    def _tick(self) -> None:
        for index in self.list.selectionModel().selectedRows():
            self.rows.toggle(index.row())

    def _wanted(self) -> list[int]:
        rows = enumerate(self.rows.rows)
        return [place for place, row in rows if row.is_ticked and row.can_be_made]

    def _show_ready(self) -> None:
        count = len(self._wanted())
        text = t("new.file.make", n=count) if count else t("new.file.make.none")
        self.make.setText(text)
        self.make.setAccessibleName(text)
        self.make.setEnabled(count > 0 and not self.is_busy)
        rows = [row for row in self.rows.rows if row.can_be_made]
        self.choices.setVisible(bool(rows))
        self.node.setVisible(any(row.lacks_node for row in rows))

    def _plan(self, row: Row) -> Plan:
        assert row.command is not None
        command = row.command
        node = command.node or str(self.nodes.currentData())
        port = command.remote_port
        if self.any_port.isChecked():
            port = None
        return Plan(
            command=msgspec.structs.replace(command, node=node, remote_port=port),
            options=row.found.options,
            starts=self.starts.isChecked(),
        )

    # ------------------------------------------------------------ making them

    def _make(self) -> None:
        wanted = self._wanted()
        rows = [self.rows.rows[place] for place in wanted]
        if any(row.lacks_node for row in rows) and not self.nodes.currentData():
            self.node.say_error(t("new.node.none"))
            self.nodes.setFocus()
            return
        self._plans = dict(zip(wanted, map(self._plan, rows), strict=True))
        plans = list(self._plans.items())
        self._is_given_up = False
        self._call = self._desk.mirror.stream(
            partial(make_all, plans=plans, is_given_up=lambda: self._is_given_up),
            self._came,
            failed=self._failed,
            over=self._all_done,
            owner=self,
        )
        for each in (self.pick, self.paste, self.choices, self.list, self.make):
            each.setEnabled(False)
        self._say(t("new.file.making"))

    def _came(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            place, error = outcome.place, outcome.error
            if error is not None:
                said = whole_error(error)
                if LEFT in getattr(error, "__notes__", ()):
                    said = f"{said} {t('new.failed.left')}"
                self.rows.show_result(place, said, tone="bad")
            elif outcome.is_made:
                said = t("new.file.made")
                row = self.rows.rows[place]
                command = self._plans[place].command
                row.found = msgspec.structs.replace(row.found, command=command)
                self.rows.show_result(place, said, tone="good", is_made=True)
            else:
                self.rows.show_result(place, t("new.file.under_way"), tone="accent")

    def _failed(self, error: ChmlFrpError) -> None:
        self._say(whole_error(error), tone="bad")

    def _all_done(self) -> None:
        for each in (self.pick, self.paste, self.choices, self.list):
            each.setEnabled(True)
        rows = self.rows.rows
        for place, row in enumerate(rows):
            if row.tone == "accent":
                self.rows.show_result(place, "")
        made = sum(row.is_made for row in rows)
        left = sum(row.tone == "bad" for row in rows)
        if made or left:
            code = "new.file.result" if left else "new.file.all_made"
            said = t(code, made=made, left=left)
            self._say(said, tone="bad" if left else "good")
        self._show_ready()
        if made:
            self.cancel.setText(t("do.close"))
            self.cancel.setAccessibleName(t("do.close"))
        (self.make if self.make.isEnabled() else self.cancel).setFocus()

    def _leave(self) -> None:
        if self.is_busy:
            self.give_up()
        else:
            self.given_up.emit()

    def _say(self, text: str, *, tone: str = "") -> None:
        self.message.setText(text)
        set_tone(self.message, tone)
