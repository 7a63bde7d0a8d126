"""The support bundle: what would be in it and what is masked, before it is saved."""

import asyncio
import os
import time
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QWidget,
)

from chmlfrp.care.gather import gathered
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import error_title, size, t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.bundle import Bundle, BundledFile, write_bundle
from chmlfrp.words.bundle import word_masked


class BundleTab(QWidget):
    """Nothing is written before a person has seen what it holds."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._gathering: Call | None = None
        self.bundle: Bundle | None = None
        self.gather = button(t("tools.gather"), self._gather, glyph="search")
        self.cancel = button(t("do.cancel"), self._give_up)
        self.cancel.hide()
        self.save = button(
            t("tools.save"), self._save, glyph="download", role="primary"
        )
        self.save.setEnabled(False)
        self.masked = label(role="soft", wraps=True)
        self.files = QListWidget()
        self.files.setAccessibleName(t("tools.files"))
        self.files.setWordWrap(True)
        self.files.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.files.currentRowChanged.connect(self._show_file)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(t("tools.content"))
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.files)
        both.addWidget(self.text)
        both.setSizes([300, 560])
        both.setChildrenCollapsible(False)
        self.stage = Stage(both)
        self.stage.show_empty(t("tools.bundle.none"), t("tools.bundle.what"))
        head = line(spacing=M)
        head.addWidget(self.masked, 1)
        for widget in (self.cancel, self.gather, self.save):
            head.addWidget(widget)
        body = column(head, margins=(0, L, 0, 0), spacing=M)
        body.addWidget(self.stage, 1)
        self.setLayout(body)

    def _gather(self) -> None:
        self._show_busy(is_busy=True)
        self.stage.show_loading(t("tools.gathering"))
        home = self._desk.mirror.home
        self._gathering = self._desk.mirror.aside(
            lambda: gathered(home),
            done=self.show_bundle,
            failed=self._failed,
            over=lambda: self._show_busy(is_busy=False),
            owner=self,
        )

    def _give_up(self) -> None:
        if self._gathering is not None:
            self._gathering.cancel()
        self._show_busy(is_busy=False)
        self.stage.show_empty(t("tools.given_up"), t("tools.bundle.what"))

    def _show_busy(self, *, is_busy: bool) -> None:
        self.gather.setEnabled(not is_busy)
        self.cancel.setVisible(is_busy)

    def show_bundle(self, bundle: Bundle) -> None:
        """Show what it holds and how much is masked."""
        self.bundle = bundle
        self.files.clear()
        total: dict[str, int] = {}
        for file in bundle.files:
            self.files.addItem(_item(file))
            for kind, count in file.masked.items():
                total[str(kind)] = total.get(str(kind), 0) + count
        words = word_masked(total) or t("tools.nothing_masked")
        self.masked.setText(t("tools.masked", what=words))
        self.files.setCurrentRow(0)
        self.save.setEnabled(True)
        self.stage.show_content()

    def _show_file(self, number: int) -> None:
        if self.bundle is not None and 0 <= number < len(self.bundle.files):
            name = self.bundle.files[number].name
            self.text.setPlainText(self.bundle.texts[name])

    def _failed(self, error: ChmlFrpError) -> None:
        self.stage.show_error(
            error_title(error),
            whole_error(error),
            action=t("do.retry"),
            do=self._gather,
        )

    def _save(self) -> None:
        bundle = self.bundle
        day = time.strftime("%Y%m%d-%H%M%S")
        start = os.fspath(Path.home() / f"chmlfrp-{day}.zip")
        found, _ = QFileDialog.getSaveFileName(
            self, t("tools.save"), start, t("tools.zip")
        )
        if bundle is None or not found:
            return
        path = Path(found)
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(write_bundle, bundle, path),
            done=lambda _: self._saved(path),
            failed=lambda error: self.masked.setText(whole_error(error)),
            owner=self,
        )

    def _saved(self, path: Path) -> None:
        folder = QUrl.fromLocalFile(os.fspath(path.parent))
        self._desk.toast(
            t("tools.saved", path=path),
            t("tools.open_folder"),
            lambda: QDesktopServices.openUrl(folder),
        )


def _item(file: BundledFile) -> QListWidgetItem:
    masked = word_masked({str(kind): count for kind, count in file.masked.items()})
    what = t("tools.file", name=file.name, size=size(file.size))
    hidden = t("tools.file.masked", what=masked) if masked else ""
    return QListWidgetItem("\n".join(filter(None, (what, hidden))))
