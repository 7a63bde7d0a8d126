"""A form: inputs by name, what they mean, and what is wrong with each at its place."""

from collections.abc import Callable, Iterable, Mapping
from datetime import time
from typing import Any

from PySide6.QtCore import QTime, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTimeEdit,
    QWidget,
)

from chmlfrp.desktop.design.tokens import XS
from chmlfrp.desktop.design.widgets import column, label, set_tone
from chmlfrp.desktop.text import told
from chmlfrp.errors import ChmlFrpError, InvalidInput

Parse = Callable[[Any], Any]
CHECK_AFTER_MS = 600
"""How long nothing is typed into a larger field before it is looked at."""


class Entry(QWidget):
    """An input under its name, with what is wrong with it below."""

    def __init__(self, title: str, holder: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self.holder = holder
        holder.setAccessibleName(title)
        holder.setAccessibleDescription(hint)
        self.title = label(title[:1].upper() + title[1:], "soft")
        self.title.setBuddy(holder)
        self.title.setVisible(not isinstance(holder, QCheckBox))
        self._note: QLabel | None = None
        self._error: QLabel | None = None
        self.body = column(self.title, holder, spacing=XS)
        if hint:
            self.body.addWidget(label(hint, "caption", wraps=True))
        self.body.addStretch(1)
        self.setLayout(self.body)

    @property
    def error(self) -> QLabel:
        """What is wrong with it; made when something is first."""
        if self._error is None:
            self._error = label(role="field-error", wraps=True)
            self._error.hide()
            self.body.insertWidget(self.body.count() - 1, self._error)
        return self._error

    @property
    def note(self) -> QLabel:
        """What is known of it besides; made when something is first."""
        if self._note is None:
            self._note = label(role="caption")
            self._note.hide()
            self.body.insertWidget(2, self._note)
        return self._note

    @property
    def is_wrong(self) -> bool:
        """Whether an error is shown."""
        return self._error is not None and bool(self._error.text())

    def say_error(self, text: str) -> None:
        """Show what is wrong with it; empty: nothing is."""
        if not text and self._error is None:
            return
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_tone(self.holder, "bad" if text else "")

    def say_note(self, text: str) -> None:
        """Show what is known of it besides, as a count."""
        if text or self._note is not None:
            self.note.setText(text)
            self.note.setVisible(bool(text))


class Own(QWidget):
    """An input that is put together from others."""

    changed = Signal()

    def raw(self) -> object:
        """Return what is in it, valid or not."""
        raise NotImplementedError

    def put(self, raw: object) -> None:
        """Put that in."""
        raise NotImplementedError


class Form(QWidget):
    """Inputs by the names of their fields; base of forms that lay them out."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self._parses: dict[str, Parse] = {}

    def add(
        self,
        name: str,
        title: str,
        holder: QWidget,
        *,
        hint: str = "",
        parse: Parse | None = None,
    ) -> Entry:
        """Return the input under its name.

        parse: turns what is in it into what it means; raises InvalidInput.
        """
        entry = self.entries[name] = Entry(title, holder, hint=hint)
        if parse is not None:
            self._parses[name] = parse
        tell_changes(holder, self.changed.emit)
        if isinstance(holder, QLineEdit):
            holder.editingFinished.connect(lambda: self.check(name))
        elif isinstance(holder, QPlainTextEdit):
            resting = QTimer(holder, interval=CHECK_AFTER_MS, singleShot=True)
            resting.timeout.connect(lambda: self.check(name))
            holder.textChanged.connect(resting.start)
        return entry

    def raw(self) -> dict[str, object]:
        """Return what is in the inputs, valid or not."""
        return {name: read(entry.holder) for name, entry in self.entries.items()}

    def put(self, raw: Mapping[str, object]) -> None:
        """Put that in; nothing is wrong with it as yet."""
        for name, value in raw.items():
            write(self.entries[name].holder, value)
        self.clear_errors()

    def clear_errors(self) -> None:
        """Show no errors any more."""
        for entry in self.entries.values():
            entry.say_error("")

    def check(self, name: str) -> object:
        """Return what one input means; an error is shown, and None returned."""
        try:
            value = self._value(name)
        except InvalidInput as error:
            self.entries[name].say_error(told(error))
            return None
        self.entries[name].say_error("")
        return value

    def values(self, names: Iterable[str] | None = None) -> dict[str, Any] | None:
        """Return what the inputs mean; None if some mean nothing, which is shown."""
        chosen = [*(self.entries if names is None else names)]
        found = {name: self.check(name) for name in chosen}
        wrong = [name for name in chosen if self.entries[name].is_wrong]
        if wrong:
            self.entries[wrong[0]].holder.setFocus()
            return None
        return found

    def fail(self, error: ChmlFrpError) -> bool:
        """Show the error at its field; False if there is none."""
        entry = self.entries.get(error.field)
        if entry is None:
            return False
        entry.say_error(told(error))
        entry.holder.setFocus()
        return True

    def _value(self, name: str) -> object:
        raw = read(self.entries[name].holder)
        parse = self._parses.get(name)
        return raw if parse is None else parse(raw)


def read(holder: QWidget) -> object:
    """Return what is in an input."""
    match holder:
        case QLineEdit():
            return holder.text().strip()
        case QPlainTextEdit():
            return holder.toPlainText().strip()
        case QCheckBox():
            return holder.isChecked()
        case QComboBox():
            return holder.currentData()
        case QTimeEdit():
            return time(holder.time().hour(), holder.time().minute())
        case Own():
            return holder.raw()
    raise TypeError(type(holder).__name__)


def write(holder: QWidget, value: object) -> None:
    """Put that into an input."""
    match holder:
        case QLineEdit():
            holder.setText("" if value is None else str(value))
        case QPlainTextEdit():
            holder.setPlainText(str(value))
        case QCheckBox():
            holder.setChecked(bool(value))
        case QComboBox():
            holder.setCurrentIndex(holder.findData(value))
        case QTimeEdit():
            assert isinstance(value, time)
            holder.setTime(QTime(value.hour, value.minute))
        case Own():
            holder.put(value)


def tell_changes(holder: QWidget, told: Callable[[], object]) -> None:
    """Have changes of an input told."""
    match holder:
        case QLineEdit():
            holder.textChanged.connect(lambda _: told())
        case QPlainTextEdit():
            holder.textChanged.connect(lambda: told())
        case QCheckBox():
            holder.toggled.connect(lambda _: told())
        case QComboBox():
            holder.currentIndexChanged.connect(lambda _: told())
        case QTimeEdit():
            holder.timeChanged.connect(lambda _: told())
        case Own():
            holder.changed.connect(lambda: told())


def whole(name: str, *, least: int = 1, most: int, may_be_none: bool = False) -> Parse:
    """Return what reads a whole number; an empty text is None where that may be."""

    def parse(text: str) -> int | None:
        if not text and may_be_none:
            return None
        if not text:
            raise InvalidInput(f"a number from {least} to {most} is needed", field=name)
        is_number = text.isascii() and text.isdigit()
        if not is_number or not least <= int(text) <= most:
            raise InvalidInput(
                f"{text!r} is no number from {least} to {most}", field=name
            )
        return int(text)

    return parse
