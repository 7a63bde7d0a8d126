"""What stands in place of a list: nothing there, not yet there, failed, or old.

Four different looks, so that nobody takes an error for an empty list.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from chmlfrp.desktop.design.icons import icon
from chmlfrp.desktop.design.theme import colour
from chmlfrp.desktop.design.tokens import XL, L, M, S
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone

TURN_EVERY_MS = 40
BIG_ICON = 44
NARROWEST, WIDEST = 200, 440
"""Of the words in the middle of a room."""


class Glyph(QLabel):
    """A large icon that follows the theme."""

    def __init__(self, name: str, token: str, *, size: int = BIG_ICON) -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self._draw()

    def show_glyph(self, name: str, token: str) -> None:
        """Show another one."""
        self._name, self._token = name, token
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon anew when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        made = icon(self._name, self._token)
        self.setPixmap(made.pixmap(QSize(self._size, self._size)))


class Spinner(QWidget):
    """An arc that turns while it is seen."""

    def __init__(self, *, size: int = 32) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self._angle = 0
        self._timer = QTimer(self, interval=TURN_EVERY_MS)
        self._timer.timeout.connect(self._turn)

    def _turn(self) -> None:
        self._angle = (self._angle + 12) % 360
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Turn."""
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(QPen(colour("line"), 3))
        painter.drawEllipse(box)
        pen = QPen(colour("accent"), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(box, -self._angle * 16, 90 * 16)


class Notice(QWidget):
    """An icon, a title, a sentence and what can be done, in the middle of the room."""

    def __init__(self, glyph: str, token: str) -> None:
        super().__init__()
        self.glyph = Glyph(glyph, token)
        self.glyph.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label(role="heading", wraps=True)
        self.text = label(role="soft", wraps=True)
        for part in (self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.action = button("", role="primary")
        self.action.clicked.connect(self._act)
        self._do: Callable[[], object] | None = None
        self.body = column(spacing=M)
        self.body.addStretch(2)
        for widget in (self.glyph, self.title, self.text, self.action):
            self.body.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addStretch(3)
        self.setLayout(self.body)

    def say(
        self,
        title: str,
        text: str = "",
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show these words; without `action` there is no button."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self._fit()
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self._do = do

    def changeEvent(self, event: QEvent) -> None:
        """Give the words room anew when they get another font."""
        if event.type() == QEvent.Type.StyleChange:
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        for part in (self.title, self.text):
            if part.text():
                _make_room(part)

    def _act(self) -> None:
        if self._do is not None:
            self._do()


def _make_room(part: QLabel) -> None:
    """Let words that wrap stand in the middle: a box does not ask what height they need."""
    part.ensurePolished()
    needed = part.fontMetrics().boundingRect(part.text()).width() + S
    width = min(max(needed, NARROWEST), WIDEST)
    height = part.heightForWidth(width) if part.wordWrap() else part.sizeHint().height()
    part.setFixedSize(width, height)


class Loading(QWidget):
    """Something is on its way, and can be given up."""

    def __init__(self) -> None:
        super().__init__()
        self.text = label(role="soft")
        self.spinner = Spinner()
        body = column(spacing=M)
        body.addStretch(2)
        body.addWidget(self.spinner, 0, Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(self.text, 0, Qt.AlignmentFlag.AlignHCenter)
        body.addStretch(3)
        self.setLayout(body)


class Stage(QStackedWidget):
    """A content, or one of the looks in place of it."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.content = content
        self.empty = Notice("empty", "text_faint")
        self.error = Notice("warning", "bad")
        set_tone(self.error.title, "bad")
        self.loading = Loading()
        for view in (content, self.empty, self.error, self.loading):
            self.addWidget(view)

    def show_content(self) -> None:
        """Show what there is."""
        self.setCurrentWidget(self.content)

    def show_loading(self, text: str) -> None:
        """Say what is on its way."""
        self.loading.text.setText(text)
        self.setCurrentWidget(self.loading)

    def show_empty(
        self,
        title: str,
        text: str = "",
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Say that there is nothing, and how something comes to be."""
        self.empty.say(title, text, action=action, do=do)
        self.setCurrentWidget(self.empty)

    def show_error(
        self,
        title: str,
        text: str = "",
        *,
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Say what went wrong, and how to try again."""
        self.error.say(title, text, action=action, do=do)
        self.setCurrentWidget(self.error)


class Banner(QFrame):
    """A strip across the page: something is the matter, or what is seen is old."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.glyph = Glyph("warning", "text", size=20)
        self.text = label(wraps=True)
        self.action = button("")
        self.action.clicked.connect(self._act)
        self._do: Callable[[], object] | None = None
        row = line(self.glyph, spacing=M, margins=(L, S, S, S))
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        self.setLayout(row)
        self.setMinimumHeight(XL * 2)
        self.hide()

    def say(
        self,
        text: str,
        *,
        tone: str,
        glyph: str = "warning",
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show the strip with these words."""
        set_tone(self, tone)
        self.glyph.show_glyph(glyph, "text" if tone == "idle" else tone)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.action.setText(action)
        self.action.setAccessibleName(action)
        self.action.setVisible(bool(action))
        self._do = do
        self.show()

    def _act(self) -> None:
        if self._do is not None:
            self._do()
