"""What will be different, before it is."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QWidget,
)

from chmlfrp.control.protocol import Difference
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, label
from chmlfrp.desktop.text import t
from chmlfrp.model.exposure import Exposed
from chmlfrp.model.guard import Guard, PassOn
from chmlfrp.model.options import TunnelOptions
from chmlfrp.words.exposure import word_exposed
from chmlfrp.words.field import word_field
from chmlfrp.words.guard import word_guard
from chmlfrp.words.options import word_options


class DiffDialog(QDialog):
    """Asks whether these changes are meant.

    shows: what they publish, if that is to be known before.
    rules: what is offered for it; `rules_box` says whether they are taken.
    """

    def __init__(
        self,
        parent: QWidget,
        found: Sequence[Difference],
        *,
        shows: Exposed | None = None,
        rules: Guard | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("tunnels.diff"))
        grid = QFormLayout()
        grid.setVerticalSpacing(M)
        for change in found:
            was, will = word_value(change.before), word_value(change.after)
            text = t("tunnels.change", was=was, will=will)
            shown = label(text, wraps=True)
            shown.setMinimumWidth(240)
            grid.addRow(label(word_field(change.field), "soft"), shown)
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
        if shows is not None:
            body.addWidget(label(word_exposed(shows), "field-error", wraps=True))
        self.rules_box = QCheckBox()
        self.rules_box.setVisible(rules is not None)
        if rules is not None:
            self.rules_box.setText(t("new.rules", rules=word_guard(rules)))
            self.rules_box.setChecked(True)
            body.addWidget(self.rules_box)
        body.addWidget(buttons)
        self.setLayout(body)
        self.setMinimumWidth(440)

    @classmethod
    def agreed(cls, parent: QWidget, found: Sequence[Difference]) -> bool:
        """Ask, and return whether they are."""
        return cls(parent, found).exec() == QDialog.DialogCode.Accepted


def option_differences(
    before: TunnelOptions, after: TunnelOptions
) -> tuple[Difference, ...]:
    """Return what is different, in words."""
    old = dict([*word_options(before), *_guarded(before.guard)])
    new = dict([*word_options(after), *_guarded(after.guard)])
    return tuple(
        Difference(field=field, before=old.get(field), after=new.get(field))
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    )


def _guarded(guard: Guard) -> list[tuple[str, str]]:
    state = t("opt.guard.is_on" if guard.is_on else "opt.guard.is_off")
    found = [("guard", state)]
    if guard.pass_on is not PassOn.NOTHING:
        found.append(("pass_on", t(f"opt.pass_on.{guard.pass_on}")))
    return found


def word_value(value: str | int | bool | None) -> str:
    """Return a value of a field in words."""
    if isinstance(value, bool):
        return t("tunnels.yes" if value else "tunnels.no")
    return t("tunnels.nothing") if value in (None, "") else str(value)
