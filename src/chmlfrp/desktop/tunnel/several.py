"""The same for several tunnels, one after the other, seen as it goes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import Index, Rows, table
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import ChmlFrpError

SHOWN_AFTER_MS = 400
"""What is over sooner and went well is not seen."""

Job = Callable[[ControlClient, int], Awaitable[object]]


class Done(NamedTuple):
    """What came of one."""

    number: int
    error: ChmlFrpError | None = None


async def one_by_one(
    client: ControlClient,
    ids: Iterable[int],
    job: Job,
    is_given_up: Callable[[], bool],
) -> AsyncIterator[Done]:
    """Yield what came of each; one that fails does not keep the next from its turn."""
    for number in ids:
        if is_given_up():
            return
        try:
            await job(client, number)
        except ChmlFrpError as error:
            yield Done(number, error)
        else:
            yield Done(number)


class Results(Rows[int]):
    """The tunnels with what came of each."""

    columns = ("several.tunnel", "several.result")

    def __init__(self, names: Mapping[int, str]) -> None:
        super().__init__()
        self._names = names
        self.done: dict[int, Done] = {}
        self.is_over = False
        self.take(list(names))

    def cell(self, row: int, column: int) -> str:
        """Return name or result."""
        if column == 0:
            return self._names[row]
        if row not in self.done:
            return t("several.left" if self.is_over else "several.waiting")
        error = self.done[row].error
        return t("several.good") if error is None else whole_error(error)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return failures in their colour."""
        done = self.done.get(self.rows[index.row()])
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1 and done:
            theme = tokens()
            return QColor(theme.bad if done.error else theme.good)
        return super().data(index, role)

    def put(self, done: Iterable[Done]) -> None:
        """Show these."""
        self.done |= {one.number: one for one in done}
        self.tell()

    def tell(self) -> None:
        """Have the results painted anew."""
        last = self.index(len(self.rows) - 1, 1)
        self.dataChanged.emit(self.index(0, 1), last)


class SeveralDialog(QDialog):
    """Does it, and stays open where something failed or was given up."""

    ended = Signal(object)
    """A list of Done, of those that had their turn."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        *,
        title: str,
        names: Mapping[int, str],
        job: Job,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 420)
        self._desk, self._job = desk, job
        self._call: Call | None = None
        self._is_given_up = False
        self.rows = Results(names)
        self.title = label(title, "heading", wraps=True)
        self.said = label(role="soft", wraps=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, len(names))
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(title)
        self.table = table(self.rows, title, wide=1)
        self.cancel = button(t("several.cancel"), self.reject)
        self.close_button = button(t("do.close"), self.accept, role="primary")
        self.close_button.hide()
        body = column(self.title, self.bar, self.said, margins=(L, L, L, L), spacing=M)
        body.addWidget(self.table, 1)
        body.addLayout(line(None, self.cancel, self.close_button))
        self.setLayout(body)
        self._late = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._late.timeout.connect(self.open)
        self._say()

    @property
    def is_busy(self) -> bool:
        """Whether there are some still to come."""
        return self._call is not None and not self._call.is_over

    def begin(self) -> None:
        """Do it; the dialog is seen when that takes a while."""
        self._late.start()
        ids = list(self.rows.rows)
        self._call = self._desk.mirror.stream(
            lambda client: one_by_one(
                client, ids, self._job, lambda: self._is_given_up
            ),
            self._came,
            failed=self._failed,
            over=self._over,
            owner=self,
        )

    def reject(self) -> None:
        """Esc: the one under way is finished, the others are left."""
        if self.is_busy:
            self._is_given_up = True
            self.cancel.setEnabled(False)
            self.said.setText(t("several.stopping"))
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same as Esc."""
        if self.is_busy:
            self.reject()
            event.ignore()
            return
        super().closeEvent(event)

    def _came(self, done: list[Done]) -> None:
        self.rows.put(done)
        self.bar.setValue(len(self.rows.done))
        self._say()

    def _failed(self, error: ChmlFrpError) -> None:
        """No daemon: none of those that are left had its turn."""
        left = [n for n in self.rows.rows if n not in self.rows.done]
        self.rows.put(Done(number, error) for number in left)

    def _over(self) -> None:
        self._late.stop()
        self.rows.is_over = True
        self.rows.tell()
        self._say()
        done = list(self.rows.done.values())
        self.ended.emit(done)
        if len(done) == len(self.rows.rows) and not any(one.error for one in done):
            self.accept()
            self.deleteLater()
            return
        self.cancel.hide()
        self.close_button.show()
        self.close_button.setDefault(True)
        self.open()
        self.close_button.setFocus()

    def _say(self) -> None:
        done = self.rows.done.values()
        bad = sum(one.error is not None for one in done)
        of = len(self.rows.rows)
        self.said.setText(t("several.so_far", n=len(done) - bad, bad=bad, of=of))
