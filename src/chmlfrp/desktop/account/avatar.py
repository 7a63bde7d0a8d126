"""A person, as a letter on a disc."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chmlfrp.desktop.design.theme import tokens


class Avatar(QWidget):
    """The first letter of a name on a disc; the picture itself is not fetched."""

    def __init__(self, *, side: int) -> None:
        super().__init__()
        self._name = ""
        self.setFixedSize(side, side)

    def show_name(self, name: str) -> None:
        """Show that person."""
        self._name = name
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        """Return its one size."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint disc and letter."""
        theme = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawEllipse(QRectF(self.rect()))
        font = self.font()
        font.setPixelSize(self.height() * 2 // 5)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(theme.accent))
        letter = self._name[:1].upper()
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, letter)
