"""Lines of a log, painted: a hundred thousand cost no more than the forty that are seen."""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from chmlfrp.desktop.design.paint import font
from chmlfrp.desktop.design.theme import colour

MOST = 100_000
PAD = 12
LEVELS = {"error": "bad", "warn": "busy", "debug": "text_faint", "trace": "text_faint"}


class LogRow(NamedTuple):
    """One line as it is shown."""

    level: str
    text: str


class LogLines(QAbstractScrollArea):
    """Follows the end while the end is seen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._rows: deque[LogRow] = deque(maxlen=MOST)
        self._font = font(13, fixed=True)
        self._height = QFontMetrics(self._font).height() + 3
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def put(self, rows: Iterable[LogRow]) -> None:
        """Add lines at the end."""
        is_following = self.is_at_end()
        self._rows.extend(rows)
        self._measure()
        if is_following:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())
        self.viewport().update()

    def clear(self) -> None:
        """Forget all lines."""
        self._rows.clear()
        self._measure()
        self.viewport().update()

    def text(self) -> str:
        """Return all lines."""
        return "\n".join(row.text for row in self._rows)

    def is_at_end(self) -> bool:
        """Whether the last line is seen."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by the usual keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.text())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep to the end, if it was seen."""
        is_following = self.is_at_end()
        self._measure()
        if is_following:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are seen."""
        painter = QPainter(self.viewport())
        painter.setFont(self._font)
        first = self.verticalScrollBar().value()
        last = min(first + self._seen() + 1, len(self._rows))
        width = self.viewport().width() - 2 * PAD
        metrics = QFontMetrics(self._font)
        for place, number in enumerate(range(first, last)):
            row = self._rows[number]
            painter.setPen(colour(LEVELS.get(row.level, "text")))
            fitting = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, width)
            base = place * self._height + metrics.ascent() + 6
            painter.drawText(PAD, base, fitting)

    def _seen(self) -> int:
        return max(1, (self.viewport().height() - 8) // self._height)

    def _measure(self) -> None:
        bar = self.verticalScrollBar()
        bar.setPageStep(self._seen())
        bar.setRange(0, max(0, len(self._rows) - self._seen()))
