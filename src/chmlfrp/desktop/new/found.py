"""The tunnels of a file as rows: ticked or not, with what came of each."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor

from chmlfrp.control.archive import FoundTunnel
from chmlfrp.control.protocol import CreateTunnel
from chmlfrp.desktop.design.table import Index, Rows
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.text import t
from chmlfrp.model.tunnelfile import ImportCode
from chmlfrp.words.language import say
from chmlfrp.words.tunnelfile import word_note

CHECK = Qt.ItemDataRole.CheckStateRole


@dataclass(kw_only=True)
class Row:
    """A tunnel of the file."""

    found: FoundTunnel
    is_taken: bool = False
    """Whether the account has one of that name."""
    is_ticked: bool = False
    is_made: bool = False
    result: str = ""
    tone: str = ""

    @property
    def command(self) -> CreateTunnel | None:
        """What would create it, None if nothing can."""
        return self.found.command

    @property
    def can_be_made(self) -> bool:
        """Whether it can be ticked."""
        return self.command is not None and not self.is_made

    @property
    def lacks_node(self) -> bool:
        """Whether a node has to be chosen for it."""
        return self.command is not None and not self.command.node

    @property
    def name(self) -> str:
        """What it would be called."""
        named = self.command.name if self.command else None
        return named or self.found.section or "-"


def row_of(found: FoundTunnel, taken: set[str]) -> Row:
    """Return the row, ticked if nothing is in the way of its making."""
    command = found.command
    is_taken = command is not None and command.name in taken
    return Row(
        found=found,
        is_taken=is_taken,
        is_ticked=command is not None and not is_taken,
    )


class FileRows(Rows[Row]):
    """What the file holds."""

    columns = ("new.file.name", "new.file.what", "new.file.note")
    ticked = Signal()
    """Other rows are ticked than before."""

    def cell(self, row: Row, column: int) -> str:
        """Return its name, its ends, and what is to be known or came of it."""
        if column == 0:
            return row.name
        if column == 1:
            return _ends(row.command) if row.command else ""
        return row.result or _notes(row)

    def can_take(self, row: Row) -> bool:
        """Whether it may be ticked."""
        return row.can_be_made

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return its tick and the colour of what came of it, too."""
        row = self.rows[index.row()]
        if role == CHECK and index.column() == 0 and row.command is not None:
            is_on = row.is_ticked or row.is_made
            return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 2 and row.tone:
            return QColor(getattr(tokens(), row.tone))
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = CHECK) -> bool:
        """Tick a row, or do not."""
        if role != CHECK or not self.rows[index.row()].can_be_made:
            return False
        self.rows[index.row()].is_ticked = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index)
        self.ticked.emit()
        return True

    def toggle(self, place: int) -> None:
        """Tick the row, or take its tick away."""
        state = Qt.CheckState
        is_on = self.rows[place].is_ticked
        self.setData(self.index(place, 0), state.Unchecked if is_on else state.Checked)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return whether it can be ticked."""
        flags = super().flags(index)
        if index.column() == 0 and self.rows[index.row()].can_be_made:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def show_result(
        self, place: int, text: str, *, tone: str = "", is_made: bool = False
    ) -> None:
        """Show what came of a row; one that was made is not to be made again."""
        row = self.rows[place]
        row.result, row.tone, row.is_made = text, tone, is_made
        row.is_ticked = row.is_ticked and not is_made
        self.dataChanged.emit(self.index(place, 0), self.index(place, 2))


def _ends(command: CreateTunnel) -> str:
    node = command.node or t("new.file.any_node")
    public = command.domain or command.remote_port or t("new.file.any_port")
    local = f"{command.local_host}:{command.local_port}"
    return f"{command.type.upper()}  {local} → {node} {public}"


def _notes(row: Row) -> str:
    said = [t("new.file.taken")] if row.is_taken else []
    for note in row.found.notes:
        if note.code is ImportCode.NAME_CHANGED and not note.detail:
            said.append(t("new.file.unnamed"))
        elif note.code is not ImportCode.NODE_UNKNOWN:
            said.append(word_note(note))
        elif note.detail:
            said.append(t("new.file.foreign", host=note.detail))
    return say("；", "; ").join(said)
