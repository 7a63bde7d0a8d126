"""The tunnels: a list of painted rows, and all about the one that is chosen."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListView,
    QSplitter,
)

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Search, button, label, line
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.state import is_running
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.desktop.tunnel.deeds import TunnelDeeds
from chmlfrp.desktop.tunnel.delegate import TunnelDelegate
from chmlfrp.desktop.tunnel.detail import ROOMS, TABS, Detail
from chmlfrp.desktop.tunnel.menu import TunnelMenu
from chmlfrp.desktop.tunnel.rows import Order, TunnelRows
from chmlfrp.local.settings import LoadedSettings, change, load

COUNT_EVERY_MS = 1000


class TunnelsPage(Page):
    """List and detail."""

    name = "tunnels"
    shown_by = tuple(f"0:{tab}" for tab in (*TABS, *ROOMS))

    def build(self) -> None:
        """Put the list beside the detail, search and actions on top."""
        self.rows = TunnelRows()
        self.deeds = TunnelDeeds(self.desk, self.rows, self)
        self._build_list()
        self.detail = Detail(self.desk)
        self.detail.hide()
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(self.list)
        split.addWidget(self.detail)
        split.setSizes([520, 460])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
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
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        for key, action in (
            (Qt.Key.Key_Space, self._switch_chosen),
            (Qt.Key.Key_Delete, partial(self._with_chosen, self.deeds.ask_delete)),
            (Qt.Key.Key_F2, partial(self._with_chosen, self.deeds.ask_remark)),
            ("Ctrl+C", partial(self._with_chosen, self.deeds.copy)),
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
        self.order.currentIndexChanged.connect(self._keep_order)
        self._kept_order = Order.NAME
        self._recall_order()
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
        self.restart = button(
            t("tunnels.restart"),
            lambda: self.deeds.restart(self._chosen_ids()),
            glyph="restart",
        )
        self.delete = button(
            t("do.delete"),
            partial(self._with_chosen, self.deeds.ask_delete),
            glyph="delete",
            role="danger",
        )
        self.more = button(t("menu.more"), self._show_more, glyph="more")
        for_any = (self.start, self.stop, self.restart)
        self._actions = (*for_any, self.delete)
        self.bar = line(*self._actions, self.more, self.chosen, None)
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
        for action in self._actions:
            action.setEnabled(count > 0)
        self.chosen.setText(t("tunnels.chosen", n=count) if count > 1 else "")
        self._show_detail()

    # ------------------------------------------------------------ what is asked

    def _switch(self, number: int) -> None:
        view = self.rows.view(self.rows.row_of(number))
        self.deeds.want([number], is_on=not self.rows.is_wanted(view))

    def _switch_chosen(self) -> None:
        views = self._chosen_views()
        if views:
            is_on = not self.rows.is_wanted(views[0])
            self.deeds.want([view.id for view in views], is_on=is_on)

    def _wish(self, is_on: bool) -> None:
        self.deeds.want(self._chosen_ids(), is_on=is_on)

    def _with_chosen(self, do: Callable[[Sequence[TunnelView]], object]) -> None:
        if views := self._chosen_views():
            do(views)

    def menu(self) -> TunnelMenu:
        """Return the menu of what is chosen."""
        menu = TunnelMenu(self, self._chosen_views(), self.deeds, self.rows)
        menu.add_import(self.desk.import_tunnels)
        return menu

    def _show_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if not self._chosen_ids():
            return
        if not index.isValid():
            index = self.list.currentIndex()
            at = self.list.visualRect(index).center()
        self._pop_up(self.list.viewport().mapToGlobal(at))

    def _show_more(self) -> None:
        self._pop_up(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _pop_up(self, at: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _recall_order(self) -> None:
        path = self.desk.mirror.home.settings_file
        self.desk.mirror.aside(
            lambda: asyncio.to_thread(load, path),
            done=self._recalled,
            owner=self,
        )

    def _recalled(self, loaded: LoadedSettings) -> None:
        if self.order.currentIndex() == 0:
            kept = Order(loaded.settings.ui.tunnel_order)
            self._kept_order = kept
            self.order.setCurrentIndex(self.order.findData(kept))

    def _keep_order(self) -> None:
        order = Order(self.order.currentData())
        if order is self._kept_order:
            return
        self._kept_order = order
        path = self.desk.mirror.home.settings_file
        changes = {"ui.tunnel_order": str(order)}
        self.desk.mirror.aside(
            lambda: asyncio.to_thread(change, path, changes),
            failed=lambda error: self.desk.toast(whole_error(error), "", None),
            owner=self,
        )
