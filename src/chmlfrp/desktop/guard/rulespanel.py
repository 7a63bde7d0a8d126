"""The rules' editor: a tunnel's own or those for all, tried before they are saved."""

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QScrollArea, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.control.guard import DoorTraffic, TryRules, Verdict
from chmlfrp.control.protocol import Difference, TunnelView
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.guard.rules import RulesForm
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import t, told
from chmlfrp.desktop.tunnel.diff import DiffDialog
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.guard import LIMITS, Guard
from chmlfrp.words.guard import word_rule
from chmlfrp.words.rules import word_guard

OWN, EVERY = "own", "every"
SAMPLE_TIME = "18:00"
FORM_FIELDS = (
    *("deny", "allow", "deny_countries", "allow_countries"),
    *LIMITS,
    *("hours", "ban"),
)


class RulesPanel(QWidget):
    """News does not overwrite what is being typed; what is not saved is kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: TunnelView | None = None
        self._guard = Guard()
        self._common: Guard | None = None
        self._key = ""
        self._shown: dict[str, object] = {}
        self._drafts: dict[str, Mapping[str, object]] = {}
        self.scope = Choice()
        self.scope.setAccessibleName(t("guard.scope"))
        for each in (OWN, EVERY):
            self.scope.addItem(t(f"guard.scope.{each}"), each)
        self.scope.currentIndexChanged.connect(lambda _: self._fill())
        self.form = RulesForm()
        self.form.changed.connect(self._say_edited)
        self.address, self.at = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText(t("guard.try.title"))
        self.at.setPlaceholderText(SAMPLE_TIME)
        self.at.setFixedWidth(84)
        self.address.setAccessibleName(t("guard.try.address"))
        self.at.setAccessibleName(t("guard.try.at"))
        self.trial = button(t("guard.try"), self._try)
        self.verdict = label(wraps=True)
        self.verdict.hide()
        self.message = label(role="caption", wraps=True)
        self.unnamed = label(t("guard.unnamed"), wraps=True)
        set_tone(self.unnamed, "busy")
        self.unnamed.hide()
        self.save = button(t("do.save"), self._save, role="primary")
        self.reset = button(t("tunnels.reset"), self._reset)
        for field in (self.address, self.at):
            field.returnPressed.connect(self._try)
        self._arrange()

    def _arrange(self) -> None:
        inside = QWidget()
        inside.setLayout(column(self.form, margins=(0, S, M, M)))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(t("guard.rules"))
        self._scroll.setWidget(inside)
        body = column(self.scope, spacing=S, margins=(0, S, 0, 0))
        body.addWidget(self.unnamed)
        body.addWidget(self._scroll, 1)
        tried = line(self.at, self.trial)
        tried.insertWidget(0, self.address, 1)
        body.addLayout(tried)
        body.addWidget(self.verdict)
        foot = line(self.reset, self.save)
        foot.insertWidget(0, self.message, 1)
        body.addLayout(foot)
        self.setLayout(body)

    # --------------------------------------------------------------- what is shown

    def show_view(self, view: TunnelView) -> None:
        """Show the rules of this tunnel, or those for all."""
        is_other = self._view is None or view.id != self._view.id
        self._view = view
        if is_other:
            self.verdict.hide()
            self.unnamed.hide()
            if self.isVisible():
                self._ask_counts()
        if is_other or view.options.guard != self._guard:
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the rules for all, and what was turned away."""
        super().showEvent(event)
        self._desk.mirror.call(
            lambda client: client.guard.rules(),
            done=self._show_common,
            failed=self._common_failed,
            owner=self,
        )
        self._ask_counts()

    def try_address(self, address: str) -> None:
        """Try that address with the rules in the form."""
        self.address.setText(address)
        self._try()

    def is_edited(self) -> bool:
        """Whether there is something that was not saved."""
        return bool(self._key) and self.form.raw() != self._shown

    @property
    def is_own(self) -> bool:
        """Whether the tunnel's own rules are shown."""
        return bool(self.scope.currentData() == OWN)

    def _fill(self) -> None:
        view = self._view
        if view is None:
            return
        key = str(view.id) if self.is_own else EVERY
        if self.is_edited():
            if key == self._key:
                return
            self._drafts[self._key] = self.form.raw()
        self._key = ""
        self._guard = view.options.guard
        self.form.show_own(is_own=self.is_own)
        self.form.show_guard(self.base)
        self._shown, self._key = self.form.raw(), key
        is_known = self.is_own or self._common is not None
        for part in (self.form, self.save, self.reset, self.trial):
            part.setEnabled(is_known)
        if draft := self._drafts.pop(key, None):
            self.form.put(draft)
        self._say_edited()

    @property
    def base(self) -> Guard:
        """The rules in force of those that are shown."""
        return self._guard if self.is_own else self._common or Guard()

    def _reset(self) -> None:
        if self._view is not None:
            self._guard = self._view.options.guard
        self.form.show_guard(self.base)
        self._shown = self.form.raw()
        self._say_edited()

    def _show_common(self, guard: Guard) -> None:
        is_new = guard != self._common
        self._common = guard
        if is_new and not self.is_own:
            self._fill()

    def _common_failed(self, error: ChmlFrpError) -> None:
        if not self.is_own:
            self._say(told(error), tone="bad")

    def _ask_counts(self) -> None:
        self._desk.mirror.call(
            lambda client: client.guard.traffic(), done=self._show_counts, owner=self
        )

    def _show_counts(self, doors: list[DoorTraffic]) -> None:
        number = self._view.id if self._view else None
        found = next((door for door in doors if door.tunnel == number), None)
        self.form.show_refusals(found.refused if found else {})
        self.unnamed.setVisible(found is not None and not found.names_senders)

    def _say_edited(self) -> None:
        self._say(t("opt.unsaved") if self.is_edited() else "")

    def _say(self, text: str, *, tone: str = "") -> None:
        self.message.setText(text)
        set_tone(self.message, tone)

    # -------------------------------------------------------------------- trying

    def _try(self) -> None:
        view, guard = self._view, self.form.wanted(self.base)
        if view is None or guard is None:
            self._say(t("opt.mend"), tone="bad")
            return
        command = TryRules(
            address=self.address.text().strip(),
            at=self.at.text().strip(),
            guard=guard,
            is_global=not self.is_own,
        )
        self.trial.setEnabled(False)
        self._desk.mirror.call(
            lambda client: client.guard.test_rules(view.id, command),
            done=self._show_verdict,
            failed=lambda error: self._show_tried(told(error), tone="bad"),
            over=lambda: self.trial.setEnabled(True),
            owner=self,
        )

    def _show_verdict(self, verdict: Verdict) -> None:
        who = f"{verdict.address} {verdict.country}".rstrip()
        if verdict.rule is None:
            self._show_tried(t("guard.try.in", who=who), tone="good")
            return
        why = word_rule(verdict.rule) + (f" ({verdict.why})" if verdict.why else "")
        code = "guard.try.out_of_all" if verdict.is_global else "guard.try.out"
        self._show_tried(t(code, who=who, why=why), tone="bad")

    def _show_tried(self, text: str, *, tone: str) -> None:
        self.verdict.setText(text)
        set_tone(self.verdict, tone)
        self.verdict.show()

    # -------------------------------------------------------------------- saving

    def _save(self) -> None:
        view, guard = self._view, self.form.wanted(self.base)
        if view is None or guard is None:
            self._say(t("opt.mend"), tone="bad")
            return
        found = rule_differences(self.base, guard)
        if not found or not self.is_edited():
            self._say(t("tunnels.same"))
            return
        if not DiffDialog.agreed(self, found):
            return
        number, is_own, key = view.id, self.is_own, self._key
        self.save.setEnabled(False)
        self._desk.mirror.call(
            lambda client: save(client, number if is_own else None, guard),
            done=lambda kept: self._saved(key, kept, is_own=is_own),
            failed=self._failed,
            over=lambda: self.save.setEnabled(True),
            owner=self,
        )

    def _saved(self, key: str, kept: Guard, *, is_own: bool) -> None:
        self._drafts.pop(key, None)
        self._desk.toast(t("guard.said.saved"), "", None)
        if not is_own:
            self._common = kept
        if key != self._key:
            return
        if is_own:
            self._guard = kept
        self.form.show_guard(self.base)
        self._shown = self.form.raw()
        self._say("")

    def _failed(self, error: ChmlFrpError) -> None:
        field = error.field
        if field == "country":
            field = "deny_countries" if self.base.deny_countries else "allow_countries"
            error.field = field
        if self.form.fail(error):
            holder = self.form.entries[field]
            QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(holder))
            self._say(t("opt.mend"), tone="bad")
        else:
            self._say(told(error), tone="bad")


async def save(client: ControlClient, number: int | None, guard: Guard) -> Guard:
    """Put the rules in force, of a tunnel or (None) of all; the rest of it stays."""
    fields = {name: getattr(guard, name) for name in FORM_FIELDS}
    if number is None:
        common = await client.guard.rules()
        return await client.guard.set_rules(msgspec.structs.replace(common, **fields))
    options = await client.options(number)
    wanted = msgspec.structs.replace(options.guard, **fields)
    kept = msgspec.structs.replace(options, guard=wanted)
    return (await client.set_options(number, kept)).guard


def rule_differences(before: Guard, after: Guard) -> tuple[Difference, ...]:
    """Return what is different, in words."""
    old, new = dict(word_guard(before)), dict(word_guard(after))
    return tuple(
        Difference(field=field, before=old.get(field), after=new.get(field))
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    )
