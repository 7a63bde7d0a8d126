"""The Settings tab: every field of the record; what is saved is shown before it is."""

from collections.abc import Sequence

import msgspec
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from chmlfrp.control.protocol import (
    Difference,
    Edited,
    EditTunnel,
    TunnelView,
    differences,
)
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import error_text, error_title, t
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.tunnel import TunnelSpec, TunnelType
from chmlfrp.words.field import word_field

NUMBERS = ("local_port", "remote_port")
LINES = ("name", "node", "local_host", "local_port", "remote_port", "domain", "extra")
SWITCHES = ("encryption", "compression")


class SettingsTab(QWidget):
    """A form over one tunnel's record; news does not overwrite what is being typed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._number = 0
        self._spec: TunnelSpec | None = None
        self.lines = {name: QLineEdit() for name in LINES}
        self.kind = QComboBox()
        self.kind.addItems([kind.value for kind in TunnelType])
        self.kind.currentTextChanged.connect(self._kind_chosen)
        self.switches = {name: QCheckBox(word_field(name)) for name in SWITCHES}
        self.form = QFormLayout()
        self.form.setVerticalSpacing(M)
        self.form.setFieldGrowthPolicy(
            QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow
        )
        for name in (*LINES[:2], "type", *LINES[2:]):
            field = self.kind if name == "type" else self.lines[name]
            field.setAccessibleName(word_field(name))
            self.form.addRow(label(word_field(name), "soft"), field)
        for box in self.switches.values():
            self.form.addRow(box)
        self.error = label(role="field-error", wraps=True)
        self.save = button(t("do.save"), self._save, role="primary")
        self.reset = button(t("tunnels.reset"), self._fill)
        inside = QWidget()
        inside.setLayout(column(self.form, margins=(0, M, M, 0)))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(t("tunnels.tab.settings"))
        scroll.setWidget(inside)
        body = column()
        body.addWidget(scroll, 1)
        body.addWidget(self.error)
        body.addLayout(line(None, self.reset, self.save))
        self.setLayout(body)

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel's record, unless something is being typed for it."""
        spec = view.tunnel.spec if view.tunnel else None
        is_same = view.id == self._number
        if is_same and (spec == self._spec or self._is_edited()):
            return
        self._number, self._spec = view.id, spec
        self.setEnabled(spec is not None)
        self._fill()

    def wanted(self) -> TunnelSpec:
        """Return the record as it is in the form; raises InvalidInput."""
        assert self._spec is not None
        values: dict[str, object] = {
            name: self.lines[name].text().strip() for name in LINES
        }
        values["type"] = kind = TunnelType(self.kind.currentText())
        for name in NUMBERS:
            values[name] = _number(name, str(values[name]))
        values["remote_port" if kind.is_web else "domain"] = None
        for name, box in self.switches.items():
            values[name] = box.isChecked()
        spec = msgspec.structs.replace(self._spec, **values)
        spec.check()
        return spec

    def _is_edited(self) -> bool:
        try:
            return self._spec is not None and self.wanted() != self._spec
        except InvalidInput:
            return True

    def _fill(self) -> None:
        self.error.clear()
        if self._spec is None:
            return
        for name, field in self.lines.items():
            value = getattr(self._spec, name)
            field.setText("" if value is None else str(value))
        self.kind.setCurrentText(self._spec.type.value)
        for name, box in self.switches.items():
            box.setChecked(getattr(self._spec, name))
        self._kind_chosen()

    def _kind_chosen(self) -> None:
        is_web = TunnelType(self.kind.currentText()).is_web
        self.form.setRowVisible(self.lines["remote_port"], not is_web)
        self.form.setRowVisible(self.lines["domain"], is_web)

    def _save(self) -> None:
        self.error.clear()
        if self._spec is None:
            return
        try:
            found = differences(self._spec, self.wanted())
        except InvalidInput as exc:
            self._failed(exc)
            return
        if not found:
            self.error.setText(t("tunnels.same"))
            return
        ask = DiffDialog(self, found)
        if ask.exec() == QDialog.DialogCode.Accepted:
            self._send(found)

    def _send(self, found: Sequence[Difference]) -> None:
        number = self._number
        command = msgspec.structs.replace(
            EditTunnel(), **{change.field: _typed(change) for change in found}
        )
        self.save.setEnabled(False)
        self._desk.mirror.call(
            lambda client: client.edit(number, command),
            done=self._saved,
            failed=self._failed,
            over=lambda: self.save.setEnabled(True),
            owner=self,
        )

    def _saved(self, edited: Edited) -> None:
        self._spec = edited.tunnel.spec
        self._fill()
        self._desk.toast(t("tunnels.saved", name=edited.tunnel.name), "", None)

    def _failed(self, error: ChmlFrpError) -> None:
        self.error.setText(f"{error_title(error)}\n{error_text(error)}".strip())
        field = self.lines.get(error.field)
        if field is not None:
            field.setFocus()


class DiffDialog(QDialog):
    """What will be different, before it is."""

    def __init__(self, parent: QWidget, found: Sequence[Difference]) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("tunnels.diff"))
        grid = QFormLayout()
        grid.setVerticalSpacing(M)
        for change in found:
            was, will = _word(change.before), _word(change.after)
            text = t("tunnels.change", was=was, will=will)
            grid.addRow(
                label(word_field(change.field), "soft"), label(text, wraps=True)
            )
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        save = button(t("do.save"), role="primary")
        save.setDefault(True)
        buttons.addButton(save, role.AcceptRole)
        buttons.addButton(button(t("do.cancel")), role.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        body = column(
            label(t("tunnels.diff"), "heading"), grid, margins=(L, L, L, L), spacing=L
        )
        if any(change.field == "type" for change in found):
            body.addWidget(label(t("tunnels.type_change"), "field-error", wraps=True))
        body.addWidget(buttons)
        self.setLayout(body)
        self.setMinimumWidth(420)


def _number(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        message = f"{name.replace('_', ' ')} {text} is not between 1 and 65535"
        raise InvalidInput(message, field=name) from None


def _typed(change: Difference) -> object:
    is_kind = change.field == "type" and isinstance(change.after, str)
    return TunnelType(str(change.after)) if is_kind else change.after


def _word(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return t("tunnels.yes" if value else "tunnels.no")
    return t("tunnels.nothing") if value in (None, "") else str(value)
