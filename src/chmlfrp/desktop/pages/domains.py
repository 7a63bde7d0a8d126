"""The account's names: where each leads, and the tunnels that use it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QMessageBox

from chmlfrp.control.domain import DomainView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import table
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button, label, line
from chmlfrp.desktop.domains.forms import NameForm, as_before, edit_form
from chmlfrp.desktop.domains.rows import DomainRows
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.domain import FreeDomain

TARGET = 2


class DomainsPage(Page):
    """A table; asked for anew each time the page is shown."""

    name = "domains"
    shown_by = ("0",)

    def build(self) -> None:
        """Put what can be done above the table."""
        self._call: Call | None = None
        self._wanted = ""
        """What is to be chosen once it is there."""
        self.rows = DomainRows()
        self.list = table(self.rows, t("domains.list"), wide=TARGET)
        self.list.selectionModel().selectionChanged.connect(self._chosen_other)
        self.list.doubleClicked.connect(self.edit_chosen)
        self.stage = Stage(self.list)
        self.new = button(t("domains.new"), self.take_new, glyph="new", role="primary")
        self.buttons.addWidget(
            button("", self.ask, glyph="refresh", hint=t("domains.refresh"))
        )
        self.buttons.addWidget(self.new)
        self.edit = button(t("domains.edit"), self.edit_chosen, glyph="edit")
        self.copy = button(t("domains.copy"), self.copy_chosen, glyph="copy")
        self.delete = button(
            t("domains.delete"), self.ask_delete, glyph="delete", role="danger"
        )
        self.note = label(role="field-error", wraps=True)
        self.note.hide()
        self.body.addLayout(line(self.edit, self.copy, self.delete, None))
        self.body.addWidget(self.note)
        self.body.addWidget(self.stage, 1)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self.ask)
        for key, act in (
            (QKeySequence(Qt.Key.Key_Delete), self.ask_delete),
            (QKeySequence(Qt.Key.Key_F2), self.edit_chosen),
            (QKeySequence(QKeySequence.StandardKey.Copy), self.copy_chosen),
        ):
            shortcut = QShortcut(key, self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)
        self._chosen_other()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is new."""
        super().showEvent(event)
        self.ask()

    def moment(self, moment: Moment | None) -> None:
        """Know the tunnels by name; a sign-in may bring other names."""
        snapshot = self.desk.mirror.snapshot
        if snapshot is not None:
            self.rows.tunnels = {n: view.name for n, view in snapshot.tunnels.items()}
        if moment is not None and moment.is_new_session:
            self.ask()

    def standing_moved(self) -> None:
        """Ask again once the daemon is there."""
        if self.desk.mirror.is_live and self.isVisible():
            self.ask()

    def choose(self, what: str) -> None:
        """Choose a name by its place or by itself, as soon as it is there."""
        self._wanted = what
        for place, view in enumerate(self.rows.rows):
            if what in (str(place), view.record.name):
                self._wanted = ""
                self.list.selectRow(place)
                return

    def chosen(self) -> DomainView | None:
        """Return the name that is chosen."""
        for index in self.list.selectionModel().selectedRows():
            return self.rows.rows[index.row()]
        return None

    # ------------------------------------------------------------ what there is

    def ask(self) -> None:
        """Ask for the names."""
        if self._call is not None and not self._call.is_over:
            return
        if not self.rows.rows:
            self.stage.show_loading(t("domains.loading"))
        self._call = self.desk.mirror.call(
            lambda client: client.domains.list(),
            done=self._show,
            failed=self._failed,
            owner=self,
        )

    def _show(self, views: list[DomainView]) -> None:
        chosen = self.chosen()
        self.note.hide()
        self.rows.take_views(views)
        self.subtitle.setText(t("domains.count", n=len(views)))
        if views:
            self.stage.show_content()
            wanted = self._wanted or (chosen.record.name if chosen else "")
            if wanted:
                self.choose(wanted)
        else:
            self.stage.show_empty(
                t("domains.none"),
                t("domains.none.how"),
                action=t("domains.new"),
                do=self.take_new,
            )
        self._chosen_other()

    def _failed(self, error: ChmlFrpError) -> None:
        if self.rows.rows:
            # What was known stays to be seen.
            self._say(error)
            return
        self.stage.show_error(
            error_title(error), error_text(error), action=t("do.retry"), do=self.ask
        )

    def _say(self, error: ChmlFrpError) -> None:
        self.note.setText(whole_error(error))
        self.note.show()

    def _chosen_other(self) -> None:
        for action in (self.edit, self.copy, self.delete):
            action.setEnabled(self.chosen() is not None)

    # ------------------------------------------------------------ what is done

    def take_new(self) -> None:
        """Ask which domains there are, and open the form."""
        if not self.new.isEnabled():
            return
        self.new.setEnabled(False)
        self.desk.mirror.call(
            lambda client: client.domains.offers(),
            done=self._open_new,
            failed=self._say,
            over=lambda: self.new.setEnabled(True),
            owner=self,
        )

    def _open_new(self, offers: list[FreeDomain]) -> None:
        self._open(NameForm(self, self.desk, offers, self.rows.tunnels))

    def edit_chosen(self) -> None:
        """Open the form that points the chosen name elsewhere."""
        view = self.chosen()
        if view is not None:
            self._open(edit_form(self, self.desk, view, self.rows.tunnels))

    def _open(self, dialog: QDialog) -> None:
        dialog.accepted.connect(self.ask)
        dialog.open()

    def copy_chosen(self) -> None:
        """Put the chosen name on the clipboard."""
        view = self.chosen()
        if view is not None:
            QGuiApplication.clipboard().setText(view.record.name)
            self.desk.toast(t("domains.copied", name=view.record.name), "", None)

    def ask_delete(self) -> None:
        """Give the chosen name back, after asking."""
        view = self.chosen()
        if view is None:
            return
        ask = QMessageBox(self)
        ask.setIcon(QMessageBox.Icon.Warning)
        ask.setWindowTitle(t("domains.delete"))
        ask.setText(t("domains.delete.ask", name=view.record.name))
        tunnels = ", ".join(self.rows.tunnels.get(i, str(i)) for i in view.used_by)
        said = "domains.delete.used" if tunnels else "domains.delete.free"
        ask.setInformativeText(t(said, tunnels=tunnels))
        role = QMessageBox.ButtonRole
        ask.addButton(t("domains.delete"), role.DestructiveRole)
        ask.setDefaultButton(ask.addButton(t("do.cancel"), role.RejectRole))
        ask.buttonClicked.connect(
            lambda b: (
                self._delete(view)
                if ask.buttonRole(b) is role.DestructiveRole
                else None
            )
        )
        ask.open()

    def _delete(self, view: DomainView) -> None:
        record = view.record

        def done(_: object) -> None:
            said = t("domains.deleted", name=record.name)
            self.desk.toast(said, t("do.undo"), lambda: self._undo(view))
            self.ask()

        self.desk.mirror.call(
            lambda client: client.domains.delete(record.domain, record.record),
            done=done,
            failed=self._say,
            owner=self,
        )

    def _undo(self, view: DomainView) -> None:
        self.desk.mirror.call(
            lambda client: client.domains.create(as_before(view)),
            done=lambda _: self.ask(),
            failed=self._say,
            owner=self,
        )
