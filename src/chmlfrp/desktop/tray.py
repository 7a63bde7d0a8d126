"""The icon beside the clock: state in a colour, and the way back to the window."""

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from chmlfrp.desktop.design.tokens import LIGHT, Tone
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.desktop.text import t
from chmlfrp.model.ladder import Summary

SIDE = 64


class Tray(QObject):
    """Shown where the system has such a place."""

    show_asked = Signal()
    quit_asked = Signal()

    def __init__(self, mirror: Mirror) -> None:
        super().__init__()
        self._mirror = mirror
        self._is_said = False
        self.icon = QSystemTrayIcon(app_icon(Tone.IDLE))
        self.menu = QMenu()
        self.menu.addAction(t("tray.show")).triggered.connect(self.show_asked)
        self.state = self.menu.addAction("")
        self.state.setEnabled(False)
        self.menu.addSeparator()
        self.menu.addAction(t("tray.quit")).triggered.connect(self.quit_asked)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        mirror.moved.connect(self._refresh)
        mirror.standing_moved.connect(self._refresh)
        self._refresh()
        if self.is_there:
            self.icon.show()

    @property
    def is_there(self) -> bool:
        """Whether a closed window can be opened again from here."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def say_once_that_it_stays(self) -> None:
        """Say that tunnels go on without the window, the first time."""
        if self.is_there and not self._is_said:
            self._is_said = True
            self.icon.showMessage(t("tray.stays.title"), t("tray.stays"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_asked.emit()

    def _refresh(self) -> None:
        tone, text = self._state()
        if text != self.state.text():
            self.icon.setIcon(app_icon(tone))
            self.icon.setToolTip(f"{t('app.name')}\n{text}")
            self.state.setText(text)

    def _state(self) -> tuple[Tone, str]:
        snapshot = self._mirror.snapshot
        if not self._mirror.is_live or snapshot is None:
            return Tone.IDLE, t("tray.away")
        words = list(self._mirror.summaries.values())
        troubled = sum(word in (Summary.FAILED, Summary.WAITING) for word in words)
        if troubled:
            return Tone.BAD, t("tray.trouble", n=troubled)
        up = words.count(Summary.UP)
        return (Tone.GOOD if up else Tone.IDLE), t("tray.running", n=up)


def app_icon(tone: Tone) -> QIcon:
    """Return the program's own icon: two ends and what joins them, with a state dot."""
    pixmap = QPixmap(SIDE, SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(LIGHT.accent))
    painter.drawRoundedRect(QRectF(2, 2, SIDE - 4, SIDE - 4), 15, 15)
    painter.setBrush(QColor("#ffffff"))
    painter.drawRoundedRect(QRectF(17, 29, 30, 6), 3, 3)
    painter.drawEllipse(QRectF(10, 24, 16, 16))
    painter.drawEllipse(QRectF(38, 24, 16, 16))
    if tone is not Tone.ACCENT:
        painter.drawEllipse(QRectF(37, 37, 27, 27))
        painter.setBrush(QColor(LIGHT.ink(tone)))
        painter.drawEllipse(QRectF(41, 41, 19, 19))
    painter.end()
    return QIcon(pixmap)
