"""Where data is kept; tunnels as a file; a backup and the way back."""

import asyncio
import os
import time
from pathlib import Path

import msgspec
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from chmlfrp.care.backup import restore
from chmlfrp.desktop.design.widgets import button, line, rule
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.settings.rows import Part, Row
from chmlfrp.desktop.text import t, told
from chmlfrp.errors import ChmlFrpError
from chmlfrp.local.backup import make_backup
from chmlfrp.local.files import write_private
from chmlfrp.model.tunnelfile import TunnelFile, filed


class DataPart(Part):
    """Each row has what it does at its side, and what went wrong below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        home = desk.mirror.home
        self.open_folder = button(t("set.data.open"), self._open, glyph="open")
        self.export = button(t("set.data.export"), self._export, glyph="download")
        self.save = button(t("set.data.save"), self._save, glyph="download")
        self.restore = button(t("set.data.restore"), self._restore, glyph="history")
        both = QWidget()
        both.setLayout(line(self.save, self.restore))
        self.folder_row = Row(
            t("set.data.folder"), os.fspath(home.config_dir), self.open_folder
        )
        self.tunnels_row = Row(
            t("set.data.tunnels"), t("set.data.tunnels.hint"), self.export
        )
        self.backup_row = Row(t("set.data.backup"), t("set.data.backup.hint"), both)
        self.body.setSpacing(0)
        rows = (self.folder_row, self.tunnels_row, self.backup_row)
        for number, row in enumerate(rows):
            if number:
                self.body.addWidget(rule())
            self.body.addWidget(row)

    def _open(self) -> None:
        folder = os.fspath(self._desk.mirror.home.config_dir)
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def _export(self) -> None:
        self.tunnels_row.say_error("")
        snapshot = self._desk.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        known = [(v.tunnel, v.options) for v in views if v.tunnel is not None]
        if not known:
            self.tunnels_row.say_error(t("set.data.no_tunnels"))
            return
        path = self._ask_path("tunnels", "json")
        if path is None:
            return
        file = TunnelFile(tunnels=tuple(filed(*pair) for pair in known))
        data = msgspec.json.format(msgspec.json.encode(file), indent=2)
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(write_private, path, data),
            done=lambda _: self._saved(path),
            failed=lambda error: self._failed(self.tunnels_row, error),
            owner=self,
        )

    def _save(self) -> None:
        self.backup_row.say_error("")
        path = self._ask_path("backup", "zip")
        if path is None:
            return
        home = self._desk.mirror.home
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(make_backup, home, path),
            done=lambda _: self._saved(path),
            failed=lambda error: self._failed(self.backup_row, error),
            owner=self,
        )

    def _restore(self) -> None:
        self.backup_row.say_error("")
        found, _ = QFileDialog.getOpenFileName(
            self, t("set.data.restore"), "", t("set.data.zip")
        )
        if not found or not self._is_sure():
            return
        home, path = self._desk.mirror.home, Path(found)
        self.restore.setEnabled(False)
        self._desk.mirror.aside(
            lambda: restore(home, path),
            done=lambda _: self._restored(),
            failed=lambda error: self._failed(self.backup_row, error),
            over=lambda: self.restore.setEnabled(True),
            owner=self,
        )

    def _is_sure(self) -> bool:
        ask = QMessageBox(self)
        ask.setWindowTitle(t("set.data.restore"))
        ask.setText(t("set.data.restore.ask"))
        do = ask.addButton(t("set.data.restore.do"), QMessageBox.ButtonRole.AcceptRole)
        leave = ask.addButton(t("do.cancel"), QMessageBox.ButtonRole.RejectRole)
        ask.setDefaultButton(leave)
        ask.exec()
        return ask.clickedButton() is do

    def _ask_path(self, what: str, ending: str) -> Path | None:
        day = time.strftime("%Y%m%d")
        start = Path.home() / f"chmlfrp-{what}-{day}.{ending}"
        found, _ = QFileDialog.getSaveFileName(
            self, t(f"set.data.{ending}"), os.fspath(start), t(f"set.data.{ending}")
        )
        return Path(found) if found else None

    def _restored(self) -> None:
        self._desk.mirror.retry()
        self._desk.toast(t("set.data.restored"), "", None)

    def _saved(self, path: Path) -> None:
        folder = QUrl.fromLocalFile(os.fspath(path.parent))
        self._desk.toast(
            t("set.data.saved", path=path),
            t("set.data.open"),
            lambda: QDesktopServices.openUrl(folder),
        )

    def _failed(self, row: Row, error: ChmlFrpError) -> None:
        row.say_error(told(error))
