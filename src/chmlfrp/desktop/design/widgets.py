"""Small widgets that pages are put together from."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from chmlfrp.desktop.design.icons import icon
from chmlfrp.desktop.design.paint import draw_pill, pill_width
from chmlfrp.desktop.design.tokens import ICON, L, M, S, Tone


def label(text: str = "", role: str = "", *, wraps: bool = False) -> QLabel:
    """Return a label in one of the roles of the style sheet."""
    widget = QLabel(text)
    widget.setTextFormat(Qt.TextFormat.PlainText)
    widget.setProperty("role", role)
    widget.setWordWrap(wraps)
    return widget


def button(
    text: str,
    pressed: Callable[[], object] | None = None,
    *,
    glyph: str = "",
    role: str = "",
    hint: str = "",
) -> QPushButton:
    """Return a button; without text, `hint` is its name."""
    widget = IconButton(text, glyph=glyph, role=role)
    widget.setAccessibleName(text or hint)
    widget.setToolTip(hint)
    if pressed is not None:
        widget.clicked.connect(lambda: pressed())
    return widget


INKS = {"primary": "on_accent", "danger": "bad"}
"""Tokens of icons on buttons of that role."""


class IconButton(QPushButton):
    """A button whose icon changes colour with the theme."""

    def __init__(self, text: str, *, glyph: str, role: str) -> None:
        super().__init__(text)
        self._glyph = glyph
        self._role = role
        self.setProperty("role", role)
        self.setIconSize(QSize(ICON, ICON))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._draw_icon()

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon anew when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _draw_icon(self) -> None:
        if self._glyph:
            checked = "accent" if self._role in ("nav", "tool") else None
            ink = INKS.get(self._role, "text_soft")
            self.setIcon(icon(self._glyph, ink, on=checked))


class Elided(QLabel):
    """One line that ends in … where it does not fit, whole in its tool tip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show one line of the text."""
        super().setText(text.replace("\n", " "))
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter = QPainter(self)
        mode = Qt.TextElideMode.ElideRight
        text = self.fontMetrics().elidedText(self.text(), mode, self.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), self.alignment(), text)


class Pill(QWidget):
    """A state in one word, on its colour, with a dot."""

    def __init__(self, text: str = "", tone: Tone = Tone.IDLE) -> None:
        super().__init__()
        self._tone = tone
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, text: str, tone: Tone) -> None:
        """Say another word."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return what the word needs."""
        return QSize(pill_width(self.font(), self._text), 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        draw_pill(painter, self.rect(), self._text, self._tone)


class Card(QFrame):
    """A framed group; put things into `body`."""

    def __init__(self, heading: str = "") -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.body = column(margins=(L, L, L, L), spacing=S)
        self.setLayout(self.body)
        self.heading = label(heading, "heading")
        self.heading.setVisible(bool(heading))
        self.body.addWidget(self.heading)


class Search(QLineEdit):
    """A field to search by."""

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(160)
        self.setMaximumWidth(260)


def rule() -> QFrame:
    """Return a thin line across."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


def set_tone(widget: QWidget, tone: str) -> None:
    """Give the widget the colours of that meaning, none for an empty one."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def column(
    *things: QWidget | QLayout,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    spacing: int = M,
) -> QVBoxLayout:
    """Return the things one below the other."""
    layout = QVBoxLayout()
    _fill(layout, things, margins, spacing)
    return layout


def line(
    *things: QWidget | QLayout | None,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    spacing: int = S,
) -> QHBoxLayout:
    """Return the things side by side; None is what takes the room that is left."""
    layout = QHBoxLayout()
    _fill(layout, things, margins, spacing)
    return layout


def _fill(
    layout: QBoxLayout,
    things: "tuple[QWidget | QLayout | None, ...]",
    margins: tuple[int, int, int, int],
    spacing: int,
) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for thing in things:
        if thing is None:
            layout.addStretch(1)
        elif isinstance(thing, QWidget):
            layout.addWidget(thing)
        else:
            layout.addLayout(thing)


def empty_out(layout: QLayout) -> None:
    """Take all widgets out of a layout and delete them."""
    while (item := layout.takeAt(0)) is not None:
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
        elif inner := item.layout():
            empty_out(inner)
