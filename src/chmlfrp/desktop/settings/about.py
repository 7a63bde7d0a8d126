"""What this is, which version, and whose work is in it."""

import importlib.metadata
import platform
from collections.abc import Iterator

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QWidget,
)

from chmlfrp import __version__
from chmlfrp.desktop.design.tokens import L, M, S
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.settings.rows import Part
from chmlfrp.desktop.text import t

LIBRARIES = (
    *("PySide6-Essentials", "qtawesome", "click", "filelock", "httpx2", "keyring"),
    *("msgspec", "platformdirs", "psutil", "segno", "starlette", "tomlkit", "uvicorn"),
    *("apprise", "desktop-notifier", "mcstatus", "dbus-fast"),
    *("h11", "iptocc", "prometheus-client"),
)
TERMS = ("License-Expression", "License")
"""Where a package says its terms."""


class AboutPart(Part):
    """Versions to read and to copy, and the licences."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.what = label(t("set.about.what"), wraps=True)
        self.versions = label(role="caption", wraps=True)
        self.copy = button(t("set.about.copy"), self._copy, glyph="copy")
        self.licences = button(t("set.about.licences"), self._show_licences)
        self.body.setContentsMargins(0, S, 0, S)
        self.body.addWidget(self.what)
        self.body.addWidget(self.versions)
        self.body.addWidget(label(t("set.about.licence"), "caption", wraps=True))
        self.body.addLayout(line(self.copy, self.licences, None))
        self.refresh()

    def refresh(self) -> None:
        """Say the daemon's version as it is now."""
        snapshot = self._desk.mirror.snapshot
        daemon = snapshot.daemon.version if snapshot else "-"
        self.versions.setText(
            t(
                "set.about.versions",
                version=__version__,
                daemon=daemon,
                python=platform.python_version(),
                qt=qVersion(),
                system=platform.platform(),
            )
        )

    def _copy(self) -> None:
        text = self.versions.text()
        QApplication.clipboard().setText(text)
        self._desk.toast(t("set.about.copied"), "", None)

    def _show_licences(self) -> None:
        LicencesDialog(self).exec()


class LicencesDialog(QDialog):
    """Whose work is in it, and on which terms."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("set.about.licences"))
        self.resize(560, 460)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(t("set.about.licences"))
        self.text.setPlainText("\n".join(licences()))
        buttons = QDialogButtonBox()
        close = button(t("do.close"), role="primary")
        close.setDefault(True)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        body = column(
            label(t("set.about.licences"), "heading"),
            label(t("set.about.qt"), "caption", wraps=True),
            self.text,
            buttons,
            margins=(L, L, L, L),
            spacing=M,
        )
        self.setLayout(body)


def licences() -> Iterator[str]:
    """Yield a line for each library that is installed."""
    for name in LIBRARIES:
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        said = [about[key] for key in TERMS if key in about]
        terms = next(filter(None, said), "-").partition("\n")[0]
        yield f"{about['Name']} {about['Version']}: {terms}"
