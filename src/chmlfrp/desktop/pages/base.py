"""What all pages are: a title, a place for buttons, and a moment that moves on."""

from typing import ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chmlfrp.desktop.design.tokens import XL, XS, L, M
from chmlfrp.desktop.design.widgets import column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.text import t


class Page(QWidget):
    """One page of the window; made when it is first shown.

    `name` is the page's key: its title is the text `page.NAME`, its icon is the one of
    that name in `design.icons` unless `glyph` says another.
    """

    name: ClassVar[str]
    glyph: ClassVar[str] = ""
    shown_by: ClassVar[tuple[str, ...]] = ()
    """Keys for `choose` that show the page in full, for photographs and tests."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setProperty("role", "page")
        self.setAccessibleName(self.page_title())
        self.title = label(self.page_title(), "title")
        self.subtitle = label("", "caption")
        self.buttons = line()
        head = line(column(self.title, self.subtitle, spacing=XS), None)
        head.addLayout(self.buttons)
        self.body: QVBoxLayout = column(head, spacing=M, margins=(XL, L + XS, XL, L))
        self.setLayout(self.body)
        self.build()
        self.desk.mirror.moved.connect(self._moved)
        self.desk.mirror.standing_moved.connect(self.standing_moved)
        self._is_behind = True

    @classmethod
    def page_title(cls) -> str:
        """Return what the page is called."""
        return t(f"page.{cls.name}")

    def build(self) -> None:
        """Put the page's widgets into `body` and `buttons`."""
        raise NotImplementedError

    def moment(self, moment: Moment | None) -> None:
        """Show what there is now; None: all may be different. Only while it is seen."""

    def standing_moved(self) -> None:
        """The daemon came or went."""

    def choose(self, what: str) -> None:
        """Show the one thing of that key."""

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was not seen."""
        if self._is_behind:
            self._is_behind = False
            self.moment(None)
        super().showEvent(event)

    def _moved(self, moment: Moment) -> None:
        if self.isVisible():
            self.moment(moment)
        else:
            self._is_behind = True
