"""Charts, painted: a line of the last values, and columns by day."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from chmlfrp.desktop.design.paint import draw_text
from chmlfrp.desktop.design.theme import colour, tokens
from chmlfrp.desktop.design.tokens import CAPTION

LABEL_GAP = 8
"""Between two labels below columns; where there is less room, some are left out."""


def draw_sparkline(painter: QPainter, box: QRect, values: Sequence[float]) -> None:
    """Draw the values from left to right, the largest at the top."""
    theme = tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = max(values, default=0.0)
    if top <= 0 or len(values) < 2:
        painter.setPen(QPen(QColor(theme.track), 1.4))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        return
    step = box.width() / (len(values) - 1)
    points = [
        QPointF(box.left() + i * step, box.bottom() - v / top * (box.height() - 2))
        for i, v in enumerate(values)
    ]
    stroke = QPainterPath(points[0])
    for point in points[1:]:
        stroke.lineTo(point)
    area = QPainterPath(stroke)
    area.lineTo(QPointF(box.right(), box.bottom()))
    area.lineTo(QPointF(box.left(), box.bottom()))
    wash = QLinearGradient(0, box.top(), 0, box.bottom())
    accent = QColor(theme.accent)
    accent.setAlpha(70)
    wash.setColorAt(0, accent)
    accent.setAlpha(0)
    wash.setColorAt(1, accent)
    painter.fillPath(area, wash)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent), 1.6))
    painter.drawPath(stroke)


class Sparkline(QWidget):
    """The last values of something that goes on."""

    def __init__(self, name: str, *, length: int = 60) -> None:
        super().__init__()
        self._values: deque[float] = deque(maxlen=length)
        self.setAccessibleName(name)
        self.setMinimumHeight(40)

    def show_values(self, values: Iterable[float]) -> None:
        """Show these in the place of those before."""
        self._values.clear()
        self.put(values)

    def put(self, values: Iterable[float]) -> None:
        """Add values on the right."""
        self._values.extend(values)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        box = self.rect().adjusted(1, 2, -1, -2)
        draw_sparkline(QPainter(self), box, list(self._values))


class Columns(QWidget):
    """Two values for each day, side by side, with the day below."""

    def __init__(self, name: str, *, wording: Callable[[float], str]) -> None:
        super().__init__()
        self._rows: list[tuple[str, float, float]] = []
        self._wording = wording
        self._name = name
        self.setAccessibleName(name)
        self.setMinimumHeight(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_rows(self, rows: Sequence[tuple[str, float, float]]) -> None:
        """Show day, first and second value."""
        self._rows = list(rows)
        words = (f"{d} {self._wording(a)} {self._wording(b)}" for d, a, b in rows)
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(360, 180)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(0, 20, 0, -22)
        top = max((max(a, b) for _, a, b in self._rows), default=0.0)
        painter.setPen(QPen(colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if not self._rows:
            return
        theme = tokens()
        most = QRect(0, 0, self.width(), 16)
        draw_text(painter, most, self._wording(top), ink=theme.text_faint, size=CAPTION)
        width = box.width() / len(self._rows)
        widest = max(
            painter.fontMetrics().horizontalAdvance(day) for day, _, _ in self._rows
        )
        every = math.ceil((widest + LABEL_GAP) / width)
        last = len(self._rows) - 1
        for index, (day, first, second) in enumerate(self._rows):
            left = box.left() + index * width
            bar = min(18.0, width / 3)
            x = left + width / 2 - bar - 1
            self._bar(painter, box, x, bar, first / top if top else 0, theme.accent)
            x += bar + 2
            self._bar(painter, box, x, bar, second / top if top else 0, theme.good)
            if (last - index) % every == 0:
                foot_left = int(left + width / 2 - widest / 2)
                foot_left = max(0, min(foot_left, self.width() - widest))
                foot = QRect(foot_left, box.bottom() + 4, widest, 18)
                painter.setPen(QColor(theme.text_soft))
                painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, day)

    def _bar(
        self, painter: QPainter, box: QRect, x: float, w: float, part: float, ink: str
    ) -> None:
        height = max(2.0, part * box.height()) if part else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawRoundedRect(QRectF(x, box.bottom() - height, w, height), 3, 3)
