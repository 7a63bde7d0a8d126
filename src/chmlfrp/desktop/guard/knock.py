"""Knock links of a tunnel: what there is, made, copied and revoked."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QLineEdit, QMessageBox, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.control.knock import KnockMade, KnockRevoked, KnockView, OpenPage, PageView
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import table
from chmlfrp.desktop.design.tokens import S
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.guard.knockform import KnockForm
from chmlfrp.desktop.guard.knockrows import KnockRows
from chmlfrp.desktop.text import error_text, error_title, t, told
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.options import TunnelOptions

EVERY_MS = 5000
FRIENDS_HOURS = 12
"""For how long a pass is good that is not a link's, once friends alone may come."""

T = TypeVar("T")
Known = tuple[PageView, list[KnockView]]


class KnockPanel(QWidget):
    """Asks only while it is seen; a link that is shown once stays until it is left."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: TunnelView | None = None
        self._call: Call | None = None
        self.page = PageView()
        self.rows = KnockRows()
        self.list = table(self.rows, t("knock.links"), wide=0)
        self.list.selectionModel().selectionChanged.connect(self._chosen_other)
        self.stage = Stage(self.list)
        self.rule = label(role="soft", wraps=True)
        self.close_it = button(t("knock.friends_only"), self._friends_only)
        self.place = label(role="caption", wraps=True)
        self.message = label(wraps=True)
        self.message.hide()
        self.new = button(t("knock.new"), self.make, glyph="new", role="primary")
        self.copy = button(t("knock.copy"), self._copy_chosen, glyph="copy")
        self.revoke = button(
            t("knock.revoke"), self._ask_revoke, glyph="delete", role="danger"
        )
        self._build_made()
        self._arrange()
        self._asking = QTimer(self, interval=EVERY_MS)
        self._asking.timeout.connect(self.ask)
        self._chosen_other()

    def _build_made(self) -> None:
        self.link = QLineEdit(readOnly=True)
        self.link.setAccessibleName(t("knock.link"))
        self.copy_made = button(t("do.copy"), self._copy_made, glyph="copy")
        self.made = QWidget()
        row = line(self.copy_made, spacing=S)
        row.insertWidget(0, self.link, 1)
        self.once = label(t("knock.once"), "caption", wraps=True)
        self.made.setLayout(column(row, self.once, spacing=S))
        self.made.hide()

    def _arrange(self) -> None:
        body = column(spacing=S, margins=(0, S, 0, 0))
        rule = line(self.close_it)
        rule.insertWidget(0, self.rule, 1)
        body.addLayout(rule)
        body.addWidget(self.place)
        body.addWidget(self.stage, 1)
        body.addWidget(self.made)
        body.addWidget(self.message)
        body.addLayout(line(self.copy, self.revoke, None, self.new))
        self.setLayout(body)
        for key, act in (
            (QKeySequence(Qt.Key.Key_Delete), self._ask_revoke),
            (QKeySequence(QKeySequence.StandardKey.Copy), self._copy_chosen),
        ):
            shortcut = QShortcut(key, self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # --------------------------------------------------------------- what is shown

    def show_view(self, view: TunnelView) -> None:
        """Show the links of this tunnel."""
        is_other = self._view is None or view.id != self._view.id
        self._view = view
        is_closed = view.options.guard.knock_hours is not None
        self.rule.setText(t("knock.closed" if is_closed else "knock.open"))
        set_tone(self.rule, "" if is_closed else "bad")
        self.close_it.setVisible(not is_closed)
        if is_other:
            if self._call is not None:
                self._call.cancel()
            self.rows.take([])
            self.made.hide()
            self.link.clear()
            self._say("")
            self.stage.show_loading(t("loading"))
            if self.isVisible():
                self.ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask from now on."""
        super().showEvent(event)
        self._asking.start()
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more, and show no secret to whoever comes next."""
        super().hideEvent(event)
        self._asking.stop()
        if not event.spontaneous():
            self.made.hide()
            self.link.clear()

    def chosen(self) -> KnockView | None:
        """Return the link that is chosen."""
        for index in self.list.selectionModel().selectedRows():
            return self.rows.rows[index.row()]
        return None

    def ask(self) -> None:
        """Ask where the page is, and for the links."""
        if self._view is None or (self._call is not None and not self._call.is_over):
            return
        self._call = self._desk.mirror.call(
            _known, done=self._show, failed=self._failed, owner=self
        )

    def _show(self, known: Known) -> None:
        view = self._view
        if view is None:
            return
        self.page, links = known
        mine = [link for link in links if view.id in link.tunnels]
        if mine != self.rows.rows:
            chosen = self.chosen()
            self.rows.take(mine)
            for row, link in enumerate(mine):
                if chosen is not None and link.id == chosen.id:
                    self.list.selectRow(row)
        self._say_page()
        if mine:
            self.stage.show_content()
        elif self.page.tunnel is None:
            self._show_unpublished(view)
        else:
            self.stage.show_empty(
                t("knock.none"),
                t("knock.none.how"),
                action=t("knock.new"),
                do=self.make,
            )
        self._chosen_other()

    def _show_unpublished(self, view: TunnelView) -> None:
        node = view.tunnel.node if view.tunnel else ""
        self.stage.show_empty(
            t("knock.unpublished"),
            t("knock.unpublished.how", node=node),
            action=t("knock.publish") if node else "",
            do=self._publish,
        )

    def _say_page(self) -> None:
        page = self.page
        text = t("knock.page", url=page.url, name=page.name) if page.url else ""
        is_blind = page.tunnel is not None and not page.is_guarded
        if is_blind:
            text = t("knock.blind", name=page.name)
        elif page.port is not None and not page.is_open:
            text = t("knock.shut", port=page.port)
        elif page.port is not None and page.tunnel is None:
            text = t("knock.local", host=page.host, port=page.port)
        self.place.setText(text)
        self.place.setVisible(bool(text))

    def _failed(self, error: ChmlFrpError) -> None:
        if self.rows.rows:
            self._say(told(error), tone="bad")
            return
        self.stage.show_error(
            error_title(error), error_text(error), action=t("do.retry"), do=self.ask
        )

    def _chosen_other(self) -> None:
        link = self.chosen()
        self.revoke.setEnabled(link is not None)
        self.copy.setEnabled(link is not None and bool(link.url))
        self.new.setEnabled(self.page.tunnel is not None)

    def _say(self, text: str, *, tone: str = "") -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        set_tone(self.message, tone)

    # ---------------------------------------------------------------- what is done

    def make(self) -> None:
        """Ask how the link shall be, and make it."""
        if self._view is not None:
            KnockForm(self, self._desk, self._view, self._show_made).open()

    def _show_made(self, made: KnockMade) -> None:
        self.link.setText(made.url.reveal() or made.path.reveal())
        self.link.setCursorPosition(0)
        self.once.setVisible(not made.link.has_password)
        self.made.show()
        self._say("")
        self.copy_made.setFocus()
        self.ask()

    def _copy_made(self) -> None:
        self._put(self.link.text())

    def _copy_chosen(self) -> None:
        link = self.chosen()
        if link is not None and link.url:
            self._put(link.url)

    def _put(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._desk.toast(t("knock.copied"), "", None)

    def _ask_revoke(self) -> None:
        link = self.chosen()
        if link is None:
            return
        question = QMessageBox(self)
        question.setText(t("knock.revoke.ask", n=link.admitted))
        yes = question.addButton(t("knock.revoke"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(t("do.cancel"), QMessageBox.ButtonRole.RejectRole)
        question.exec()
        if question.clickedButton() is yes:
            self._act(lambda client: client.knock.revoke(link.id), self._revoked)

    def _revoked(self, done: KnockRevoked) -> None:
        self._desk.toast(t("knock.revoked", n=done.admitted), "", None)
        self.made.hide()
        self.link.clear()

    def _publish(self) -> None:
        view = self._view
        if view is None or view.tunnel is None:
            return
        command = OpenPage(node=view.tunnel.node)
        self.stage.show_loading(t("knock.publishing"))
        self._act(
            lambda client: client.knock.open_page(command),
            lambda page: self._desk.toast(t("knock.published", url=page.url), "", None),
        )

    def _friends_only(self) -> None:
        view = self._view
        if view is None:
            return
        number = view.id

        async def work(client: ControlClient) -> TunnelOptions:
            options = await client.options(number)
            guard = msgspec.structs.replace(
                options.guard, is_on=True, knock_hours=FRIENDS_HOURS
            )
            changed = msgspec.structs.replace(options, guard=guard)
            return await client.set_options(number, changed)

        self._act(work, lambda _: self._desk.toast(t("guard.said.saved"), "", None))

    def _act(
        self, work: Callable[[ControlClient], Awaitable[T]], done: Callable[[T], object]
    ) -> None:
        self._say("")

        def refused(error: ChmlFrpError) -> None:
            self._say(told(error), tone="bad")

        self._desk.mirror.call(
            work, done=done, failed=refused, over=self.ask, owner=self
        )


async def _known(client: ControlClient) -> Known:
    return await client.knock.page(), await client.knock.links()
