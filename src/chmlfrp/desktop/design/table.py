"""Tables of whole rows: a model of any kind of row, and the view of it."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.text import t

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW = 38

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


def table(model: QAbstractItemModel, name: str, *, wide: int) -> QTableView:
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
