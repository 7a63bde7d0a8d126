"""What a tunnel carried in the last hour, day, month or year, of all or of one visitor."""

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QWidget

from chmlfrp.control.guard import TrafficPoint
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.charts import Columns
from chmlfrp.desktop.design.tokens import S
from chmlfrp.desktop.design.widgets import column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import size, t, whole_error
from chmlfrp.desktop.tunnel.spans import CUTS, Span, columns_of
from chmlfrp.errors import ChmlFrpError

EVERY_MS = 30_000
MOST_NAMES = 50


class Past(QWidget):
    """Asks only while it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._number: int | None = None
        self._call: Call | None = None
        self.span = QComboBox()
        self.span.setAccessibleName(t("past.span"))
        for span in Span:
            self.span.addItem(t(f"past.span.{span}"), span)
        self.span.setCurrentIndex(list(Span).index(Span.DAY))
        self.who = QComboBox()
        self.who.setAccessibleName(t("past.who"))
        self.who.addItem(t("past.who.all"), "")
        self.chart = Columns(t("past.title"), wording=size)
        self.note = label(role="caption", wraps=True)
        title = label(t("past.title"), "heading")
        chosen = line(self.span, self.who, None)
        self.setLayout(column(title, chosen, self.chart, self.note, spacing=S))
        self.span.currentIndexChanged.connect(self._ask)
        self.who.currentIndexChanged.connect(self._ask)
        self._asking = QTimer(self, interval=EVERY_MS)
        self._asking.timeout.connect(self._ask)

    def show_tunnel(self, number: int) -> None:
        """Show that tunnel's, of everybody."""
        if number == self._number:
            return
        self._number = number
        self._offer(())
        self.chart.show_rows([])
        self._ask()

    def offer(self, addresses: Iterable[str]) -> None:
        """Let these visitors be chosen; who is chosen stays so."""
        wanted = list(dict.fromkeys(addresses))[:MOST_NAMES]
        chosen = self.who.currentData()
        if chosen and chosen not in wanted:
            wanted.append(chosen)
        if wanted != [self.who.itemData(at) for at in range(1, self.who.count())]:
            self._offer(wanted, chosen)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask from now on."""
        super().showEvent(event)
        self._asking.start()
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more."""
        self._asking.stop()
        super().hideEvent(event)

    def _offer(self, addresses: Iterable[str], chosen: str = "") -> None:
        was = self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem(t("past.who.all"), "")
        for address in addresses:
            self.who.addItem(address, address)
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)))
        self.who.blockSignals(was)

    def _ask(self) -> None:
        number, span = self._number, Span(self.span.currentData())
        if number is None or not self.isVisible():
            return
        if self._call is not None:
            self._call.cancel()
        address, step_s = str(self.who.currentData()), CUTS[span].step_s
        self._call = self._desk.mirror.call(
            lambda client: client.guard.history(step_s, tunnel=number, address=address),
            done=lambda points: self._show(points, span),
            failed=self._failed,
            owner=self,
        )

    def _show(self, points: list[TrafficPoint], span: Span) -> None:
        rows = columns_of(points, span, datetime.now())
        self.chart.show_rows(rows)
        came, went = sum(row[1] for row in rows), sum(row[2] for row in rows)
        is_any = bool(came or went)
        sums = t("past.sums", came=size(came), went=size(went))
        self.note.setText(sums if is_any else t("past.none"))

    def _failed(self, error: ChmlFrpError) -> None:
        self.note.setText(whole_error(error))
