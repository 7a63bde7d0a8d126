"""Lines of a log, painted: a hundred thousand cost no more than the forty that are seen."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea

from chmlfrp.desktop.design.paint import font
from chmlfrp.desktop.design.ring import MOST, LogRow, Passes, Ring
from chmlfrp.desktop.design.theme import colour

PAD = 12
GAP = 10
PUT_EVERY_MS = 50
"""Lines that come are shown together, so that painting never waits on their number."""
LEVELS = {
    "error": "bad",
    "warn": "busy",
    "good": "good",
    "debug": "text_faint",
    "trace": "text_faint",
}


class LogLines(QAbstractScrollArea):
    """Follows the end while the end is seen; lines can be marked and copied."""

    following_moved = Signal(bool)
    counted = Signal()
    """There are more lines, or fewer."""
    copy_asked = Signal()
    """By the keys; whoever shows the lines masks them first."""

    def __init__(
        self, name: str, *, clock: str = "%H:%M:%S", has_dots: bool = False
    ) -> None:
        """clock: how times are written; has_dots: a dot in place of the level's word."""
        super().__init__()
        self.ring = Ring()
        self._coming: deque[LogRow] = deque(maxlen=MOST)
        self._clock, self._has_dots = clock, has_dots
        self._font = font(13, fixed=True)
        self._metrics = QFontMetrics(self._font)
        self._height = self._metrics.height() + 3
        self._cell = self._metrics.horizontalAdvance("0")
        self._widest = 0
        self._sought = ""
        self._marked: tuple[int, int] | None = None
        self._is_following, self._is_paused, self._is_ours = True, False, False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._putting = QTimer(self, interval=PUT_EVERY_MS, singleShot=True)
        self._putting.timeout.connect(self.flush)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # ------------------------------------------------------------ what is shown

    def put(self, rows: Iterable[LogRow]) -> None:
        """Add lines at the end; while paused they wait."""
        self._coming.extend(rows)
        if self._is_paused:
            self.counted.emit()
        elif not self._putting.isActive():
            self._putting.start()

    def flush(self) -> None:
        """Show now what has come, unless paused."""
        if self._is_paused or not self._coming:
            return
        rows = list(self._coming)
        self._coming.clear()
        cells = max(len(row.text) * (1 if row.text.isascii() else 2) for row in rows)
        self._widest = max(self._widest, cells * self._cell)
        dropped = self.ring.put(rows)
        self._settle(dropped)

    def let(self, passes: Passes | None, *, sought: str = "") -> None:
        """Show the lines for which this holds; mark what is sought in them."""
        self.flush()
        self._sought = sought
        self.ring.let(passes)
        self._settle(0)

    def clear(self) -> None:
        """Forget all lines."""
        self._coming.clear()
        self.ring.clear()
        self._widest, self._marked = 0, None
        self._settle(0)

    def pause(self, is_paused: bool) -> None:
        """Let what comes wait, or show it."""
        self._is_paused = is_paused
        self.flush()
        self.counted.emit()

    @property
    def waiting(self) -> int:
        """How many lines came while paused."""
        return len(self._coming) if self._is_paused else 0

    def follow(self, is_following: bool) -> None:
        """Keep to the end, or stay."""
        if is_following != self._is_following:
            self._is_following = is_following
            self.following_moved.emit(is_following)
        self._settle(0)

    def is_at_end(self) -> bool:
        """Whether the last line is seen."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum()

    def rows(self) -> list[LogRow]:
        """Return the lines that are marked, or all that are shown."""
        self.flush()
        if self._marked is None:
            return list(self.ring)
        return self.ring.between(min(self._marked), max(self._marked))

    def text(self) -> str:
        """Return them as text."""
        return "\n".join(self.line(row) for row in self.rows())

    def line(self, row: LogRow) -> str:
        """Return a line with its time and level."""
        has_level = row.at is not None and not self._has_dots
        level = row.level.upper() if has_level else ""
        return "  ".join(filter(None, (self._time(row), level, row.text)))

    # ------------------------------------------------------------ events of Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and mark by the usual keys; Home and End go to the ends."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll) and len(self.ring):
            self._mark(self.ring.at(0)[0], self.ring.at(len(self.ring) - 1)[0])
        elif event.key() == Qt.Key.Key_Escape and self._marked is not None:
            self._marked = None
            self.viewport().update()
        elif event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.follow(True)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark a line, with Shift all up to it; beside the lines mark none."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        number = self._number_at(event)
        is_more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if number is None:
            self._marked = None
        elif is_more and self._marked is not None:
            self._mark(self._marked[0], number)
        else:
            self._mark(number, number)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark all lines on the way."""
        number = self._number_at(event)
        if self._marked is not None and number is not None:
            self._mark(self._marked[0], number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep to the end, if it was seen."""
        self._settle(0)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Paint anew."""
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines that are seen."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.translate(PAD - self.horizontalScrollBar().value(), 4)
        first = self.verticalScrollBar().value()
        for place in range(first, min(first + self._seen() + 1, len(self.ring))):
            number, row = self.ring.at(place)
            self._paint_row(painter, number, row)
            painter.translate(0, self._height)

    # ------------------------------------------------------------ parts of those

    def _paint_row(self, painter: QPainter, number: int, row: LogRow) -> None:
        marked = self._marked
        if marked is not None and min(marked) <= number <= max(marked):
            width = self.viewport().width() + self._widest
            painter.fillRect(-PAD, 0, width, self._height, colour("accent_soft"))
        base = self._metrics.ascent() + 1
        ink = colour(LEVELS.get(row.level, "text"))
        x = 0
        if text := self._time(row):
            painter.setPen(colour("text_faint"))
            painter.drawText(x, base, text)
            x += self._metrics.horizontalAdvance(text) + GAP
        if self._has_dots:
            self._paint_dot(painter, x, row)
            x += GAP * 2
        elif row.at is not None:
            painter.setPen(ink)
            painter.drawText(x, base, row.level.upper())
            x += 5 * self._cell + GAP
        self._paint_found(painter, x, row.text)
        painter.setPen(colour("text") if self._has_dots else ink)
        painter.drawText(x, base, row.text)

    def _paint_dot(self, painter: QPainter, x: int, row: LogRow) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(LEVELS.get(row.level, "track")))
        painter.drawEllipse(QPointF(x + 4, self._height / 2 - 1), 3.5, 3.5)

    def _paint_found(self, painter: QPainter, x: int, text: str) -> None:
        if not self._sought:
            return
        low = text.casefold()
        start = low.find(self._sought)
        while start >= 0:
            end = start + len(self._sought)
            left = x + self._metrics.horizontalAdvance(text[:start])
            width = self._metrics.horizontalAdvance(text[start:end])
            box = QRectF(left - 1, 0, width + 2, self._height - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("busy_soft"))
            painter.drawRoundedRect(box, 3, 3)
            start = low.find(self._sought, end)

    def _time(self, row: LogRow) -> str:
        if row.at is None:
            return ""
        return time.strftime(self._clock, time.localtime(row.at))

    def _number_at(self, event: QMouseEvent) -> int | None:
        down = int(event.position().y() - 4) // self._height
        place = self.verticalScrollBar().value() + down
        return self.ring.at(place)[0] if 0 <= place < len(self.ring) else None

    def _mark(self, first: int, last: int) -> None:
        self._marked = first, last
        self.viewport().update()

    def _scrolled(self) -> None:
        if not self._is_ours and self._is_following != self.is_at_end():
            self._is_following = self.is_at_end()
            self.following_moved.emit(self._is_following)

    def _seen(self) -> int:
        return max(1, (self.viewport().height() - 8) // self._height)

    def _settle(self, dropped: int) -> None:
        """Stay where it was, or at the end, with as many lines as there are now."""
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        with self._by_itself():
            place = max(0, down.value() - dropped)
            down.setPageStep(self._seen())
            down.setRange(0, max(0, len(self.ring) - self._seen()))
            down.setValue(down.maximum() if self._is_following else place)
            head = 24 * self._cell
            width = self.viewport().width() - 2 * PAD
            across.setPageStep(width)
            across.setRange(0, max(0, self._widest + head - width))
        self.viewport().update()
        self.counted.emit()

    @contextmanager
    def _by_itself(self) -> Iterator[None]:
        self._is_ours = True
        try:
            yield
        finally:
            self._is_ours = False
