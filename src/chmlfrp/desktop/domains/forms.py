"""The forms that take a name and point it elsewhere."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QWidget

from chmlfrp.control.domain import CreateDomain, DomainView, EditDomain
from chmlfrp.desktop.account.fields import Field
from chmlfrp.desktop.account.form import Form, FormDialog, Work, failure
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import XS
from chmlfrp.desktop.design.widgets import column, label
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.advice import RecordAdvice
from chmlfrp.model.domain import (
    DEFAULT_TTL_S,
    FreeDomain,
    RecordType,
    check_key,
    check_target,
    check_ttl,
)
from chmlfrp.words.advice import word_advice

ADVISE_AFTER_MS = 250
"""How long after the last key it is asked which record fits."""


class Picker(QWidget):
    """A title above a list to pick from."""

    def __init__(self, title: str, entries: Sequence[tuple[str, object]]) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setAccessibleName(title)
        for text, value in entries:
            self.box.addItem(text, value)
        self.setLayout(column(label(title), self.box, spacing=XS))
        self.setFocusProxy(self.box)

    @property
    def value(self) -> object:
        """What is picked."""
        return self.box.currentData()


class NameForm(FormDialog):
    """Takes a name: under which domain, for which tunnel, of which type."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        offers: Sequence[FreeDomain],
        tunnels: Mapping[int, str],
    ) -> None:
        super().__init__(parent, t("domains.new"), t("domains.new.text"))
        self._desk = desk
        self._call: Call | None = None
        self.record = Field(t("domains.record"), hint=t("domains.record.hint"))
        self.domain = Picker(
            t("domains.domain"), [(_offered(one), one.name) for one in offers]
        )
        self.tunnel = Picker(t("domains.tunnel"), _tunnels(tunnels))
        self.kind = Picker(
            t("domains.type"),
            [(t("domains.type.advised"), None), *((k.value, k) for k in RecordType)],
        )
        self.target = Field(t("domains.target"), hint=t("domains.target.hint"))
        self.advice = label(role="soft", wraps=True)
        fields = {"record": self.record, "target": self.target}
        form = Form(
            desk, fields, submit=t("domains.new.do"), ask=self._ask, done=self._done
        )
        self.hold(form)
        for place, widget in ((3, self.domain), (4, self.tunnel), (5, self.kind)):
            self.box.insertWidget(place - 1, widget)
        self.box.insertWidget(5, self.advice)
        self._soon = QTimer(self, interval=ADVISE_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self._ask_advice)
        self.record.input.textEdited.connect(lambda _: self._soon.start())
        for picker in (self.domain, self.tunnel):
            picker.box.currentIndexChanged.connect(lambda _: self._soon.start())
        self._soon.start()

    def _ask(self) -> Work:
        domain, tunnel = self.domain.value, self.tunnel.value
        # Qt keeps the text of it only.
        kind = RecordType(str(self.kind.value)) if self.kind.value else None
        check_key(str(domain or ""), self.record.text)
        target = self.target.text or None
        if tunnel is None and target is None:
            raise InvalidInput("the record points nowhere", field="target")
        if target is not None and kind is not None:
            check_target(target, kind)
        command = CreateDomain(
            domain=str(domain),
            record=self.record.text,
            type=kind,
            target=target,
            tunnel=tunnel if isinstance(tunnel, int) else None,
        )
        return lambda client: client.domains.create(command)

    def _done(self, view: DomainView) -> None:
        self._desk.toast(t("domains.made", name=view.record.name), "", None)
        self.accept()

    def _ask_advice(self) -> None:
        tunnel = self.tunnel.value
        if self._call is not None:
            self._call.cancel()
        if not isinstance(tunnel, int):
            self.advice.clear()
            return
        name = f"{self.record.text}.{self.domain.value}" if self.record.text else ""
        self._call = self._desk.mirror.call(
            lambda client: client.domains.advice(tunnel, name=name),
            done=self._show_advice,
            failed=self._no_advice,
            owner=self,
        )

    def _show_advice(self, ways: list[RecordAdvice]) -> None:
        if not ways:
            self.advice.setText(t("domains.no_advice"))
            return
        best = ways[0]
        lines = [t("domains.advice", type=best.type, target=best.target)]
        lines += map(word_advice, best.codes)
        self.advice.setText("\n".join(lines))

    def _no_advice(self, error: ChmlFrpError) -> None:
        self.advice.setText(failure(error))


def edit_form(
    parent: QWidget, desk: Desk, view: DomainView, tunnels: Mapping[int, str]
) -> FormDialog:
    """Return the form that points a name elsewhere."""
    record = view.record
    dialog = FormDialog(parent, record.name, t("domains.edit.text", type=record.type))
    tunnel = Picker(t("domains.tunnel"), _tunnels(tunnels))
    target = Field(t("domains.target"), text=record.target)
    ttl = Field(t("domains.ttl"), text=str(record.ttl_s))

    def ask() -> Work:
        if not ttl.text.isdecimal():
            raise InvalidInput(f"{ttl.text!r} is no number of seconds", field="ttl")
        check_ttl(int(ttl.text))
        number = tunnel.value if isinstance(tunnel.value, int) else None
        is_other = number is None and target.text != record.target
        if is_other:
            check_target(target.text, record.type)
        command = EditDomain(
            target=target.text if is_other else UNSET,
            ttl_s=int(ttl.text) if int(ttl.text) != record.ttl_s else UNSET,
            tunnel=number,
        )
        return lambda client: client.domains.edit(record.domain, record.record, command)

    def done(changed: DomainView) -> None:
        said = t("domains.edited", name=record.name, target=changed.record.target)
        desk.toast(said, "", None)
        dialog.accept()

    fields = {"target": target, "ttl": ttl}
    dialog.hold(Form(desk, fields, submit=t("do.save"), ask=ask, done=done))
    dialog.box.insertWidget(2, tunnel)
    return dialog


def as_before(view: DomainView) -> CreateDomain:
    """Return what takes a name again that was given back."""
    record = view.record
    return CreateDomain(
        domain=record.domain,
        record=record.record,
        type=record.type,
        target=record.target,
        ttl_s=record.ttl_s or DEFAULT_TTL_S,
        notes=record.notes,
    )


def _offered(one: FreeDomain) -> str:
    said = t("domains.filed" if one.has_filing else "domains.unfiled", name=one.name)
    return f"{said} · {one.notes}" if one.notes else said


def _tunnels(tunnels: Mapping[int, str]) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [(t("domains.tunnel.none"), None)]
    return rows + [(name, number) for number, name in tunnels.items()]
