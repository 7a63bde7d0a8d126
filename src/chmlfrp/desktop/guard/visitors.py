"""The list of visitors: live and remembered, and what can be done about each."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QMessageBox,
    QWidget,
)

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import S
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import (
    Search,
    button,
    column,
    label,
    line,
    set_tone,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.guard import deeds
from chmlfrp.desktop.guard.delegate import PersonDelegate
from chmlfrp.desktop.guard.export import export
from chmlfrp.desktop.guard.people import People
from chmlfrp.desktop.guard.person import (
    Order,
    Person,
    Seen,
    Which,
    of_tunnel,
)
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError

EVERY_MS = 2000
MOST = 2000
"""Visitors that are asked for, those who came last."""
BLOCKS_MIN = (10, 60, 24 * 60, 30 * 24 * 60)
PASSES_H = (1, 12, 7 * 24)


class VisitorsPanel(QWidget):
    """Asks only while it is seen; what is chosen stays chosen as rows move."""

    def __init__(self, desk: Desk, *, try_address: Callable[[str], object]) -> None:
        super().__init__()
        self._desk = desk
        self._try_address = try_address
        self._view: TunnelView | None = None
        self._call: Call | None = None
        self._with_names = False
        self.people = People()
        self._build_list()
        self._build_actions()
        body = column(spacing=S, margins=(0, S, 0, 0))
        top = line(self.which)
        top.insertWidget(0, self.search, 1)
        top.addWidget(self.more)
        body.addLayout(top)
        body.addWidget(self.counts)
        body.addWidget(self.unnamed)
        self.stage = Stage(self.list)
        body.addWidget(self.stage, 1)
        body.addLayout(line(self.block, self.lift, None))
        self.setLayout(body)
        self._asking = QTimer(self, interval=EVERY_MS)
        self._asking.timeout.connect(self.ask)
        self.stage.show_loading(t("loading"))
        self._selected()

    # ------------------------------------------------------------------- making

    def _build_list(self) -> None:
        self.list = QListView()
        self.list.setModel(self.people)
        self.list.setAccessibleName(t("guard.visitors"))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.delegate = PersonDelegate(self.people)
        self.list.setItemDelegate(self.delegate)
        self.list.selectionModel().selectionChanged.connect(self._selected)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        keys: tuple[tuple[QKeySequence, Callable[[], object]], ...] = (
            (QKeySequence(Qt.Key.Key_B), lambda: self._block(60)),
            (QKeySequence(Qt.Key.Key_L), self._lift),
            (QKeySequence(QKeySequence.StandardKey.Copy), self._copy),
            (QKeySequence(Qt.Key.Key_Delete), self._ask_forget_chosen),
        )
        for key, action in keys:
            shortcut = QShortcut(key, self.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(action)

    def _build_actions(self) -> None:
        self.search = Search(t("guard.search"))
        self.search.setMaximumWidth(16777215)
        self.search.setMinimumWidth(110)
        self.search.textChanged.connect(self._sift)
        self.which = Choice()
        self.which.setAccessibleName(t("guard.which"))
        for which in Which:
            self.which.addItem(t(f"guard.which.{which}"), which)
        self.which.currentIndexChanged.connect(lambda _: self._sift())
        self.more = button("", glyph="more", role="tool", hint=t("guard.more"))
        self.more.clicked.connect(
            lambda: self.more_menu().exec(
                self.more.mapToGlobal(QPoint(0, self.more.height()))
            )
        )
        self.counts = label(role="caption")
        self.unnamed = label(t("guard.unnamed"), wraps=True)
        set_tone(self.unnamed, "busy")
        self.unnamed.hide()
        self.block = button(
            t("guard.block"),
            lambda: self._block(60),
            glyph="block",
            role="danger",
            hint=t("guard.block.key"),
        )
        self.lift = button(
            t("guard.lift"), self._lift, glyph="admit", hint=t("guard.lift.key")
        )

    def menu(self) -> QMenu:
        """Return what can be done about those who are chosen."""
        people = self.chosen()
        menu = QMenu(self)
        blocks = menu.addMenu(t("guard.block_for"))
        for minutes in BLOCKS_MIN:
            blocks.addAction(
                t(f"guard.block_for.{minutes}"), partial(self._block, minutes)
            )
        menu.addAction(t("guard.deny"), self._deny)
        lift = menu.addAction(t("guard.lift"), self._lift)
        lift.setEnabled(any(p.turned or p.has_pass for p in people))
        passes = menu.addMenu(t("guard.admit"))
        for hours in PASSES_H:
            passes.addAction(t(f"guard.admit.{hours}"), partial(self._admit, hours))
        passes.setEnabled(self._asks_knock())
        menu.addSeparator()
        menu.addAction(t("guard.copy"), self._copy)
        if len(people) == 1:
            address = people[0].address
            menu.addAction(t("guard.try_it"), lambda: self._try_address(address))
        menu.addAction(t("guard.forget_chosen"), self._ask_forget_chosen)
        return menu

    def more_menu(self) -> QMenu:
        """Return what can be done about the list."""
        menu = QMenu(self)
        for order in Order:
            action = menu.addAction(
                t(f"guard.order.{order}"), partial(self.people.sort_by, order)
            )
            action.setCheckable(True)
            action.setChecked(order is self.people.order)
        menu.addSeparator()
        names = menu.addAction(t("guard.names"))
        names.setCheckable(True)
        names.setChecked(self._with_names)
        names.toggled.connect(self._name_them)
        menu.addSeparator()
        menu.addAction(t("guard.export"), lambda: self._export(is_masked=True))
        menu.addAction(t("guard.export.whole"), lambda: self._export(is_masked=False))
        menu.addAction(t("guard.forget"), self._ask_forget)
        return menu

    # ------------------------------------------------------------- what is known

    def show_view(self, view: TunnelView) -> None:
        """Show the visitors of this tunnel."""
        is_other = self._view is None or view.id != self._view.id
        self._view = view
        if is_other:
            if self._call is not None:
                self._call.cancel()
            self.people.clear()
            self.counts.clear()
            self.unnamed.hide()
            self.stage.show_loading(t("loading"))
            if self.isVisible():
                self.ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask from now on."""
        super().showEvent(event)
        self._asking.start()
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more."""
        self._asking.stop()
        super().hideEvent(event)

    def ask(self) -> None:
        """Ask who came and how they stand, unless that is being asked."""
        view = self._view
        if view is None or (self._call is not None and not self._call.is_over):
            return
        number, with_names = view.id, self._with_names

        async def work(client: ControlClient) -> Seen:
            visitors = await client.guard.visitors(
                tunnel=number, with_names=with_names, most=MOST
            )
            standings = await client.guard.standings()
            doors = await client.guard.traffic()
            return of_tunnel(number, time.time(), visitors, standings, doors)

        self._call = self._desk.mirror.call(
            work, done=self._show, failed=self._failed, owner=self
        )

    def _show(self, seen: Seen) -> None:
        self.people.take(seen)
        door = seen.door
        inside = sum(view.open for view in seen.visitors)
        refused = sum(door.refused.values()) if door else 0
        self.unnamed.setVisible(door is not None and not door.names_senders)
        self.counts.setText(
            t("guard.counts", inside=inside, n=self.people.count, refused=refused)
        )
        self._show_stage()
        self._selected()

    def _show_stage(self) -> None:
        if self.people.rowCount():
            self.stage.show_content()
        elif self.people.count:
            self.stage.show_empty(
                t("guard.not_found"), action=t("guard.show_all"), do=self._show_all
            )
        else:
            self.stage.show_empty(t("guard.nobody"), t("guard.nobody.how"))

    def _failed(self, error: ChmlFrpError) -> None:
        self.stage.show_error(
            error_title(error), error_text(error), action=t("do.retry"), do=self.ask
        )

    def _sift(self, _: str = "") -> None:
        self.people.seek(self.search.text())
        self.people.show_only(Which(self.which.currentData()))
        if self.people.at:
            self._show_stage()

    def _show_all(self) -> None:
        self.search.clear()
        self.which.setCurrentIndex(0)

    def _name_them(self, is_on: bool) -> None:
        self._with_names = is_on
        self.ask()

    # ------------------------------------------------------------- what is chosen

    def chosen(self) -> list[Person]:
        """Return who is chosen."""
        indexes = self.list.selectionModel().selectedIndexes()
        return [self.people.person(index) for index in indexes]

    def _selected(self) -> None:
        people = self.chosen()
        self.block.setEnabled(bool(people))
        self.lift.setEnabled(any(p.turned or p.has_pass for p in people))

    def _open_menu(self, place: QPoint) -> None:
        if self.chosen():
            self.menu().exec(self.list.viewport().mapToGlobal(place))

    def _asks_knock(self) -> bool:
        view = self._view
        return view is not None and view.options.guard.knock_hours is not None

    # ------------------------------------------------------------- what is asked

    def _do(
        self, work: Callable[[ControlClient, int], Awaitable[Any]], said: str
    ) -> None:
        view = self._view
        if view is None:
            return

        def done(_: object) -> None:
            self._desk.toast(said, "", None)
            self.ask()

        self._desk.mirror.call(
            lambda client: work(client, view.id),
            done=done,
            failed=lambda error: self._desk.toast(whole_error(error), "", None),
            owner=self,
        )

    def _block(self, minutes: int) -> None:
        addresses = self._addresses()
        if not addresses:
            return
        for_so_long = t(f"guard.block_for.{minutes}")
        self._do(
            partial(deeds.block, addresses=addresses, minutes=minutes),
            t("guard.said.blocked", n=len(addresses), span=for_so_long),
        )

    def _lift(self) -> None:
        people = [p for p in self.chosen() if p.turned or p.has_pass]
        if people:
            said = t("guard.said.lifted", n=len(people))
            self._do(partial(deeds.lift, people=people), said)

    def _admit(self, hours: int) -> None:
        addresses = self._addresses()
        self._do(
            partial(deeds.admit, addresses=addresses, hours=hours),
            t("guard.said.admitted", n=len(addresses)),
        )

    def _deny(self) -> None:
        addresses = self._addresses()
        self._do(
            partial(deeds.deny, addresses=addresses),
            t("guard.said.denied", n=len(addresses)),
        )

    def _addresses(self) -> list[str]:
        return [person.address for person in self.chosen()]

    def _copy(self) -> None:
        addresses = self._addresses()
        if addresses:
            QGuiApplication.clipboard().setText("\n".join(addresses))
            self._desk.toast(t("said.copied", text=addresses[0]), "", None)

    def _ask_forget_chosen(self) -> None:
        addresses = self._addresses()
        question = t("guard.forget_chosen.ask", n=len(addresses))
        if addresses and is_sure(self, question):
            self._do(
                partial(deeds.forget, addresses=addresses), t("guard.said.forgotten")
            )

    def _ask_forget(self) -> None:
        if is_sure(self, t("guard.forget.ask")):
            self._do(
                lambda client, number: client.guard.forget(tunnel=number),
                t("guard.said.forgotten"),
            )

    def _export(self, *, is_masked: bool) -> None:
        export(self, self._desk, self.people.shown(), is_masked=is_masked)


def is_sure(parent: QWidget, question: str) -> bool:
    """Ask before something is deleted."""
    ask = QMessageBox(parent)
    ask.setIcon(QMessageBox.Icon.Warning)
    ask.setWindowTitle(t("do.delete"))
    ask.setText(question)
    role = QMessageBox.ButtonRole
    do = ask.addButton(t("do.delete"), role.DestructiveRole)
    leave = ask.addButton(t("do.cancel"), role.RejectRole)
    ask.setDefaultButton(leave)
    ask.exec()
    return ask.clickedButton() is do
