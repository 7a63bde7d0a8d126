"""The icon beside the clock: state in a colour, what runs, and the way back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.tokens import LIGHT, Tone
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.desktop.pages import PAGES
from chmlfrp.desktop.state import is_running, tone_of
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.ladder import Summary

SIDE = 64
DOT = 16
MOST_TUNNELS = 12
"""More of them in a menu would not be found there."""


class Tray(QObject):
    """Shown where the system has such a place."""

    show_asked = Signal()
    quit_asked = Signal()
    page_asked = Signal(str, str)
    """A page and what to choose on it."""

    def __init__(self, mirror: Mirror) -> None:
        super().__init__()
        self._mirror = mirror
        self._shown: object = None
        self.icon = QSystemTrayIcon(app_icon(Tone.IDLE))
        self.menu = QMenu()
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

    def say_that_it_stays(self) -> None:
        """Say that tunnels go on without the window."""
        self.icon.showMessage(t("tray.stays.title"), t("tray.stays"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_asked.emit()

    def _refresh(self) -> None:
        """Make the menu anew where what it shows is different."""
        views = self._views()
        up = [view for view in views if is_running(view.summary)]
        tone, text = self._state(views)
        rows = tuple((v.id, v.name, v.address, v.summary) for v in up[:MOST_TUNNELS])
        ids = tuple(view.id for view in views)
        wanted = tuple(view.id for view in views if view.wanted)
        shown = (tone, text, rows, len(up), ids, wanted)
        if shown == self._shown:
            return
        self._shown = shown
        self.icon.setIcon(app_icon(tone))
        self.icon.setToolTip(f"{t('app.name')}\n{text}")
        self._fill(text, up, [i for i in ids if i not in wanted], wanted)

    def _views(self) -> list[TunnelView]:
        snapshot = self._mirror.snapshot
        if not self._mirror.is_live or snapshot is None:
            return []
        return list(snapshot.tunnels.values())

    def _fill(
        self, text: str, up: list[TunnelView], off: list[int], wanted: tuple[int, ...]
    ) -> None:
        self.menu.clear()
        self._add(t("tray.show"), self.show_asked.emit)
        self.menu.addAction(text).setEnabled(False)
        self.menu.addSeparator()
        for view in up[:MOST_TUNNELS]:
            self._add_tunnel(view)
        if len(up) > MOST_TUNNELS:
            more = t("tray.more", n=len(up) - MOST_TUNNELS)
            self._add(more, lambda: self.page_asked.emit("tunnels", ""))
        if up:
            self.menu.addSeparator()
        start = self._add(t("tray.start_all"), lambda: self._start(off))
        stop = self._add(t("tray.stop_all"), lambda: self._stop(list(wanted)))
        start.setEnabled(bool(off))
        stop.setEnabled(bool(wanted))
        pages = self.menu.addMenu(t("tray.pages"))
        for kind in PAGES:
            go = partial(self.page_asked.emit, kind.name, "")
            self._add(kind.page_title(), go, pages)
        self.menu.addSeparator()
        self._add(t("tray.quit"), self.quit_asked.emit)

    def _add(
        self, text: str, do: Callable[[], object], menu: QMenu | None = None
    ) -> QAction:
        action = (menu or self.menu).addAction(text)
        action.triggered.connect(lambda _=False: do())
        return action

    def _add_tunnel(self, view: TunnelView) -> None:
        menu = self.menu.addMenu(dot_icon(tone_of(view)), view.name)
        address = view.address or ""
        copy = self._add(
            t("tray.copy", address=address) if address else t("tray.no_address"),
            lambda: QApplication.clipboard().setText(address),
            menu,
        )
        copy.setEnabled(bool(address))
        self._add(t("tray.stop"), lambda: self._stop([view.id]), menu)
        self._add(
            t("tray.look"), lambda: self.page_asked.emit("tunnels", str(view.id)), menu
        )

    def _start(self, ids: list[int]) -> None:
        self._mirror.call(lambda client: client.start(ids), failed=self._failed)

    def _stop(self, ids: list[int]) -> None:
        self._mirror.call(lambda client: client.stop(ids), failed=self._failed)

    def _failed(self, error: ChmlFrpError) -> None:
        self.icon.showMessage(t("app.name"), whole_error(error))

    def _state(self, views: list[TunnelView]) -> tuple[Tone, str]:
        if not self._mirror.is_live:
            return Tone.IDLE, t("tray.away")
        words = [view.summary for view in views]
        troubled = sum(word in (Summary.FAILED, Summary.WAITING) for word in words)
        if troubled:
            return Tone.BAD, t("tray.trouble", n=troubled)
        up = words.count(Summary.UP)
        return (Tone.GOOD if up else Tone.IDLE), t("tray.running", n=up)


def dot_icon(tone: Tone) -> QIcon:
    """Return a dot in the colour of that meaning."""
    pixmap = QPixmap(DOT, DOT)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(LIGHT.ink(tone)))
    painter.drawEllipse(QRectF(3, 3, DOT - 6, DOT - 6))
    painter.end()
    return QIcon(pixmap)


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
