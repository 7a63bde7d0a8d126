"""The tunnels: a list of painted rows, and all about the one that is chosen."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListView,
    QMessageBox,
    QSplitter,
)

from chmlfrp.control.archive import RestoreTunnel
from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Search, button, label, line
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.state import is_running
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.desktop.tunnel.delegate import TunnelDelegate
from chmlfrp.desktop.tunnel.detail import TABS, Detail
from chmlfrp.desktop.tunnel.rows import Order, TunnelRows
from chmlfrp.errors import ChmlFrpError, NotFound
from chmlfrp.model.tunnel import Tunnel

COUNT_EVERY_MS = 1000


class TunnelsPage(Page):
    """List and detail."""

    name = "tunnels"
    shown_by = tuple(f"0:{tab}" for tab in TABS)

    def build(self) -> None:
        """Put the list beside the detail, search and actions on top."""
        self.rows = TunnelRows()
        self._build_list()
        self.detail = Detail(self.desk)
        self.detail.hide()
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(self.list)
        split.addWidget(self.detail)
        split.setSizes([560, 400])
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self.stage = Stage(split)
        self._build_actions()
        self.body.addLayout(self.bar)
        self.body.addWidget(self.stage, 1)
        self._counting = QTimer(self, interval=COUNT_EVERY_MS)
        self._counting.timeout.connect(self._count_down)

    def _build_list(self) -> None:
        self.list = QListView()
        self.list.setModel(self.rows)
        self.list.setAccessibleName(self.page_title())
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setMinimumWidth(300)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.delegate = TunnelDelegate(self.rows, self.desk.mirror)
        self.delegate.switched.connect(self._switch)
        self.list.setItemDelegate(self.delegate)
        self.list.selectionModel().selectionChanged.connect(self._selected)
        for key, action in (
            (Qt.Key.Key_Space, self._switch_chosen),
            (Qt.Key.Key_Delete, self._ask_delete),
        ):
            shortcut = QShortcut(QKeySequence(key), self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(action)

    def _build_actions(self) -> None:
        self.search = Search(t("tunnels.search"))
        self.search.textChanged.connect(self._seek)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        self.order = QComboBox()
        self.order.setAccessibleName(t("tunnels.order"))
        for order in Order:
            self.order.addItem(t(f"tunnels.order.{order}"), order)
        self.order.currentIndexChanged.connect(self._sort)
        self.buttons.addWidget(self.order)
        self.buttons.addWidget(self.search)
        self.new = button(
            t("new.title"),
            self.desk.new_tunnel,
            glyph="new",
            role="primary",
            hint=t("new.key"),
        )
        self.buttons.addWidget(self.new)
        self.chosen = label(role="soft")
        self.start = button(
            t("tunnels.start"), partial(self._wish, True), glyph="start"
        )
        self.stop = button(t("tunnels.stop"), partial(self._wish, False), glyph="stop")
        self.restart = button(t("tunnels.restart"), self._restart, glyph="restart")
        self.delete = button(
            t("do.delete"), self._ask_delete, glyph="delete", role="danger"
        )
        self.bar = line(
            self.start, self.stop, self.restart, self.delete, self.chosen, None
        )
        self._selected()

    # ------------------------------------------------------------ what there is

    def standing_moved(self) -> None:
        """Say what is waited for when nothing is known yet."""
        if self.isVisible():
            self.moment(None)

    def moment(self, moment: Moment | None) -> None:
        """Show what there is now."""
        snapshot = self.desk.mirror.snapshot
        if snapshot is None:
            self.stage.show_loading(t("loading.daemon"))
            return
        self.rows.take(snapshot, None if moment is None else moment.changed)
        up = sum(map(is_running, self.desk.mirror.summaries.values()))
        self.subtitle.setText(t("tunnels.count", n=len(snapshot.tunnels), up=up))
        self._counting.start() if self.rows.waiting else self._counting.stop()
        self._show_stage()
        self._show_detail()

    def choose(self, what: str) -> None:
        """Choose a tunnel by its number, as `7` or `7:log`."""
        number, _, tab = what.partition(":")
        index = self.rows.row_of(int(number))
        if not index.isValid():
            return
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, flags)
        self.list.scrollTo(index)
        if tab:
            self.detail.show_tab(tab)

    def hideEvent(self, event: QHideEvent) -> None:
        """Read no logs that nobody sees."""
        self.detail.close_streams()
        super().hideEvent(event)

    def _show_stage(self) -> None:
        snapshot = self.desk.mirror.snapshot
        if self.rows.rowCount():
            self.stage.show_content()
        elif snapshot is not None and snapshot.tunnels:
            self.stage.show_empty(
                t("tunnels.not_found"),
                action=t("tunnels.search.clear"),
                do=self.search.clear,
            )
        elif snapshot is not None and snapshot.session.account is None:
            self.stage.show_empty(
                t("account.none"),
                t("overview.sign_in"),
                action=t("account.log_in"),
                do=lambda: self.desk.go("account", ""),
            )
        else:
            self.stage.show_empty(
                t("tunnels.none"),
                t("tunnels.none.how"),
                action=t("new.title"),
                do=self.desk.new_tunnel,
            )

    def _show_detail(self) -> None:
        views = self._chosen_views()
        if len(views) == 1:
            self.detail.show_view(views[0])
        self.detail.setVisible(len(views) == 1)

    def _count_down(self) -> None:
        """Paint the seconds to the next try anew."""
        if self.isVisible():
            for number in self.rows.waiting:
                self.list.update(self.rows.row_of(number))

    def _seek(self, text: str) -> None:
        self.rows.seek(text)
        self._show_stage()

    def _sort(self) -> None:
        self.rows.sort_by(self.order.currentData())

    # ------------------------------------------------------------ what is chosen

    def _chosen_views(self) -> list[TunnelView]:
        return [self.rows.view(i) for i in self.list.selectionModel().selectedRows()]

    def _chosen_ids(self) -> list[int]:
        return [view.id for view in self._chosen_views()]

    def _selected(self) -> None:
        count = len(self._chosen_ids())
        for action in (self.start, self.stop, self.restart, self.delete):
            action.setEnabled(count > 0)
        self.chosen.setText(t("tunnels.chosen", n=count) if count > 1 else "")
        self._show_detail()

    # ------------------------------------------------------------ what is asked

    def _switch(self, number: int) -> None:
        view = self.rows.view(self.rows.row_of(number))
        self._want([number], is_on=not self.rows.is_wanted(view))

    def _switch_chosen(self) -> None:
        views = self._chosen_views()
        if views:
            self._want(
                [view.id for view in views], is_on=not self.rows.is_wanted(views[0])
            )

    def _wish(self, is_on: bool) -> None:
        self._want(self._chosen_ids(), is_on=is_on)

    def _want(self, ids: Sequence[int], *, is_on: bool) -> None:
        self.rows.wish(ids, is_on=is_on)

        async def ask(client: ControlClient) -> None:
            await (client.start(ids) if is_on else client.stop(ids))

        def failed(error: ChmlFrpError) -> None:
            self.rows.unwish(ids)
            self._say_failed(error)

        def done(_: None) -> None:
            snapshot = self.desk.mirror.snapshot
            if snapshot is not None:
                self.rows.take(snapshot, ids)

        self.desk.mirror.call(ask, done=done, failed=failed, owner=self)

    def _restart(self) -> None:
        ids = self._chosen_ids()
        self.desk.mirror.call(
            lambda client: client.restart(ids), failed=self._say_failed, owner=self
        )

    def _ask_delete(self) -> None:
        views = self._chosen_views()
        if not views:
            return
        ask = QMessageBox(self)
        ask.setIcon(QMessageBox.Icon.Warning)
        ask.setWindowTitle(t("do.delete"))
        names = ", ".join(view.name for view in views[:8])
        ask.setText(t("tunnels.delete.ask", n=len(views), names=names))
        ask.setInformativeText(t("tunnels.delete.undo"))
        role = QMessageBox.ButtonRole
        delete = ask.addButton(t("do.delete"), role.DestructiveRole)
        keep = ask.addButton(t("do.cancel"), role.RejectRole)
        ask.setDefaultButton(keep)
        ask.exec()
        if ask.clickedButton() is delete:
            self.delete_tunnels([view.id for view in views])

    def delete_tunnels(self, ids: Sequence[int]) -> None:
        """Delete them and offer to make them again."""

        async def ask(client: ControlClient) -> list[int]:
            for number in ids:
                await client.delete(number)
            gone = set(ids)
            kept = await client.archive.deleted()
            return [one.number for one in kept if one.tunnel.id in gone][: len(ids)]

        def done(numbers: list[int]) -> None:
            said = t("tunnels.deleted", n=len(ids))
            if numbers:
                self.desk.toast(said, t("do.undo"), lambda: self._undo(numbers))
            else:
                self.desk.toast(said, "", None)

        self.desk.mirror.call(ask, done=done, failed=self._say_failed, owner=self)

    def _undo(self, numbers: Sequence[int]) -> None:
        async def ask(client: ControlClient) -> list[Tunnel]:
            kept = {one.number: one for one in await client.archive.deleted()}
            made = []
            for number in numbers:
                if number not in kept:
                    raise NotFound(f"the archive has no number {number}")
                command = RestoreTunnel(start=kept[number].was_wanted)
                made.append(await client.archive.restore(number, command))
            return made

        def done(made: list[Tunnel]) -> None:
            names = ", ".join(tunnel.name for tunnel in made)
            self.desk.toast(t("tunnels.restored", names=names), "", None)

        self.desk.mirror.call(ask, done=done, failed=self._say_failed, owner=self)

    def _say_failed(self, error: ChmlFrpError) -> None:
        self.desk.toast(whole_error(error), "", None)
