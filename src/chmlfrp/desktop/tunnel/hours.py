"""The editor of hours: days to press, from when until when, and as many as are wanted."""

from collections.abc import Sequence
from datetime import time

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QPushButton, QTimeEdit

from chmlfrp.desktop.design.form import Own
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.widgets import button, column, empty_out, label, line
from chmlfrp.desktop.text import t
from chmlfrp.errors import InvalidInput
from chmlfrp.model.schedule import DAYS, Window

DASH = "–"
EVERY_DAY = tuple(range(len(DAYS)))
FIRST = Window(days=EVERY_DAY, start=time(18), stop=time(23))


class Clock(QTimeEdit):
    """A time of day that the wheel does not change while the page is scrolled."""

    def __init__(self, name: str, at: time) -> None:
        super().__init__()
        self.setDisplayFormat("HH:mm")
        self.setAccessibleName(name)
        self.setFixedWidth(74)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setTime(QTime(at.hour, at.minute))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page."""
        event.ignore()

    def at(self) -> time:
        """Return the time that is shown."""
        return time(self.time().hour(), self.time().minute())


class WindowRow(QFrame):
    """One window: seven days and two times."""

    changed = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.days = [self._day(day, is_on=day in window.days) for day in EVERY_DAY]
        self.start = Clock(t("hours.start"), window.start)
        self.stop = Clock(t("hours.stop"), window.stop)
        self.next_day = label(t("hours.next_day"), "caption")
        self.remove = button("", glyph="close", role="small", hint=t("hours.remove"))
        days = line(*self.days, spacing=2)
        days.addStretch(1)
        days.addWidget(self.remove)
        times = line(self.start, label(DASH), self.stop, self.next_day, None)
        self.setLayout(column(days, times, margins=(M, S, S, S), spacing=S))
        for clock in (self.start, self.stop):
            clock.timeChanged.connect(lambda _: self._changed())
        self._changed()

    def window_of(self) -> Window:
        """Return what is set; without a day that is no window yet."""
        days = tuple(day for day in EVERY_DAY if self.days[day].isChecked())
        return Window(days=days, start=self.start.at(), stop=self.stop.at())

    def _day(self, day: int, *, is_on: bool) -> QPushButton:
        pressed = button(t(f"hours.{DAYS[day]}.short"), role="day")
        pressed.setAccessibleName(t(f"hours.{DAYS[day]}"))
        pressed.setCheckable(True)
        pressed.setChecked(is_on)
        pressed.toggled.connect(lambda _: self.changed.emit())
        return pressed

    def _changed(self) -> None:
        self.next_day.setVisible(self.stop.at() <= self.start.at())
        self.changed.emit()


class HoursEditor(Own):
    """Windows below each other; none means at all times."""

    def __init__(self, empty: str) -> None:
        super().__init__()
        self.empty = label(empty, "caption", wraps=True)
        self.rows = column(spacing=S)
        self.add = button(t("hours.add"), self._add, glyph="new")
        self.setFocusProxy(self.add)
        body = column(self.empty, self.rows, line(self.add, None), spacing=S)
        self.setLayout(body)

    def raw(self) -> tuple[Window, ...]:
        """Return the windows, those without a day too."""
        return tuple(row.window_of() for row in self.each())

    def put(self, raw: object) -> None:
        """Show these windows."""
        if raw == self.raw():
            return
        assert isinstance(raw, Sequence)
        empty_out(self.rows)
        for window in raw:
            self._show(window)
        self._changed()

    def each(self) -> list[WindowRow]:
        """Return the rows, one for each window."""
        found = [self.rows.itemAt(place) for place in range(self.rows.count())]
        widgets = [item.widget() for item in found if item is not None]
        return [row for row in widgets if isinstance(row, WindowRow)]

    def _add(self) -> None:
        self._show(FIRST)
        self._changed()
        self.each()[-1].start.setFocus()

    def _show(self, window: Window) -> None:
        row = WindowRow(window)
        row.changed.connect(self.changed)
        row.remove.clicked.connect(lambda: self._drop(row))
        self.rows.addWidget(row)

    def _drop(self, row: WindowRow) -> None:
        self.rows.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._changed()

    def _changed(self) -> None:
        self.empty.setVisible(not self.each())
        self.changed.emit()


def checked_windows(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Return the windows; raises InvalidInput if one has no day."""
    if not all(window.days for window in windows):
        raise InvalidInput("hours need at least one day", field="schedule")
    return windows
