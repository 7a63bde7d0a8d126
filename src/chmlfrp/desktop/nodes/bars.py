"""Bars: how full something is, and how much of each day a node was up."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from chmlfrp.desktop.design.table import Index
from chmlfrp.desktop.design.theme import colour
from chmlfrp.desktop.design.tokens import XS, S
from chmlfrp.desktop.nodes.rows import BARS_ROLE, UPTIME

BAR = 6
BARS_WIDTH = 72
TEXT_WIDTH = 62
STEADY_PERCENT, SHAKY_PERCENT = 99.0, 90.0
BUSY_PERCENT, FULL_PERCENT = 60.0, 90.0


class BarDelegate(QStyledItemDelegate):
    """Paints a bar, or a bar for each day, beside the number."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Paint what Qt would, without the text, and then both."""
        plain = QStyleOptionViewItem(option)
        self.initStyleOption(plain, index)
        text, plain.text = plain.text, ""
        style = plain.widget.style()
        control = QStyle.ControlElement.CE_ItemViewItem
        style.drawControl(control, plain, painter, plain.widget)
        box = QRectF(option.rect).adjusted(S, 0, -S, 0)
        percents = index.data(BARS_ROLE) or ()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if percents:
            bars = QRectF(box.left(), box.top(), box.width() - TEXT_WIDTH, box.height())
            if index.column() == UPTIME:
                paint_days(painter, bars.adjusted(0, 9, 0, -9), percents)
            else:
                middle = bars.center().y() - BAR / 2
                groove = QRectF(bars.left(), middle, bars.width(), BAR)
                _paint_load(painter, groove, percents[0])
            box.setLeft(box.right() - TEXT_WIDTH + S)
        painter.setPen(colour("text" if percents else "text_faint"))
        aligned = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, aligned, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return what bars and number need."""
        height = super().sizeHint(option, index).height()
        return QSize(BARS_WIDTH + TEXT_WIDTH + 2 * S, height)


class Days(QWidget):
    """A bar for each day, the oldest at the left."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._percents: tuple[float, ...] = ()
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(36)

    def put(self, percents: Sequence[float], said: str) -> None:
        """Show these; `said` is the same in words."""
        self._percents = tuple(percents)
        self.setAccessibleName(f"{self._name}: {said}")
        self.setToolTip(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_days(painter, QRectF(self.rect()), self._percents)


def paint_days(painter: QPainter, box: QRectF, percents: Sequence[float]) -> None:
    """Paint a bar for each, as high as it was up; never none, so that zero is seen."""
    if not percents:
        return
    step = box.width() / len(percents)
    gap = min(2.0, step * 0.3)
    painter.setPen(Qt.PenStyle.NoPen)
    for place, percent in enumerate(percents):
        height = max(3.0, box.height() * percent / 100)
        left = box.left() + place * step
        painter.setBrush(colour(_tone_of_day(percent)))
        painter.drawRect(QRectF(left, box.bottom() - height, step - gap, height))


def _paint_load(painter: QPainter, groove: QRectF, percent: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("track"))
    painter.drawRoundedRect(groove, BAR / 2, BAR / 2)
    filled = QRectF(groove)
    filled.setWidth(max(XS, groove.width() * min(100.0, percent) / 100))
    tone = "good" if percent < BUSY_PERCENT else "busy"
    painter.setBrush(colour("bad" if percent >= FULL_PERCENT else tone))
    painter.drawRoundedRect(filled, BAR / 2, BAR / 2)


def _tone_of_day(percent: float) -> str:
    if percent >= STEADY_PERCENT:
        return "good"
    return "busy" if percent >= SHAKY_PERCENT else "bad"
