"""A setting as a row: what it is called and means, and the control that changes it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from chmlfrp.desktop.design.switch import Switch
from chmlfrp.desktop.design.tokens import L, M, S
from chmlfrp.desktop.design.widgets import column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.settings.declare import Effect, Entry, Kind
from chmlfrp.desktop.text import t

CONTROL_WIDTH = 240

Changed = Callable[[Entry, object], object]


class Row(QWidget):
    """Title and explanation on the left, a control on the right, errors below."""

    def __init__(self, title: str, hint: str, control: QWidget) -> None:
        super().__init__()
        self.title = label(title)
        self.hint = label(hint, "caption", wraps=True)
        self.hint.setVisible(bool(hint))
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self.control = control
        left: QVBoxLayout = column(self.title, self.hint, self.error, spacing=2)
        row = line(spacing=L, margins=(0, S, 0, S))
        row.addLayout(left, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(row)

    def say_error(self, text: str) -> None:
        """Show what is wrong with it; empty: nothing is."""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_tone(self.control, "bad" if text else "")


class Choice(QComboBox):
    """A choice that the wheel does not change while the page is scrolled."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page."""
        event.ignore()


class SettingRow(Row):
    """The row of a declared setting; tells what the person chose."""

    def __init__(self, entry: Entry, changed: Changed) -> None:
        self.entry = entry
        self._changed = changed
        self._shown: object = None
        super().__init__(entry.title, _hint(entry), self._control())
        self.control.setAccessibleName(entry.title)
        self.control.setAccessibleDescription(entry.hint)

    def show_value(self, value: object) -> None:
        """Show what is in force; tells nobody."""
        self._shown = value
        self.say_error("")
        match self.control:
            case QComboBox() as box:
                box.setCurrentIndex(box.findData(value))
            case Switch() as switch:
                switch.show_state(is_on=bool(value), is_pending=False)
            case QLineEdit() as field:
                field.setText(str(value))

    def show_refused(self, text: str) -> None:
        """Say why a change did not come about; what was typed stays to be mended."""
        if not isinstance(self.control, QLineEdit):
            self.show_value(self._shown)
        self.say_error(text)

    def _control(self) -> QWidget:
        match self.entry.kind:
            case Kind.CHOICE:
                return self._choice()
            case Kind.FLAG:
                switch = Switch(self.entry.title)
                switch.clicked.connect(self._tell)
                return switch
            case _:
                field = QLineEdit()
                field.setFixedWidth(CONTROL_WIDTH)
                field.setPlaceholderText(t("set.none"))
                field.editingFinished.connect(lambda: self._tell_typed(field.text()))
                return field

    def _choice(self) -> QComboBox:
        box = Choice()
        box.setFixedWidth(CONTROL_WIDTH)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for choice in self.entry.choices:
            box.addItem(self.entry.choice_text(choice), choice)
        box.activated.connect(lambda _: self._tell(box.currentData()))
        return box

    def _tell_typed(self, text: str) -> None:
        typed = text.strip()
        is_number = self.entry.kind is Kind.NUMBER and typed.isdecimal()
        self._tell(int(typed) if is_number else typed)

    def _tell(self, value: object) -> None:
        if value != self._shown:
            self._shown = value
            self._changed(self.entry, value)


def _hint(entry: Entry) -> str:
    when = {
        Effect.NOW: "",
        Effect.NEXT_WINDOW: t("set.next_window"),
        Effect.NEXT_DAEMON: "",
    }[entry.effect]
    return "\n".join(filter(None, (entry.hint, when)))


class Part(QWidget):
    """Base of panels: rows of their own, below each other."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.body: QVBoxLayout = column(spacing=M)
        self.setLayout(self.body)

    def refresh(self) -> None:
        """Look how things stand; called when the page is shown."""
