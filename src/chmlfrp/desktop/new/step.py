"""What all steps of the guide are."""

from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chmlfrp.desktop.design.tokens import XS, M
from chmlfrp.desktop.design.widgets import column, label
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.draft import Draft
from chmlfrp.desktop.new.look import Look
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError


class Step(QWidget):
    """One question; its answer goes into the draft."""

    name: ClassVar[str]
    fields: ClassVar[frozenset[str]] = frozenset()
    """Of an error, the ones that are asked for here."""
    picked = Signal()
    """The answer is clear: the next step may come."""

    def __init__(self, desk: Desk, draft: Draft, look: Look) -> None:
        super().__init__()
        self.desk, self.draft, self.look = desk, draft, look
        self.question = label(t(f"new.{self.name}.ask"), "heading", wraps=True)
        self.hint = label(t(f"new.{self.name}.hint"), "soft", wraps=True)
        self.body: QVBoxLayout = column(
            column(self.question, self.hint, spacing=XS), spacing=M
        )
        self.setLayout(self.body)
        self.build()

    def build(self) -> None:
        """Put the widgets into `body`."""
        raise NotImplementedError

    def enter(self) -> None:
        """Show what follows from the steps before; focus what is asked first."""

    def recall(self) -> None:
        """Put what the draft holds into the widgets that `enter` leaves alone."""

    def leave(self) -> bool:
        """Put the answer into the draft; False, with the fault shown, if it cannot be."""
        return True

    def rest(self) -> None:
        """Another step is shown, or the dialog closes."""

    def show_error(self, error: ChmlFrpError) -> None:
        """Show what the service had against the answer."""
