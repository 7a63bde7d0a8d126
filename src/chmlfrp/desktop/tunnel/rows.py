"""Tunnels as rows of data: searched, sorted, with wishes that are still on their way."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from chmlfrp.control.protocol import Snapshot, TunnelView
from chmlfrp.desktop.text import t
from chmlfrp.model.ladder import RUNGS, Summary
from chmlfrp.words.ladder import explain, word_summary

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()

_URGENCY = {
    Summary.FAILED: 0,
    Summary.WAITING: 1,
    Summary.STARTING: 2,
    Summary.STOPPING: 3,
    Summary.UP: 4,
    Summary.STOPPED: 5,
}


class Order(StrEnum):
    """By what rows are sorted."""

    NAME = "name"
    STATE = "state"
    NODE = "node"
    GROUP = "group"
    TRAFFIC = "traffic"


class Place(NamedTuple):
    """Where a row belongs, and by what it is found."""

    key: tuple[object, ...]
    searched: str


class TunnelRows(QAbstractListModel):
    """The rows that the search lets through, in the order chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._all: dict[int, TunnelView] = {}
        self._owners: dict[int, str] = {}
        """Accounts that are not in front, by number."""
        self._shown: list[int] = []
        self._wishes: dict[int, bool] = {}
        self._places: dict[int, Place] = {}
        self.waiting: set[int] = set()
        """Tunnels whose row counts seconds down."""
        self._sought = ""
        self._order = Order.NAME

    def take(self, snapshot: Snapshot, changed: Iterable[int] | None) -> None:
        """Take what is new; wishes that became facts are forgotten."""
        self._all = dict(snapshot.tunnels)
        owners = {account.id: account.name for account in snapshot.session.others}
        if owners != self._owners:
            self._owners, changed = owners, None
        for number in [
            n for n, wish in self._wishes.items() if self._has_come(n, wish)
        ]:
            del self._wishes[number]
        self._place(self._all.keys() | self._places if changed is None else changed)
        self._arrange()
        for number in self._shown if changed is None else changed:
            self._touched(number)

    def seek(self, text: str) -> None:
        """Show the rows that hold the text."""
        self._sought = text.casefold().strip()
        self._arrange()

    def sort_by(self, order: Order) -> None:
        """Sort by that."""
        self._order = order
        self._place(self._all)
        self._arrange()

    def wish(self, ids: Iterable[int], *, is_on: bool) -> None:
        """Show the wish at once."""
        for number in ids:
            self._wishes[number] = is_on
            self._touched(number)

    def unwish(self, ids: Iterable[int]) -> None:
        """Show the fact again: the wish was not taken."""
        for number in ids:
            self._wishes.pop(number, None)
            self._touched(number)

    def is_wanted(self, view: TunnelView) -> bool:
        """Return what the person last asked for."""
        return self._wishes.get(view.id, view.wanted)

    def is_pending(self, view: TunnelView) -> bool:
        """Whether the daemon has not taken that yet."""
        return view.id in self._wishes

    def owner(self, view: TunnelView) -> str:
        """Return whose tunnel it is; empty where it is the account's in front."""
        return self._owners.get(view.account, "")

    def view(self, index: Index) -> TunnelView:
        """Return the tunnel of that row."""
        return self._all[self._shown[index.row()]]

    def row_of(self, number: int) -> QModelIndex:
        """Return where the tunnel is, an invalid place if it is not shown."""
        if number not in self._shown:
            return NOWHERE
        return self.index(self._shown.index(number))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the name, and a whole sentence for those who hear the row."""
        if not index.isValid():
            return None
        view = self.view(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return view.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (said(view), self.owner(view))))
        if role == Qt.ItemDataRole.CheckStateRole:
            is_on = self.is_wanted(view)
            return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a row can be chosen and switched."""
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def _has_come(self, number: int, wish: bool) -> bool:
        view = self._all.get(number)
        return view is None or view.wanted == wish

    def _touched(self, number: int) -> None:
        index = self.row_of(number)
        if index.isValid():
            self.dataChanged.emit(index, index)

    def _place(self, changed: Iterable[int]) -> None:
        """Find anew where these belong; for a thousand it is felt."""
        for number in changed:
            if view := self._all.get(number):
                looked_into = f"{searched(view)}\n{self.owner(view).casefold()}"
                self._places[number] = Place(self._key(view), looked_into)
            else:
                self._places.pop(number, None)
            is_counted = view is not None and counts_down(view)
            (self.waiting.add if is_counted else self.waiting.discard)(number)

    def _arrange(self) -> None:
        places = self._places
        found = (n for n, place in places.items() if self._sought in place.searched)
        ids = sorted(found, key=lambda number: places[number].key)
        if ids == self._shown:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        kept = [self._shown[one.row()] for one in held]
        self._shown = ids
        rows = {number: row for row, number in enumerate(ids)}
        moved = [
            self.index(rows[number]) if number in rows else NOWHERE for number in kept
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _key(self, view: TunnelView) -> tuple[object, ...]:
        name = view.name.casefold()
        match self._order:
            case Order.NAME:
                return (name, view.id)
            case Order.STATE:
                return (_URGENCY[view.summary], name, view.id)
            case Order.NODE:
                return (view.tunnel.node if view.tunnel else "", name, view.id)
            case Order.GROUP:
                group = view.options.group
                return (not group, group, name, view.id)
            case Order.TRAFFIC:
                return (-bytes_today(view), name, view.id)


def searched(view: TunnelView) -> str:
    """Return everything a search looks into."""
    tunnel = view.tunnel
    parts = [view.name, str(view.id), view.address or "", view.options.group]
    parts.append(view.options.remark)
    if tunnel is not None:
        parts += [tunnel.node, tunnel.type, local_end(view)]
    return "\n".join(parts).casefold()


def counts_down(view: TunnelView) -> bool:
    """Whether something happens to it at a known time."""
    rungs = (getattr(view.ladder, name) for name in RUNGS)
    return view.wanted and any(rung.until is not None for rung in rungs)


def bytes_today(view: TunnelView) -> int:
    """Return what flowed both ways today, as the service counts it."""
    tunnel = view.tunnel
    return tunnel.today_in_bytes + tunnel.today_out_bytes if tunnel else 0


def local_end(view: TunnelView) -> str:
    """Return host and port of the local service."""
    tunnel = view.tunnel
    return f"{tunnel.local_host}:{tunnel.local_port}" if tunnel else ""


def said(view: TunnelView) -> str:
    """Return the row as a screen reader says it."""
    parts = [view.name, word_summary(view.summary), view.address or ""]
    return ", ".join(filter(None, parts))


def why(view: TunnelView, *, now: float) -> str:
    """Return what is in the way of a tunnel that is wanted, in one line."""
    if not view.wanted or view.summary is Summary.UP:
        return ""
    explained = explain(view.ladder, now=now)
    if explained is None:
        return ""
    if explained.retry_in_s:
        return t("tunnels.why_retry", why=explained.what, n=explained.retry_in_s)
    return explained.what
