"""The share card: name, address, how friends come in, and a QR code, as a picture."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.paint import draw_text, font
from chmlfrp.desktop.design.qr import draw_qr
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.local.files import write_private

WIDTH, HEIGHT = 460, 240
SCALE = 2
"""The picture has this many pixels for each of the card."""
HINTS = {
    25565: "minecraft",
    19132: "bedrock",
    7777: "terraria",
    3389: "rdp",
    22: "ssh",
}


def hint_of(view: TunnelView) -> str:
    """Return how friends come in, in words."""
    tunnel = view.tunnel
    if tunnel is None:
        return t("share.how.other")
    if tunnel.type.is_web:
        return t("share.how.web")
    return t(f"share.how.{HINTS.get(tunnel.local_port, 'other')}")


def words_of(view: TunnelView) -> str:
    """Return what is sent to friends."""
    return f"{view.name}\n{view.address or ''}\n{hint_of(view)}"


class ShareCard(QWidget):
    """The card, painted."""

    def __init__(self, view: TunnelView) -> None:
        super().__init__()
        self.view = view
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAccessibleName(words_of(view))

    def picture(self) -> QImage:
        """Return it as an image of twice the size."""
        image = QImage(QSize(WIDTH, HEIGHT) * SCALE, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(SCALE)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self._draw(painter)
        painter.end()
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        self._draw(QPainter(self))

    def _draw(self, painter: QPainter) -> None:
        theme = tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.card))
        frame = QRectF(0, 0, WIDTH, HEIGHT).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(QRectF(24, 26, 36, 5), 2.5, 2.5)
        address = self.view.address or ""
        draw_qr(painter, QRectF(WIDTH - 184, 40, 160, 160), address)
        room = QRect(24, 42, WIDTH - 184 - 24 - 20, 32)
        draw_text(painter, room, self.view.name, ink=theme.text, size=20, bold=True)
        self._wrapped(painter, room.translated(0, 40), address, theme.accent, 15)
        self._wrapped(
            painter, room.translated(0, 92), hint_of(self.view), theme.text_soft, 13
        )
        foot = QRect(24, HEIGHT - 38, room.width(), 18)
        draw_text(painter, foot, t("share.foot"), ink=theme.text_faint, size=11)

    def _wrapped(
        self, painter: QPainter, at: QRect, text: str, ink: str, size: int
    ) -> None:
        painter.setFont(font(size, bold=size > 13))
        painter.setPen(QColor(ink))
        box = QRect(at.left(), at.top(), at.width(), 52 if size > 13 else 64)
        wraps = Qt.TextFlag.TextWrapAnywhere if size > 13 else Qt.TextFlag.TextWordWrap
        painter.drawText(box, int(wraps), text)


class ShareDialog(QDialog):
    """The card, and ways to give it away."""

    def __init__(self, parent: QWidget, desk: Desk, view: TunnelView) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("share.title"))
        self._desk = desk
        self.card = ShareCard(view)
        self.words = button(t("share.words"), self._copy_words, glyph="copy")
        self.picture = button(t("share.picture"), self._copy_picture, glyph="copy")
        self.save = button(t("share.save"), self._save, glyph="download")
        self.close_button = button(t("do.close"), self.accept, role="primary")
        self.close_button.setDefault(True)
        tools = line(self.words, self.picture, self.save, None)
        self.setLayout(
            column(
                self.card,
                tools,
                line(None, self.close_button),
                margins=(L, L, L, L),
                spacing=M,
            )
        )

    def ask_path(self, name: str) -> str:
        """Return where the person wants the picture, empty for nowhere."""
        path, _ = QFileDialog.getSaveFileName(self, t("share.save"), name, "*.png")
        return path

    def _copy_words(self) -> None:
        QGuiApplication.clipboard().setText(words_of(self.card.view))
        self._desk.toast(t("share.copied"), "", None)

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(self.card.picture())
        self._desk.toast(t("share.copied"), "", None)

    def _save(self) -> None:
        path = self.ask_path(f"{self.card.view.name}.png")
        if not path:
            return
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.card.picture().save(buffer, "PNG")  # type: ignore[call-overload]  # stubs want bytes where Qt wants str
        raw = bytes(data.data())
        self._desk.mirror.aside(
            lambda: asyncio.to_thread(write_private, Path(path), raw),
            done=lambda _: self._desk.toast(t("logs.written", path=path), "", None),
            failed=lambda error: self._desk.toast(whole_error(error), "", None),
            owner=self,
        )
