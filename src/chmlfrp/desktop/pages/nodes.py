"""The nodes: all of them in a table, and all about the one that is chosen."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QProgressBar, QSplitter

from chmlfrp.control.protocol import NodeView
from chmlfrp.control.survey import NodeMeasured
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import table
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Search, button, label, line
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.nodes.bars import BarDelegate
from chmlfrp.desktop.nodes.detail import NodePanel
from chmlfrp.desktop.nodes.rows import (
    AREA,
    LOAD,
    NAME,
    RIGHTS,
    UPTIME,
    Chosen,
    NodeRows,
    Row,
    Which,
)
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.text import error_text, error_title, t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.node import NodeUptime

SPANS = (7, 30, 90)


class NodesPage(Page):
    """Table and detail; asked for anew each time the page is shown."""

    name = "nodes"
    shown_by = ("0",)

    def build(self) -> None:
        """Put the table beside the detail, filters and the measurement on top."""
        self._wanted = ""
        """What is to be chosen once it is there."""
        self._nodes: Call | None = None
        self._days: Call | None = None
        self._measuring: Call | None = None
        self.rows = NodeRows()
        self.shown = Chosen(self.rows)
        self._build_table()
        self.panel = NodePanel(self.desk)
        self.panel.favourite.clicked.connect(self._favour)
        self.panel.measure.clicked.connect(self._measure_chosen)
        self.panel.hide()
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(self.list)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([620, 340])
        self.stage = Stage(split)
        self._build_filters()
        self._build_progress()
        self.note = label(role="caption", wraps=True)
        self.note.hide()
        self.body.addLayout(self.bar)
        self.body.addWidget(self.note)
        self.body.addWidget(self.stage, 1)

    def _build_table(self) -> None:
        self.list = table(self.shown, t("nodes.list"), wide=NAME)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        bars = BarDelegate(self.list)
        for column in (LOAD, UPTIME):
            self.list.setItemDelegateForColumn(column, bars)
        self.list.setSortingEnabled(True)
        self.list.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
        self.list.selectionModel().selectionChanged.connect(self._show_chosen)
        self.shown.dataChanged.connect(self._show_chosen)

    def _build_filters(self) -> None:
        self.search = Search(t("nodes.search"))
        self.search.textChanged.connect(self._seek)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        QShortcut(QKeySequence.StandardKey.Refresh, self, self.ask)
        self.which = QComboBox()
        self.which.setAccessibleName(t("nodes.which"))
        for which in Which:
            self.which.addItem(t(f"nodes.which.{which}"), which)
        self.which.currentIndexChanged.connect(self._filter)
        self.span = QComboBox()
        self.span.setAccessibleName(t("nodes.span"))
        for days in SPANS:
            self.span.addItem(t("nodes.span.days", n=days), days)
        self.span.setCurrentIndex(1)
        self.span.currentIndexChanged.connect(self._ask_days)
        for widget in (self.which, self.span, self.search):
            self.buttons.addWidget(widget)
        refresh = button("", self.ask, glyph="refresh", hint=t("nodes.refresh"))
        self.buttons.addWidget(refresh)

    def _build_progress(self) -> None:
        self.measure = button(t("nodes.measure_all"), self.measure_all, glyph="start")
        self.progress = QProgressBar()
        self.progress.setAccessibleName(t("nodes.measuring"))
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setMaximumWidth(220)
        self.said = label(role="soft")
        self.cancel = button(t("do.cancel"), self.give_up, role="flat")
        self.bar = line(self.measure, self.progress, self.said, self.cancel, None)
        self._show_measuring(is_on=False)

    # ------------------------------------------------------------ what there is

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is new."""
        super().showEvent(event)
        self.ask()

    def moment(self, moment: Moment | None) -> None:
        """Know which nodes the account may use; another may see other nodes."""
        snapshot = self.desk.mirror.snapshot
        account = snapshot.session.account if snapshot else None
        self.shown.is_member = account is not None and account.is_member
        if self.rows.rows:
            self._show_stage()
        if moment is not None and moment.is_new_session:
            self.ask()

    def standing_moved(self) -> None:
        """Ask again once the daemon is there."""
        if self.desk.mirror.is_live and self.isVisible():
            self.ask()

    def choose(self, what: str) -> None:
        """Choose a node by its place or its name, as soon as it is there."""
        self._wanted = what
        for place in range(self.shown.rowCount()):
            if what in (str(place), self.shown.row_at(place).view.name):
                self._wanted = ""
                self.list.selectRow(place)
                return

    def ask(self) -> None:
        """Ask for the nodes, and then for their days."""
        if self._nodes is not None and not self._nodes.is_over:
            return
        if not self.rows.rows:
            self.stage.show_loading(t("nodes.loading"))
        self._nodes = self.desk.mirror.call(
            lambda client: client.nodes(),
            done=self._show_nodes,
            failed=self._failed,
            owner=self,
        )

    def _show_nodes(self, views: list[NodeView]) -> None:
        chosen = self.chosen()
        self.rows.take_nodes(views)
        online = sum(view.is_online for view in views)
        self.subtitle.setText(t("nodes.count", n=len(views), online=online))
        self.note.hide()
        self._show_stage()
        wanted = self._wanted or (chosen.view.name if chosen else "")
        if wanted:
            self.choose(wanted)
        self._ask_days()

    def _failed(self, error: ChmlFrpError) -> None:
        if self.rows.rows:
            # What was known stays to be seen.
            self._say(whole_error(error))
            return
        self.stage.show_error(
            error_title(error), error_text(error), action=t("do.retry"), do=self.ask
        )

    def _ask_days(self) -> None:
        days = self.span.currentData()
        if self._days is not None:
            self._days.cancel()
        self._days = self.desk.mirror.call(
            lambda client: client.survey.uptime(days=days),
            done=self._show_days,
            failed=lambda e: self._say(t("nodes.uptime.failed", why=whole_error(e))),
            owner=self,
        )

    def _show_days(self, found: list[NodeUptime]) -> None:
        self.rows.take_days(found)

    def _show_stage(self) -> None:
        if self.shown.rowCount():
            self.stage.show_content()
        elif self.rows.rows:
            self.stage.show_empty(
                t("nodes.not_found"), action=t("nodes.show_all"), do=self._show_all
            )
        else:
            self.stage.show_empty(t("nodes.none"), action=t("do.retry"), do=self.ask)

    def _show_all(self) -> None:
        self.search.clear()
        self.which.setCurrentIndex(0)

    def _seek(self, text: str) -> None:
        self.shown.seek(text)
        self._show_stage()

    def _filter(self) -> None:
        self.shown.show_only(self.which.currentData())
        self._show_stage()

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.show()

    # ------------------------------------------------------------ what is chosen

    def chosen(self) -> Row | None:
        """Return the node that is chosen."""
        for index in self.list.selectionModel().selectedRows():
            return self.shown.row_at(index.row())
        return None

    def _show_chosen(self) -> None:
        row = self.chosen()
        if row is not None:
            self.panel.show_row(row)
        self.panel.setVisible(row is not None)
        # What the panel says as well makes room for it.
        for column in (AREA, RIGHTS):
            self.list.setColumnHidden(column, row is not None)

    def _favour(self) -> None:
        row = self.chosen()
        if row is None:
            return
        name, is_favourite = row.view.name, not row.view.is_favourite
        self.desk.mirror.call(
            lambda client: client.survey.favour(name, is_favourite=is_favourite),
            done=lambda _: self._show_favourite(name, is_favourite=is_favourite),
            failed=lambda error: self._say(whole_error(error)),
            owner=self,
        )

    def _show_favourite(self, name: str, *, is_favourite: bool) -> None:
        self.rows.take_favourite(name, is_favourite=is_favourite)
        self._show_stage()

    # ------------------------------------------------------------ what is measured

    def measure_all(self) -> None:
        """Measure every node that is online."""
        self._measure(())

    def give_up(self) -> None:
        """Measure no further; what was measured stays."""
        if self._measuring is not None:
            self._measuring.cancel()
        self._show_measuring(is_on=False)

    def _measure_chosen(self) -> None:
        row = self.chosen()
        if row is not None:
            self._measure((row.view.name,))

    def _measure(self, names: tuple[str, ...]) -> None:
        self.give_up()
        self.note.hide()
        self.progress.setRange(0, 0)
        self.said.setText(t("nodes.measuring"))
        self._show_measuring(is_on=True)
        self._measuring = self.desk.mirror.stream(
            lambda client: client.survey.measure(names),
            self._take_measured,
            failed=lambda error: self._say(whole_error(error)),
            over=lambda: self._show_measuring(is_on=False),
            owner=self,
        )

    def _take_measured(self, found: list[NodeMeasured]) -> None:
        last = found[-1]
        self.progress.setRange(0, last.total)
        self.progress.setValue(last.done)
        self.said.setText(t("nodes.progress", done=last.done, total=last.total))
        self.rows.take_points({one.node: one.point for one in found})

    def _show_measuring(self, *, is_on: bool) -> None:
        self.measure.setEnabled(not is_on)
        self.panel.show_measuring(is_on=is_on)
        for widget in (self.progress, self.said, self.cancel):
            widget.setVisible(is_on)
