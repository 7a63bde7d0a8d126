"""Visitors as rows of data: searched, filtered, sorted, with their rates."""

from collections.abc import Mapping

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from chmlfrp.control.guard import Standing, VisitorView
from chmlfrp.desktop.design.table import NOWHERE, Index
from chmlfrp.desktop.guard.person import Order, Person, Seen, Which
from chmlfrp.desktop.guard.say import said

NO_RATES: Mapping[str, float] = {}


class People(QAbstractListModel):
    """The rows that search and filter let through."""

    def __init__(self) -> None:
        super().__init__()
        self._all: dict[str, Person] = {}
        self._shown: list[str] = []
        self._sought = ""
        self.which = Which.ALL
        self.order = Order.LAST
        self.at = 0.0
        """When what is shown was true, in seconds since 1970."""

    @property
    def count(self) -> int:
        """How many are known, shown or not."""
        return len(self._all)

    def clear(self) -> None:
        """Know nobody."""
        self.beginResetModel()
        self._all, self._shown, self.at = {}, [], 0.0
        self.endResetModel()

    def take(self, seen: Seen) -> None:
        """Take what is new."""
        rates = self._rates(seen)
        turned = {s.address: s for s in seen.standings if s.rule is not None}
        passes = {s.address: s for s in seen.standings if s.rule is None}
        views = {view.address: view for view in seen.visitors}
        for standing in seen.standings:
            views.setdefault(standing.address, _unseen(standing))
        self._all = {
            address: Person(
                view, rates.get(address, 0.0), turned.get(address), passes.get(address)
            )
            for address, view in views.items()
        }
        self.at = seen.at
        self._arrange()
        if self._shown:
            last = self.index(len(self._shown) - 1)
            self.dataChanged.emit(self.index(0), last)

    def seek(self, text: str) -> None:
        """Show who has the text in address, country or name."""
        self._sought = text.casefold().strip()
        self._arrange()

    def show_only(self, which: Which) -> None:
        """Show those."""
        self.which = which
        self._arrange()

    def sort_by(self, order: Order) -> None:
        """Sort by that."""
        self.order = order
        self._arrange()

    def person(self, index: Index) -> Person:
        """Return who is in that row."""
        return self._all[self._shown[index.row()]]

    def shown(self) -> list[VisitorView]:
        """Return those that are shown, in order."""
        return [self._all[address].view for address in self._shown]

    def row_of(self, address: str) -> QModelIndex:
        """Return where an address is, an invalid place if it is not shown."""
        if address not in self._shown:
            return NOWHERE
        return self.index(self._shown.index(address))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Return how many are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the address, and a sentence for those who hear the row."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return said(self.person(index), self.at)
        return None

    def _rates(self, seen: Seen) -> Mapping[str, float]:
        span = seen.at - self.at
        if not self.at or span <= 0:
            return NO_RATES
        return {
            view.address: max(0, view.bytes_in + view.bytes_out - before.bytes) / span
            for view in seen.visitors
            if view.open and (before := self._all.get(view.address)) is not None
        }

    def _arrange(self) -> None:
        found = [p for p in self._all.values() if self._is_shown(p)]
        shown = [p.address for p in sorted(found, key=self._key)]
        if shown == self._shown:
            return
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        kept = [self._shown[one.row()] for one in held]
        self._shown = shown
        rows = {address: row for row, address in enumerate(shown)}
        moved = [self.index(rows[a]) if a in rows else NOWHERE for a in kept]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()

    def _is_shown(self, person: Person) -> bool:
        view = person.view
        sought = self._sought
        if sought and not any(
            sought in text.casefold()
            for text in (view.address, view.country, person.called)
        ):
            return False
        match self.which:
            case Which.INSIDE:
                return view.open > 0
            case Which.REFUSED:
                return person.refused > 0
            case Which.STANDING:
                return person.turned is not None or person.has_pass is not None
        return True

    def _key(self, person: Person) -> tuple[object, ...]:
        view = person.view
        value: float = view.last
        if self.order is Order.BYTES:
            value = person.bytes
        elif self.order is Order.VISITS:
            value = view.connections
        return (view.open == 0, -value, view.address)


def _unseen(standing: Standing) -> VisitorView:
    return VisitorView(
        tunnel=standing.tunnel,
        address=standing.address,
        first=0.0,
        last=0.0,
        country=standing.country,
    )
