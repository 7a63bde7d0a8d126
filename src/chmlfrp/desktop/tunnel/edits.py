"""Changing several tunnels at once; the difference is shown before it is saved."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QStackedWidget, QWidget

from chmlfrp.control.protocol import Difference, EditTunnel, TunnelView, differences
from chmlfrp.desktop.design.form import Form
from chmlfrp.desktop.design.table import Rows, table
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.asks import named
from chmlfrp.desktop.tunnel.diff import option_differences, word_value
from chmlfrp.desktop.tunnel.settings import Change
from chmlfrp.errors import InvalidInput
from chmlfrp.words.field import word_field

LINES = ("local_host", "group", "remark")
SWITCHES = ("encryption", "compression", "autostart", "probe", "guard")
RECORD = ("local_host", "encryption", "compression")
OWN = {
    "group": "group",
    "remark": "remark",
    "autostart": "is_started_with_daemon",
    "probe": "is_probed",
}


class ToSave(NamedTuple):
    """What changes of one tunnel."""

    view: TunnelView
    change: Change
    found: tuple[Difference, ...]


class Line(NamedTuple):
    """A row of the difference."""

    name: str
    found: Difference


class Lines(Rows[Line]):
    """The difference, tunnel by tunnel."""

    columns = ("several.tunnel", "several.field", "several.change")

    def cell(self, row: Line, column: int) -> str:
        """Return one of the three."""
        if column == 0:
            return row.name
        if column == 1:
            return word_field(row.found.field)
        was, will = word_value(row.found.before), word_value(row.found.after)
        return t("tunnels.change", was=was, will=will)


class SeveralForm(Form):
    """Fields; an empty one is left as it is in each."""

    def __init__(self, views: Sequence[TunnelView]) -> None:
        super().__init__()
        self._views = views
        for name in LINES:
            field = QLineEdit()
            field.setPlaceholderText(self._as_is(name))
            self.add(name, word_field(name), field)
        for name in SWITCHES:
            choice = Choice()
            choice.addItem(self._as_is(name), None)
            choice.addItem(t("several.on"), True)
            choice.addItem(t("several.off"), False)
            self.add(name, word_field(name), choice)
        each = self.entries
        self.setLayout(
            column(
                each["local_host"],
                line(each["group"], each["remark"], spacing=M),
                line(each["encryption"], each["compression"], spacing=M),
                line(each["autostart"], each["probe"], each["guard"], spacing=M),
                spacing=M,
            )
        )

    def wanted(self) -> list[ToSave] | None:
        """Return what changes; None if it cannot be, which is shown."""
        given = {k: v for k, v in self.raw().items() if v not in (None, "")}
        try:
            return [one for view in self._views if (one := to_save(view, given)).found]
        except InvalidInput as error:
            self.fail(error)
            return None

    def _as_is(self, name: str) -> str:
        values = {value_of(view, name) for view in self._views}
        if len(values) > 1:
            return t("several.differ")
        return t("several.as_is", value=word_value(values.pop()))


class EditSeveral(QDialog):
    """Form, then the difference, then it is saved."""

    def __init__(
        self,
        parent: QWidget,
        views: Sequence[TunnelView],
        taken: Callable[[list[ToSave]], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(t("several.edit", n=len(views)))
        self.resize(620, 480)
        self._taken = taken
        self._found: list[ToSave] = []
        self.form = SeveralForm(views)
        self.said = label(role="caption", wraps=True)
        self.form.changed.connect(self.said.clear)
        self.lines = Lines()
        self.table = table(self.lines, t("tunnels.diff"), wide=2)
        self.stack = QStackedWidget()
        for room in (_top(self.form), self.table):
            self.stack.addWidget(room)
        self.title = label(self.windowTitle(), "heading")
        self.back = button(t("several.back"), self._back, glyph="back")
        self.next = button(t("several.next"), self._next, role="primary")
        self.cancel = button(t("do.cancel"), self.reject)
        body = column(
            self.title,
            label(named(views), "soft", wraps=True),
            margins=(L, L, L, L),
            spacing=M,
        )
        body.addWidget(self.stack, 1)
        body.addWidget(self.said)
        body.addLayout(line(self.cancel, None, self.back, self.next))
        self.setLayout(body)
        self.next.setDefault(True)
        self._back()

    def _back(self) -> None:
        self.stack.setCurrentIndex(0)
        self.back.hide()
        self._name_next(t("several.next"))
        self.title.setText(self.windowTitle())

    def _next(self) -> None:
        if self.stack.currentIndex() == 1:
            self.accept()
            self._taken(self._found)
            return
        found = self.form.wanted()
        if not found:
            self.said.setText("" if found is None else t("tunnels.same"))
            return
        self._found = found
        self.lines.take([Line(o.view.name, each) for o in found for each in o.found])
        self.stack.setCurrentIndex(1)
        self.back.show()
        self.title.setText(t("tunnels.diff"))
        self._name_next(t("do.save"))
        self.next.setFocus()

    def _name_next(self, text: str) -> None:
        self.next.setText(text)
        self.next.setAccessibleName(text)


def value_of(view: TunnelView, name: str) -> str | bool:
    """Return what that field is now."""
    if name in RECORD:
        value = getattr(view.tunnel, name, "")
    elif name == "guard":
        value = view.options.guard.is_on
    else:
        value = getattr(view.options, OWN[name])
    assert isinstance(value, str | bool)
    return value


def to_save(view: TunnelView, given: dict[str, object]) -> ToSave:
    """Return what those values change of the tunnel.

    Raises:
        InvalidInput: one of them can never be.
    """
    record = _only(view, given, RECORD)
    own = {OWN[name]: value for name, value in _only(view, given, OWN).items()}
    guarded = _only(view, given, ("guard",))
    guard = {"is_on": guarded["guard"]} if guarded else {}
    replace = msgspec.structs.replace
    options = replace(view.options, **own, guard=replace(view.options.guard, **guard))
    options.check()
    found: tuple[Difference, ...] = option_differences(view.options, options)
    edit = None
    if record and view.tunnel is not None:
        spec = replace(view.tunnel.spec, **record)
        spec.check()
        found = (*differences(view.tunnel.spec, spec), *found)
        edit = replace(EditTunnel(), **record)
    return ToSave(view, Change(edit, own, guard), found)


def _only(
    view: TunnelView, given: dict[str, object], names: Iterable[str]
) -> dict[str, object]:
    return {
        name: given[name]
        for name in names
        if name in given and given[name] != value_of(view, name)
    }


def _top(form: QWidget) -> QWidget:
    room = QWidget()
    body = column(form)
    body.addStretch(1)
    room.setLayout(body)
    return room
