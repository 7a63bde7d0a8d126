"""The nodes as rows: what stands in each, how they are sorted and filtered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec
from PySide6.QtCore import QSortFilterProxyModel, Qt

from chmlfrp.control.protocol import NodeView
from chmlfrp.desktop.design.table import NOWHERE, Index, Rows
from chmlfrp.desktop.text import t
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.model.node import NodeUptime
from chmlfrp.words.node import word_latency, word_point

BARS_ROLE = Qt.ItemDataRole.UserRole
"""Percents to paint: one is a bar that is filled so far, several are days."""
NAME, AREA, RIGHTS, LOAD, UPTIME, LATENCY = range(6)


class Which(StrEnum):
    """Which nodes are shown."""

    ALL = "all"
    ONLINE = "online"
    USABLE = "usable"
    WEB = "web"
    UDP = "udp"
    FAVOURITES = "favourites"


@dataclass(frozen=True, slots=True)
class Row:
    """A node with its days and the last measurement of this window."""

    view: NodeView
    days: tuple[float, ...] = ()
    point: LatencyPoint | None = None

    @property
    def uptime(self) -> float | None:
        """The mean of its days in percent, None if they are not known."""
        return sum(self.days) / len(self.days) if self.days else None


class NodeRows(Rows[Row]):
    """All nodes, offline ones too."""

    columns = (
        "nodes.name",
        "nodes.area",
        "nodes.rights",
        "nodes.load",
        "nodes.uptime",
        "nodes.latency",
    )

    def take_nodes(self, views: Sequence[NodeView]) -> None:
        """Show these; what is known of their days and measurements is kept."""
        known = {row.view.name: row for row in self.rows}
        self.take(
            [
                replace(known[view.name], view=view)
                if view.name in known
                else Row(view)
                for view in views
            ]
        )

    def take_days(self, found: Sequence[NodeUptime]) -> None:
        """Show how much of each day they were up."""
        days = {one.name: tuple(day.percent for day in one.days) for one in found}
        self._change({name: {"days": each} for name, each in days.items()})

    def take_points(self, points: Mapping[str, LatencyPoint]) -> None:
        """Show what was measured just now."""
        self._change({name: {"point": point} for name, point in points.items()})

    def take_favourite(self, name: str, *, is_favourite: bool) -> None:
        """Show whether a person likes the node."""
        for row in self.rows:
            if row.view.name == name:
                view = msgspec.structs.replace(row.view, is_favourite=is_favourite)
                self._change({name: {"view": view}})
                return

    def cell(self, row: Row, column: int) -> str:
        """Return one of its facts."""
        view = row.view
        match column:
            case 0:
                return f"★ {view.name}" if view.is_favourite else view.name
            case 1:
                return view.area
            case 2:
                return rights(view)
            case 3:
                if not view.is_online:
                    return t("nodes.offline")
                return f"{view.bandwidth_percent:.0f} %"
            case 4:
                return "-" if row.uptime is None else f"{row.uptime:.1f} %"
        if row.point is not None:
            return word_point(row.point)
        return word_latency(view.latency_ms)

    def can_take(self, row: Row) -> bool:
        """Whether it is there at all: others are faint, and can still be looked at."""
        return row.view.is_online

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that every row can be chosen."""
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is painted as well."""
        row = self.rows[index.row()]
        if role == BARS_ROLE:
            if index.column() == LOAD and row.view.is_online:
                return (row.view.bandwidth_percent,)
            return row.days if index.column() == UPTIME else ()
        return super().data(index, role)

    def _change(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        for place, row in enumerate(self.rows):
            if change := changes.get(row.view.name):
                self.rows[place] = replace(row, **change)
                last = self.index(place, len(self.columns) - 1)
                self.dataChanged.emit(self.index(place, 0), last)


class Chosen(QSortFilterProxyModel):
    """The rows that are looked for, in the order that a column's head was clicked for."""

    def __init__(self, rows: NodeRows) -> None:
        super().__init__()
        self._rows = rows
        self._text = ""
        self._which = Which.ALL
        self._is_member = False
        self.setSourceModel(rows)

    @property
    def is_member(self) -> bool:
        """Whether the account may use what is for members."""
        return self._is_member

    @is_member.setter
    def is_member(self, is_member: bool) -> None:
        if is_member != self._is_member:
            self.beginFilterChange()
            self._is_member = is_member
            self.endFilterChange()

    def seek(self, text: str) -> None:
        """Show what has the text in its name, area or notes."""
        self.beginFilterChange()
        self._text = text.casefold().strip()
        self.endFilterChange()

    def show_only(self, which: Which) -> None:
        """Show the nodes of that kind."""
        self.beginFilterChange()
        self._which = which
        self.endFilterChange()

    def row_at(self, place: int) -> Row:
        """Return the node in that line."""
        return self._rows.rows[self.mapToSource(self.index(place, 0)).row()]

    def filterAcceptsRow(self, source_row: int, source_parent: Index = NOWHERE) -> bool:
        """Return whether the node is shown."""
        view = self._rows.rows[source_row].view
        said = f"{view.name}\n{view.area}\n{view.notes}".casefold()
        return self._text in said and self._is_of_kind(view)

    def lessThan(self, source_left: Index, source_right: Index) -> bool:
        """Return which comes first; what is not known is last in either order."""
        column = source_left.column()
        first = _sorted_by(self._rows.rows[source_left.row()], column)
        second = _sorted_by(self._rows.rows[source_right.row()], column)
        if first is None or second is None:
            is_ascending = self.sortOrder() is Qt.SortOrder.AscendingOrder
            return (first is None) != (second is None) and (
                (second is None) is is_ascending
            )
        return bool(first < second)

    def _is_of_kind(self, view: NodeView) -> bool:
        match self._which:
            case Which.ONLINE:
                return view.is_online
            case Which.USABLE:
                return view.is_online and (self._is_member or not view.is_vip)
            case Which.WEB:
                return view.is_online and view.allows_web is True
            case Which.UDP:
                return view.is_online and view.allows_udp is True
            case Which.FAVOURITES:
                return view.is_favourite
        return True


def rights(view: NodeView) -> str:
    """Return who may use it for what, in a few words."""
    said = [t("nodes.members")] if view.is_vip else []
    said += [t("nodes.web")] if view.allows_web else []
    said += ["UDP"] if view.allows_udp else []
    return " · ".join(said)


def _sorted_by(row: Row, column: int) -> Any:
    view = row.view
    match column:
        case 0:
            return (not view.is_favourite, view.name)
        case 1:
            return view.area
        case 2:
            return (view.is_vip, rights(view))
        case 3:
            return view.bandwidth_percent if view.is_online else None
        case 4:
            return row.uptime
    return view.latency_ms if row.point is None else row.point.ms
