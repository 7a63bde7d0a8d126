"""The requests of an http tunnel: seen, searched, sent again, handed on."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QFontDatabase,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QMenu,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)

from chmlfrp.control.client import ControlClient
from chmlfrp.control.inspect import ExchangeDetail, ExchangeView
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import table
from chmlfrp.desktop.design.tokens import S
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Search, button, column, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.guard.requestrows import REQUEST, RequestRows, as_text
from chmlfrp.desktop.guard.visitors import is_sure
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.options import TunnelOptions

EVERY_MS = 2000


class RequestsPanel(QWidget):
    """Asks only while it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: TunnelView | None = None
        self._call: Call | None = None
        self._shown: ExchangeDetail | None = None
        self.rows = RequestRows()
        self.list = table(self.rows, t("requests.list"), wide=REQUEST)
        self.list.selectionModel().selectionChanged.connect(self._read)
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName(t("requests.one"))
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.text)
        self.stage = Stage(split)
        self.search = Search(t("requests.search"))
        self.search.textChanged.connect(lambda _: self.ask())
        self.secrets = QCheckBox(t("requests.secrets"))
        self.secrets.toggled.connect(lambda _: self._masking_changed())
        self.again = button(t("requests.replay"), self._replay, glyph="refresh")
        self.copy = button(t("do.copy"), self._copy, glyph="copy")
        self.more = button("", glyph="more", hint=t("requests.more"))
        self.more.setMenu(self._menu())
        body = column(spacing=S, margins=(0, S, 0, 0))
        body.addWidget(self.search)
        body.addWidget(self.stage, 1)
        body.addWidget(self.secrets)
        body.addLayout(line(self.again, self.copy, None, self.more))
        self.setLayout(body)
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.list)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self._copy)
        self._asking = QTimer(self, interval=EVERY_MS)
        self._asking.timeout.connect(self.ask)
        self._show_one(None)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(t("requests.har"), lambda: self._export(is_masked=True))
        menu.addAction(t("requests.har.whole"), lambda: self._export(is_masked=False))
        menu.addSeparator()
        menu.addAction(t("requests.clear"), self._clear)
        menu.addAction(t("requests.off"), lambda: self._turn(is_on=False))
        return menu

    # --------------------------------------------------------------- what is shown

    def show_view(self, view: TunnelView) -> None:
        """Show the requests of this tunnel."""
        before, self._view = self._view, view
        is_other = before is None or before.id != view.id
        is_on = view.options.guard.inspects
        for part in (self.search, self.secrets, self.again, self.copy, self.more):
            part.setVisible(is_on)
        if is_other:
            if self._call is not None:
                self._call.cancel()
            self.rows.take([])
            self._show_one(None)
            self.secrets.setChecked(False)
        if not is_on:
            self.stage.show_empty(
                t("requests.none"),
                t("requests.none.how"),
                action=t("requests.on"),
                do=lambda: self._turn(is_on=True),
            )
        elif is_other or before is None or not before.options.guard.inspects:
            self.stage.show_loading(t("loading"))
            if self.isVisible():
                self.ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask from now on."""
        super().showEvent(event)
        self._asking.start()
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more, and show no secret to whoever comes next."""
        super().hideEvent(event)
        self._asking.stop()
        if not event.spontaneous():
            self.secrets.setChecked(False)

    def chosen(self) -> ExchangeView | None:
        """Return the request that is chosen."""
        for index in self.list.selectionModel().selectedRows():
            return self.rows.rows[index.row()]
        return None

    def ask(self) -> None:
        """Ask for the requests, unless that is being asked."""
        view = self._view
        if view is None or not view.options.guard.inspects:
            return
        if self._call is not None and not self._call.is_over:
            return
        number, sought, is_masked = view.id, self.search.text(), self._is_masked
        self._call = self._desk.mirror.call(
            lambda client: client.inspect.list(
                number, sought=sought.strip(), is_masked=is_masked
            ),
            done=lambda found: self._show(found, sought),
            failed=self._failed,
            owner=self,
        )

    @property
    def _is_masked(self) -> bool:
        return not self.secrets.isChecked()

    def _show(self, found: list[ExchangeView], sought: str) -> None:
        if found != self.rows.rows:
            chosen = self.chosen()
            self.rows.take(found)
            for place, row in enumerate(found):
                if chosen is not None and row.number == chosen.number:
                    self.list.selectRow(place)
        if found:
            self.stage.show_content()
        elif sought:
            self.stage.show_empty(t("requests.not_found"))
        else:
            self.stage.show_empty(t("requests.waiting"), t("requests.waiting.how"))
        if sought != self.search.text():
            QTimer.singleShot(0, self.ask)

    def _failed(self, error: ChmlFrpError) -> None:
        self.stage.show_error(
            error_title(error), error_text(error), action=t("do.retry"), do=self.ask
        )

    def _read(self) -> None:
        row, view = self.chosen(), self._view
        if row is None or view is None:
            self._show_one(None)
            return
        shown = self._shown
        if shown is not None and shown.view == row:
            return
        number, tunnel, is_masked = row.number, view.id, self._is_masked
        self._do(
            lambda client: client.inspect.get(tunnel, number, is_masked=is_masked),
            self._show_one,
        )

    def _show_one(self, found: ExchangeDetail | None) -> None:
        self._shown = found
        self.text.setPlainText("" if found is None else as_text(found))
        for action in (self.again, self.copy):
            action.setEnabled(found is not None)

    def _masking_changed(self) -> None:
        self._shown = None
        if self._call is not None:
            self._call.cancel()
        self.ask()
        self._read()

    # --------------------------------------------------------------- what is done

    def _do(
        self,
        work: Callable[[ControlClient], Awaitable[Any]],
        done: Callable[[Any], object],
    ) -> None:
        self._desk.mirror.call(
            work,
            done=done,
            failed=lambda error: self._desk.toast(whole_error(error), "", None),
            owner=self,
        )

    def _replay(self) -> None:
        row, view = self.chosen(), self._view
        if row is None or view is None:
            return
        number, tunnel = row.number, view.id

        def done(made: ExchangeView) -> None:
            self._desk.toast(
                t("requests.replayed", status=made.status or "-"), "", None
            )
            self.ask()

        self._do(lambda client: client.inspect.replay(tunnel, number), done)

    def _copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self.text.toPlainText())
            self._desk.toast(t("requests.copied"), "", None)

    def _clear(self) -> None:
        view = self._view
        if view is not None and is_sure(self, t("requests.clear.ask")):
            self._do(lambda client: client.inspect.clear(view.id), lambda _: self.ask())

    def _turn(self, *, is_on: bool) -> None:
        view = self._view
        if view is None:
            return

        async def work(client: ControlClient) -> TunnelOptions:
            options = await client.options(view.id)
            guard = msgspec.structs.replace(options.guard, inspects=is_on)
            changed = msgspec.structs.replace(options, guard=guard)
            return await client.set_options(view.id, changed)

        def done(options: TunnelOptions) -> None:
            self.show_view(msgspec.structs.replace(view, options=options))

        self._do(work, done)

    def ask_path(self, name: str) -> str:
        """Ask where the file goes."""
        start = os.fspath(Path.home() / name)
        found, _ = QFileDialog.getSaveFileName(
            self, t("requests.har"), start, t("requests.har.kind")
        )
        return found

    def _export(self, *, is_masked: bool) -> None:
        view = self._view
        if view is None:
            return
        name = f"{view.name}-{time.strftime('%Y%m%d-%H%M%S')}.har"
        path = self.ask_path(name)
        if not path:
            return

        async def work(client: ControlClient) -> int:
            found = await client.inspect.har(view.id, is_masked=is_masked)
            data = msgspec.json.format(msgspec.json.encode(found), indent=2)
            await asyncio.to_thread(Path(path).write_bytes, data)
            return len(found["log"]["entries"])

        self._do(
            work,
            lambda n: self._desk.toast(
                t("requests.exported", n=n, path=path), "", None
            ),
        )
