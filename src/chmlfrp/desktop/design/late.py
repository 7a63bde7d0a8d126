"""A widget that is made when it is first seen: forms cost more than rows."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from chmlfrp.desktop.design.widgets import column

W = TypeVar("W", bound=QWidget)


class Late(QWidget, Generic[W]):
    """Its place; `room` makes it if nobody has seen it yet."""

    def __init__(self, make: Callable[[], W]) -> None:
        super().__init__()
        self._make = make
        self._room: W | None = None
        self.setLayout(column())

    @property
    def room(self) -> W:
        """The widget itself."""
        if self._room is None:
            self._room = self._make()
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._room)
            self._room.show()
        return self._room

    @property
    def made(self) -> W | None:
        """The widget if it was made already."""
        return self._room

    def showEvent(self, event: QShowEvent) -> None:
        """Make it now."""
        assert self.room is not None
        super().showEvent(event)
