"""Trying an address: choose how, name it, see what comes."""

from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.theme import colour
from chmlfrp.desktop.design.tokens import L, M, S
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button, column, label, line, set_tone
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.settings.rows import Choice
from chmlfrp.desktop.text import error_text, error_title, t
from chmlfrp.desktop.tools.tries import TRIES, Line, Try
from chmlfrp.errors import ChmlFrpError, InvalidInput

LONGEST_LIST = 500


class ReachTab(QWidget):
    """Everything from this machine; no daemon is needed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._trying: Call | None = None
        self.kind = Choice()
        self.kind.setAccessibleName(t("tools.kind"))
        for one in TRIES:
            self.kind.addItem(t(f"tools.try.{one.name}"), one)
        self.address = QLineEdit()
        self.address.setAccessibleName(t("tools.address"))
        self.address.returnPressed.connect(self._go)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.go = button(t("tools.go"), self._go, glyph="start", role="primary")
        self.cancel = button(t("do.cancel"), self._give_up)
        self.cancel.hide()
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self.lines = QListWidget()
        self.lines.setAccessibleName(t("tools.results"))
        self.stage = Stage(self.lines)
        self._heading = ""
        self._rest()
        row = line(self.kind, spacing=S)
        row.addWidget(self.address, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.go)
        body = column(row, self.error, margins=(0, L, 0, 0), spacing=M)
        body.addWidget(self.stage, 1)
        self.setLayout(body)
        self._kind_chosen()

    def _kind_chosen(self) -> None:
        name = self._chosen().name
        self.address.setPlaceholderText(t(f"tools.try.{name}.example"))
        self._say_error("")

    def _chosen(self) -> Try:
        return TRIES[self.kind.currentIndex()]

    def _go(self) -> None:
        text = self.address.text().strip()
        self._say_error("")
        if not text:
            self._say_error(t("tools.address.missing"))
            return
        chosen = self._chosen()
        self._heading = t("tools.tried", how=self.kind.currentText(), what=text)
        self.stage.show_loading(self._heading)
        self._show_busy(is_busy=True)
        self._trying = self._desk.mirror.aside_stream(
            lambda: chosen.run(text),
            self._heard,
            failed=self._failed,
            over=lambda: self._show_busy(is_busy=False),
            owner=self,
        )

    def _give_up(self) -> None:
        if self._trying is not None:
            self._trying.cancel()
        self._add(t("tools.given_up"), "idle")
        self._show_busy(is_busy=False)

    def _show_busy(self, *, is_busy: bool) -> None:
        self.go.setEnabled(not is_busy)
        self.cancel.setVisible(is_busy)

    def _heard(self, found: list[Line]) -> None:
        for one in found:
            self._add(one.words(), one.tone)

    def _add(self, text: str, tone: str = "") -> None:
        if self._heading:
            self.lines.addItem(QListWidgetItem(self._heading))
            self._heading = ""
        item = QListWidgetItem(f"      {text}")
        if tone:
            item.setForeground(colour(tone))
        self.lines.addItem(item)
        self.stage.show_content()
        while self.lines.count() > LONGEST_LIST:
            self.lines.takeItem(0)
        self.lines.scrollToBottom()

    def _failed(self, error: ChmlFrpError) -> None:
        text = f"{error_title(error)}\n{error_text(error)}".strip()
        if isinstance(error, InvalidInput):
            self._say_error(text)
            self.address.setFocus()
            self._rest()
        else:
            self._add(error_title(error), "bad")
            if error.message != error_title(error):
                self._add(error.message)

    def _rest(self) -> None:
        if self.lines.count():
            self.stage.show_content()
        else:
            self.stage.show_empty(t("tools.reach.none"), t("tools.reach.what"))

    def _say_error(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))
        set_tone(self.address, "bad" if text else "")
