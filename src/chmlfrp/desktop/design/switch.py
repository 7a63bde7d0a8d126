"""A switch that shows the wish at once and the fact when it comes."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from chmlfrp.desktop.design.paint import SWITCH_HEIGHT, SWITCH_WIDTH, draw_switch


class Switch(QCheckBox):
    """A check box that looks like a switch; `clicked` is the person's wish."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._is_pending = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, *, is_on: bool, is_pending: bool) -> None:
        """Show wish and whether the fact is still to come."""
        self._is_pending = is_pending
        self.setChecked(is_on)
        self.update()

    def sizeHint(self) -> QSize:
        """Return its size with room for the focus."""
        return QSize(SWITCH_WIDTH + 4, SWITCH_HEIGHT + 4)

    def hitButton(self, pos: object) -> bool:
        """Take a click anywhere on it."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        draw_switch(
            QPainter(self),
            QRect(2, 2, SWITCH_WIDTH, SWITCH_HEIGHT),
            is_on=self.isChecked(),
            is_pending=self._is_pending,
            focus=self.hasFocus(),
        )
