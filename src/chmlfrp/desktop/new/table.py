"""The tables of the guide: what listens here, and the nodes."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from chmlfrp.control.protocol import NodeView
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.new.look import Found
from chmlfrp.desktop.text import t
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.words.node import word_latency

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW = 38
FULL_PERCENT = 95.0

T = TypeVar("T")


class Rows(QAbstractTableModel, Generic[T]):
    """Rows of a kind; some may not be taken."""

    columns: tuple[str, ...] = ()
    """Codes of their titles."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[T] = []

    def take(self, rows: Sequence[T]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def cell(self, row: T, column: int) -> str:
        """Return what stands there."""
        raise NotImplementedError

    def can_take(self, row: T) -> bool:
        """Whether it may be chosen."""
        return True

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """Return how many columns there are."""
        return len(self.columns)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a column's title."""
        is_title = orientation == Qt.Orientation.Horizontal
        if is_title and role == Qt.ItemDataRole.DisplayRole:
            return t(self.columns[section])
        if is_title and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tool tip and colour."""
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cell(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and not self.can_take(row):
            return QColor(tokens().text_faint)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether it can be chosen."""
        if index.isValid() and not self.can_take(self.rows[index.row()]):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class FoundRows(Rows[Found]):
    """What listens here."""

    columns = ("new.service.what", "new.service.where", "new.service.fit")

    def cell(self, row: Found, column: int) -> str:
        """Return a world's or program's name, where it is, and whether it fits."""
        if column == 1:
            return f"{row.host}:{row.port}"
        if column == 2:
            return t("new.service.fits") if row.fits else ""
        return found_name(row)


class NodeRow:
    """A node with what is thought of it, and why it cannot be had."""

    def __init__(
        self, view: NodeView, advice: Recommendation | None, why_not: str
    ) -> None:
        self.view, self.advice, self.why_not = view, advice, why_not


class NodeRows(Rows[NodeRow]):
    """All nodes, the recommended ones first."""

    columns = (
        "new.node.name",
        "new.node.area",
        "new.node.latency",
        "new.node.load",
        "new.node.note",
    )

    def cell(self, row: NodeRow, column: int) -> str:
        """Return one of its facts."""
        view = row.view
        if column == 0:
            return view.name
        if column == 1:
            return view.area
        if column == 2:
            return word_latency(view.latency_ms)
        if column == 3:
            return f"{view.bandwidth_percent:.0f} %" if view.is_online else ""
        if row.why_not:
            return row.why_not
        return t("new.node.vip") if view.is_vip else ""

    def can_take(self, row: NodeRow) -> bool:
        """Whether this account may have such a tunnel there."""
        return not row.why_not


def node_rows(
    nodes: Sequence[NodeView],
    advice: Sequence[Recommendation],
    kind: TunnelType,
    *,
    is_member: bool,
) -> list[NodeRow]:
    """Return the nodes: recommended, then others that can be had, then the rest."""
    order = {one.node: place for place, one in enumerate(advice)}
    by_name = {one.node: one for one in advice}
    rows = [
        NodeRow(view, by_name.get(view.name), why_not(view, kind, is_member=is_member))
        for view in nodes
    ]
    last = len(order)
    return sorted(
        rows,
        key=lambda r: (bool(r.why_not), order.get(r.view.name, last), r.view.name),
    )


def why_not(node: NodeView, kind: TunnelType, *, is_member: bool) -> str:
    """Return why the node cannot carry such a tunnel of this account, empty if it can."""
    if not node.is_online:
        return t("new.node.offline")
    if node.is_vip and not is_member:
        return t("new.node.members")
    if kind is TunnelType.UDP and node.allows_udp is False:
        return t("new.node.no_udp")
    if kind.is_web and node.allows_web is False:
        return t("new.node.no_web")
    return ""


def found_name(found: Found) -> str:
    """Return what people call it."""
    if found.world:
        return t("new.service.world", name=found.world)
    return found.program or t("new.service.nameless")


def table(model: QAbstractTableModel, name: str, *, wide: int) -> QTableView:
    """Return a table of whole rows, one of which can be chosen; `wide` takes the room."""
    view = QTableView()
    view.setModel(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(ROW)
    head = view.horizontalHeader()
    head.setAccessibleName(name)
    head.setHighlightSections(False)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return view
