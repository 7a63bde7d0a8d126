"""Fields of forms about the account, each with its error below it."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from chmlfrp.desktop.design.tokens import XS, S
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.text import t
from chmlfrp.model.secret import Secret

HEIGHT = 36
"""Of a line to type into, however little room there is."""
COOL_DOWN_S = 60
"""How long the service wants to be left alone between two letters."""


class Field(QWidget):
    """A title, a line to type into, and what is wrong with it."""

    def __init__(self, title: str, *, text: str = "", hint: str = "") -> None:
        super().__init__()
        self.input = QLineEdit(text)
        self.input.setAccessibleName(title)
        self.input.setMinimumHeight(HEIGHT)
        self.input.setPlaceholderText(hint)
        self.input.textEdited.connect(lambda _: self.say_error(""))
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self.row = line(spacing=S)
        self.row.addWidget(self.input, 1)
        self.setLayout(column(label(title), self.row, self.error, spacing=XS))
        self.setFocusProxy(self.input)

    @property
    def text(self) -> str:
        """What was typed, without spaces around it."""
        return self.input.text().strip()

    def say_error(self, text: str) -> None:
        """Show what is wrong with it; empty: nothing is."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_tone(self.input, "bad" if text else "")

    def used(self) -> None:
        """What was typed has done its work."""


class SecretField(Field):
    """Dots, which a button beside makes readable."""

    def __init__(self, title: str, *, hint: str = "") -> None:
        super().__init__(title, hint=hint)
        self.reveal = button("", glyph="reveal", hint=t("account.reveal"))
        self.reveal.setCheckable(True)
        self.reveal.toggled.connect(self._show)
        self.row.addWidget(self.reveal)
        self._show(is_shown=False)

    @property
    def secret(self) -> Secret:
        """What was typed."""
        return Secret(self.input.text())

    def used(self) -> None:
        """Forget it, and hide the next one."""
        self.input.clear()
        self.reveal.setChecked(False)

    def _show(self, is_shown: bool) -> None:
        mode = QLineEdit.EchoMode
        self.input.setEchoMode(mode.Normal if is_shown else mode.Password)
        text = t("account.conceal" if is_shown else "account.reveal")
        self.reveal.setToolTip(text)
        self.reveal.setAccessibleName(text)


class MailedField(Field):
    """A code that is mailed on request; between two letters the seconds are counted."""

    def __init__(self, title: str, send: Callable[[], object]) -> None:
        super().__init__(title, hint=t("account.code.hint"))
        self.send: QPushButton = button(t("account.code.send"), send)
        self.row.addWidget(self.send)
        self._left_s = 0
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)

    def sending(self) -> None:
        """A letter is asked for."""
        self.say_error("")
        self.send.setEnabled(False)

    def sent(self) -> None:
        """A letter is on its way: count the seconds to the next."""
        self._left_s = COOL_DOWN_S
        self._second.start()
        self._word()
        self.input.setFocus()

    def not_sent(self) -> None:
        """It may be asked for again at once."""
        self._left_s = 0
        self._second.stop()
        self._word()

    def used(self) -> None:
        """A code is good for one time."""
        self.input.clear()

    def _tick(self) -> None:
        self._left_s -= 1
        if self._left_s <= 0:
            self._second.stop()
        self._word()

    def _word(self) -> None:
        is_free = self._left_s <= 0
        again = t("account.code.again", n=self._left_s)
        text = t("account.code.send") if is_free else again
        self.send.setText(text)
        self.send.setAccessibleName(text)
        self.send.setEnabled(is_free)
