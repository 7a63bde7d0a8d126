"""Last: all of it once more, with a name."""

from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit

from chmlfrp.desktop.design.tokens import XL, M
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import Card, label
from chmlfrp.desktop.new.draft import Way, a_name
from chmlfrp.desktop.new.parts import Field, worded
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.new.warn import danger, show_warning
from chmlfrp.desktop.text import error_title, t
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.words.guard import word_guard


class ReviewStep(Step):
    """What will be made."""

    name = "review"
    fields = frozenset({"name"})

    def build(self) -> None:
        """Put the answers in two columns, the name below."""
        card = Card()
        self.lines = {
            part: label(wraps=True)
            for part in ("share", "service", "node", "port", "address")
        }
        form = QFormLayout()
        form.setHorizontalSpacing(XL)
        form.setVerticalSpacing(M)
        for part, value in self.lines.items():
            form.addRow(label(t(f"new.review.{part}"), "soft"), value)
        card.body.addLayout(form)
        self.tunnel = QLineEdit()
        self.tunnel.setMaxLength(64)
        self.tunnel_field = Field(t("new.name"), self.tunnel, hint=t("new.name.hint"))
        self.tunnel.textEdited.connect(self.tunnel_field.clear)
        self.warning = Banner()
        self.warning.action.hide()
        self.body.addWidget(card)
        self.body.addWidget(self.warning)
        self.rules = QCheckBox()
        self.rules.toggled.connect(self._take_rules)
        self.body.addWidget(self.rules)
        self.body.addWidget(self.tunnel_field)
        self.body.addStretch(1)

    def enter(self) -> None:
        """Show the answers."""
        draft = self.draft
        if not draft.name:
            draft.name = a_name(draft.share, self._taken())
        self.tunnel.setText(draft.name)
        local = f"{draft.local_host}:{draft.local_port}"
        if draft.service:
            local = t("new.review.found", what=draft.service, where=local)
        said = {
            "share": t(f"new.share.{draft.share}"),
            "service": local,
            "node": draft.node,
            "port": self._port(),
            "address": self._address(),
        }
        for part, text in said.items():
            self.lines[part].setText(text)
        show_warning(self.warning, danger(draft.exposed))
        self.rules.setVisible(draft.rules is not None)
        if draft.rules is not None:
            self.rules.setText(t("new.rules", rules=word_guard(draft.rules)))
            self.rules.setAccessibleName(self.rules.text())
            self.rules.setChecked(draft.takes_rules)
        self.tunnel.setFocus()
        self.tunnel.selectAll()

    def leave(self) -> bool:
        """Take the name."""
        self.tunnel_field.clear()
        name = self.tunnel.text().strip()
        if name in self._taken():
            self.tunnel_field.fail(t("new.name.taken"))
            return False
        self.draft.name = name
        try:
            self.draft.check()
        except InvalidInput as exc:
            self.tunnel_field.fail(error_title(exc))
            return False
        return True

    def _take_rules(self, is_on: bool) -> None:
        self.draft.takes_rules = is_on

    def show_error(self, error: ChmlFrpError) -> None:
        """Show it at the name."""
        self.tunnel_field.fail(worded(error))

    def _taken(self) -> set[str]:
        snapshot = self.desk.mirror.snapshot
        return {view.name for view in snapshot.tunnels.values()} if snapshot else set()

    def _port(self) -> str:
        draft = self.draft
        if draft.kind.is_web:
            return draft.kind.upper()
        port = draft.remote_port or t("new.port.any")
        return f"{draft.kind.upper()} · {port}"

    def _address(self) -> str:
        draft = self.draft
        if draft.way is Way.FREE and draft.wants_srv:
            return t("new.review.srv", name=draft.address)
        if draft.kind.is_web or draft.remote_port:
            return draft.address
        return t("new.review.later", host=draft.address)
