"""The other accounts that are signed in: one step to each, and to one more."""

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QVBoxLayout, QWidget

from chmlfrp.control.protocol import KnownAccount, SessionView
from chmlfrp.desktop.account.avatar import Avatar
from chmlfrp.desktop.account.form import failure
from chmlfrp.desktop.design.tokens import M
from chmlfrp.desktop.design.widgets import Card, Elided, button, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError


class OthersCard(Card):
    """A row for each account; `add` is what the button for one more does."""

    def __init__(self, desk: Desk, *, add: Callable[[], object] | None = None) -> None:
        super().__init__(t("account.others"))
        self.desk = desk
        self._shown: tuple[KnownAccount, ...] | None = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(M)
        self.what = label(t("account.others.what"), "caption", wraps=True)
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self.body.addWidget(self.what)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.error)
        if add is not None:
            self.add = button(t("account.others.add"), add, glyph="new")
            self.body.addLayout(line(self.add, None))

    def show_session(self, session: SessionView) -> None:
        """Show who else is signed in."""
        if session.others == self._shown:
            return
        self._shown = session.others
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.deleteLater()
        for one in session.others:
            self._rows.addWidget(self._row(one))

    def _row(self, one: KnownAccount) -> QWidget:
        face = Avatar(side=32)
        face.show_name(one.name)
        name = Elided(one.name)
        use = button(t("account.others.use"), lambda: self._use(one))
        use.setAccessibleName(t("account.others.use.name", name=one.name))
        forget = button(t("account.others.forget"), lambda: self._ask(one), role="flat")
        forget.setAccessibleName(t("account.others.forget.name", name=one.name))
        row = line(face, spacing=M)
        row.addWidget(name, 1)
        row.addWidget(use)
        row.addWidget(forget)
        row.setContentsMargins(0, 0, 0, 0)
        holder = QWidget()
        holder.setLayout(row)
        return holder

    def _use(self, one: KnownAccount) -> None:
        self.setEnabled(False)
        self.desk.mirror.call(
            lambda client: client.account.use(one.id),
            failed=self._say_error,
            over=lambda: self.setEnabled(True),
            owner=self,
        )

    def _ask(self, one: KnownAccount) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(t("account.others.forget"))
        box.setText(t("account.others.forget.ask", name=one.name))
        sure = box.addButton(
            t("account.others.forget"), QMessageBox.ButtonRole.DestructiveRole
        )
        sure.clicked.connect(lambda: self._forget(one))
        box.addButton(t("do.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.open()

    def _forget(self, one: KnownAccount) -> None:
        self.desk.mirror.call(
            lambda client: client.account.forget(one.id),
            failed=self._say_error,
            owner=self,
        )

    def _say_error(self, error: ChmlFrpError) -> None:
        self.error.setText(failure(error))
        self.error.show()
