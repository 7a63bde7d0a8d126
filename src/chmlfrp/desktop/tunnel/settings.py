"""The Settings tab: all that is decided about a tunnel; shown before it is saved."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import (
    Difference,
    EditTunnel,
    FailoverView,
    NodeView,
    TunnelView,
    differences,
)
from chmlfrp.desktop.design.form import Form
from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.design.widgets import button, column, label, line, rule, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t, told
from chmlfrp.desktop.tunnel.diff import DiffDialog, option_differences
from chmlfrp.desktop.tunnel.escape import EscapeForm
from chmlfrp.desktop.tunnel.own import OwnForm
from chmlfrp.desktop.tunnel.record import RecordForm
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.doorkeeping import kept_with, suggested
from chmlfrp.model.exposure import exposed
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import Tunnel, TunnelSpec

Raw = list[dict[str, object]]
PUBLISHED = frozenset({"local_host", "local_port", "type"})
"""Fields that decide what strangers reach."""


class Change(NamedTuple):
    """What is to be saved."""

    record: EditTunnel | None
    own: Mapping[str, Any]
    """Fields of the options; of the guard those that this form has."""
    guard: Mapping[str, Any]


class Saved(NamedTuple):
    """What came of it; an error says that the rest was not saved."""

    tunnel: Tunnel | None = None
    options: TunnelOptions | None = None
    error: ChmlFrpError | None = None


class SettingsTab(QWidget):
    """Forms over one tunnel; news does not overwrite what is being typed.

    What was typed for a tunnel and not saved is there again when it is come back to.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._number = 0
        self._spec: TunnelSpec | None = None
        self._options = TunnelOptions()
        self._latest: tuple[TunnelSpec | None, TunnelOptions] = (None, self._options)
        """What the daemon has by now; the form may show what was before."""
        self._shown: Raw = []
        self._drafts: dict[int, Raw] = {}
        self.record, self.own, self.escape = RecordForm(), OwnForm(), EscapeForm()
        self.forms: tuple[Form, ...] = (self.record, self.own, self.escape)
        self.message = label(role="caption", wraps=True)
        self.save = button(t("do.save"), self._save, role="primary", hint="Ctrl+S")
        self.save.setAccessibleName(t("do.save"))
        self.reset = button(t("tunnels.reset"), self._reset)
        self.escape.trial.clicked.connect(lambda: self._try_plan())
        inside = QWidget()
        inside.setLayout(
            column(
                self.record,
                rule(),
                self.own,
                rule(),
                self.escape,
                margins=(0, M, M, M),
                spacing=M,
            )
        )
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(t("tunnels.tab.settings"))
        scroll.setWidget(inside)
        body = column(margins=(0, 0, 0, 0))
        body.addWidget(scroll, 1)
        foot = line(self.reset, self.save)
        foot.insertWidget(0, self.message, 1)
        body.addLayout(foot)
        self.setLayout(body)
        shortcut = QShortcut(QKeySequence.StandardKey.Save, self)
        shortcut.activated.connect(self._save)
        for form in self.forms:
            form.changed.connect(self._say_edited)

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel, unless something is being typed for it."""
        spec = view.tunnel.spec if view.tunnel else None
        is_same = view.id == self._number
        self._latest = spec, view.options
        if is_same and self._latest == (self._spec, self._options):
            return
        if self.is_edited():
            if is_same:
                return
            self._drafts[self._number] = self._raw()
        self._number = view.id
        self._spec, self._options = self._latest
        self.setEnabled(spec is not None)
        self._fill()
        if draft := self._drafts.pop(view.id, None):
            for form, raw in zip(self.forms, draft, strict=True):
                form.put(raw)

    def showEvent(self, event: QShowEvent) -> None:
        """Look which nodes and groups there are."""
        super().showEvent(event)
        snapshot = self._desk.mirror.snapshot
        views = snapshot.tunnels.values() if snapshot else ()
        self.own.show_groups(v.options.group for v in views if v.options.group)
        self._desk.mirror.call(
            lambda client: client.nodes(), done=self._show_nodes, owner=self
        )

    def is_edited(self) -> bool:
        """Whether there is something that was not saved."""
        return self._spec is not None and self._raw() != self._shown

    def _raw(self) -> Raw:
        return [form.raw() for form in self.forms]

    def _show_nodes(self, views: Sequence[NodeView]) -> None:
        names = [view.name for view in views]
        self.record.show_nodes(names)
        self.escape.nodes.show_offers(names)

    def _fill(self) -> None:
        if self._spec is not None:
            self.record.show_spec(self._spec)
            self.own.show_options(self._options)
            self.escape.show_plan(self._options.failover)
            self._shown = self._raw()
        self._say("")

    def _reset(self) -> None:
        self._spec, self._options = self._latest
        self._fill()

    def _say_edited(self) -> None:
        self._say(t("opt.unsaved") if self.is_edited() else "")

    def _say(self, text: str, *, tone: str = "") -> None:
        self.message.setText(text)
        set_tone(self.message, tone)

    # ------------------------------------------------------------------- saving

    def _save(self) -> None:
        if self._spec is None or not self.save.isEnabled():
            return
        spec = self.record.wanted(self._spec)
        options = self.own.wanted(self._options)
        plan = self.escape.wanted(self._options.failover)
        if spec is None or options is None or plan is None:
            self._say(t("opt.mend"), tone="bad")
            return
        options = msgspec.structs.replace(options, failover=plan)
        in_record = differences(self._spec, spec)
        found = (*in_record, *option_differences(self._options, options))
        if not self.is_edited() or not found:
            self._say(t("tunnels.same"))
        else:
            self._ask(spec, options, in_record, found)

    def _ask(
        self,
        spec: TunnelSpec,
        options: TunnelOptions,
        in_record: Sequence[Difference],
        found: Sequence[Difference],
    ) -> None:
        shows = rules = None
        if {each.field for each in in_record} & PUBLISHED:
            shows = exposed(spec.local_port, kind=spec.type)
        if shows is not None and not options.guard.has_rules:
            rules = suggested(shows, spec.type)
        ask = DiffDialog(self, found, shows=shows, rules=rules)
        if ask.exec() != DiffDialog.DialogCode.Accepted:
            return
        if rules is not None and ask.rules_box.isChecked():
            guard = kept_with(options.guard, rules)
            options = msgspec.structs.replace(options, guard=guard)
        self._send(self._change(in_record, options))

    def _change(
        self, in_record: Sequence[Difference], options: TunnelOptions
    ) -> Change:
        command = msgspec.structs.replace(
            EditTunnel(), **{each.field: each.after for each in in_record}
        )
        own = _different(self._options, options)
        own.pop("guard", None)
        guard = _different(self._options.guard, options.guard)
        return Change(command if in_record else None, own, guard)

    def _send(self, change: Change) -> None:
        number = self._number
        self.save.setEnabled(False)
        self._say(t("opt.saving"))
        self._desk.mirror.call(
            lambda client: save(client, number, change),
            done=lambda saved: self._saved(number, saved),
            failed=self._failed,
            over=lambda: self.save.setEnabled(True),
            owner=self,
        )

    def _saved(self, number: int, saved: Saved) -> None:
        if number != self._number:
            return
        typed = self._raw()
        if saved.tunnel is not None:
            self._spec = saved.tunnel.spec
        if saved.options is not None:
            self._options = saved.options
        self._latest = self._spec, self._options
        self._fill()
        if saved.error is not None:
            for form, raw in zip(self.forms, typed, strict=True):
                form.put(raw)
            self._failed(saved.error)
            return
        name = self._spec.name if self._spec else ""
        self._desk.toast(t("tunnels.saved", name=name), "", None)

    def _failed(self, error: ChmlFrpError) -> None:
        is_shown = any(form.fail(error) for form in self.forms)
        self._say(told(error) if not is_shown else t("opt.mend"), tone="bad")

    def _try_plan(self) -> None:
        plan = self.escape.wanted(self._options.failover)
        if plan is None:
            return
        number = self._number
        self.escape.trial.setEnabled(False)
        self._desk.mirror.call(
            lambda client: client.try_failover(number, plan),
            done=lambda view: self._say_outcome(number, view),
            failed=self.escape.say_failed,
            over=self._tried,
            owner=self,
        )

    def _say_outcome(self, number: int, view: FailoverView) -> None:
        if number == self._number:
            self.escape.say_outcome(view)

    def _tried(self) -> None:
        self.escape.trial.setEnabled(True)
        QTimer.singleShot(
            0, self, lambda: self._scroll.ensureWidgetVisible(self.escape.outcome)
        )


async def save(client: ControlClient, number: int, change: Change) -> Saved:
    """Save the record, then the options upon what they are by then."""
    tunnel = None
    options = await client.options(number)
    if change.record is not None:
        tunnel = (await client.edit(number, change.record)).tunnel
    is_other = tunnel is not None and tunnel.id != number
    if not (change.own or change.guard or is_other):
        return Saved(tunnel)
    guard = msgspec.structs.replace(options.guard, **change.guard)
    wanted = msgspec.structs.replace(options, **change.own, guard=guard)
    try:
        kept = await client.set_options(tunnel.id if tunnel else number, wanted)
    except ChmlFrpError as error:
        return Saved(tunnel, error=error)
    return Saved(tunnel, kept)


def _different(before: msgspec.Struct, after: msgspec.Struct) -> dict[str, Any]:
    return {
        name: getattr(after, name)
        for name in before.__struct_fields__
        if getattr(after, name) != getattr(before, name)
    }
