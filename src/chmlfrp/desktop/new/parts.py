"""Parts of the new-tunnel dialog: a card to pick, a field with its error, a rung."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStackedWidget, QWidget

from chmlfrp.desktop.design.icons import icon
from chmlfrp.desktop.design.paint import draw_card, font
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.design.tokens import BODY, CAPTION, RADIUS, XL, XS, L, M, S, Tone
from chmlfrp.desktop.design.views import Glyph, Spinner
from chmlfrp.desktop.design.widgets import column, label, line, set_tone
from chmlfrp.desktop.text import error_text, error_title
from chmlfrp.errors import ChmlFrpError

TILE = 44


class PickCard(QAbstractButton):
    """One of several things to pick: a picture, a name, a sentence."""

    def __init__(self, title: str, text: str, *, glyph: str, tone: Tone) -> None:
        super().__init__()
        self._words = (title, text)
        self._glyph, self._tone = glyph, tone
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the picture and three lines."""
        return QSize(180, 148)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card."""
        painter = QPainter(self)
        draw_card(
            painter,
            self.rect(),
            hover=self.underMouse(),
            chosen=self.isChecked(),
            focus=self.hasFocus() or self.isChecked(),
        )
        theme = tokens()
        tile = QRect(L, L, TILE, TILE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.wash(self._tone)))
        painter.drawRoundedRect(QRectF(tile), RADIUS, RADIUS)
        picture = icon(self._glyph, self._tone)
        picture.paint(painter, tile.adjusted(S + 2, S + 2, -S - 2, -S - 2))
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        title, text = self._words
        theme = tokens()
        wide = self.width() - 2 * L
        painter.setPen(QColor(theme.text))
        painter.setFont(font(BODY, bold=True))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(QRect(L, L + TILE + M, wide, 22), flags, title)
        painter.setPen(QColor(theme.text_soft))
        painter.setFont(font(CAPTION))
        below = QRect(L, L + TILE + M + XL, wide, 40)
        painter.drawText(below, flags | Qt.TextFlag.TextWordWrap, text)


class Field(QWidget):
    """An input under its name, and what is wrong with it."""

    def __init__(self, title: str, holder: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self.holder = holder
        holder.setAccessibleName(title)
        self.hint = label(hint, "caption", wraps=True)
        self.hint.setVisible(bool(hint))
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        named = label(title, "soft")
        named.setBuddy(holder)
        self.setLayout(column(named, holder, self.hint, self.error, spacing=XS))

    def fail(self, text: str) -> None:
        """Say what is wrong, and go there."""
        self.error.setText(text)
        self.error.show()
        set_tone(self.holder, "bad")
        self.holder.setFocus()

    def clear(self) -> None:
        """Nothing is wrong with it."""
        self.error.hide()
        set_tone(self.holder, "")

    def say(self, hint: str) -> None:
        """Show another hint."""
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))


class Rung(QWidget):
    """One thing that is to come: not yet, under way, done, or failed."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = label(title)
        self.detail = label(role="caption", wraps=True)
        self.mark = Glyph("todo", "text_faint", size=20)
        self.turning = Spinner(size=20)
        self.marks = QStackedWidget()
        self.marks.setFixedSize(20, 20)
        self.marks.addWidget(self.mark)
        self.marks.addWidget(self.turning)
        self.state = "todo"
        body = line(self.marks, self.title, spacing=M)
        body.addWidget(self.detail, 1)
        self.setLayout(body)

    def show_state(self, state: str, detail: str = "") -> None:
        """Show `todo`, `busy`, `good` or `bad`."""
        self.state = state
        self.marks.setCurrentIndex(int(state == "busy"))
        glyph, token = {
            "good": ("good", "good"),
            "bad": ("warning", "bad"),
        }.get(state, ("todo", "text_faint"))
        self.mark.show_glyph(glyph, token)
        set_tone(self.title, "idle" if state == "todo" else "")
        set_tone(self.detail, "bad" if state == "bad" else "")
        self.detail.setText(detail)
        self.setAccessibleName(f"{self.title.text()} {detail}")


def worded(error: ChmlFrpError) -> str:
    """Return the error on as many lines as it needs."""
    return f"{error_title(error)}\n{error_text(error)}".strip()
