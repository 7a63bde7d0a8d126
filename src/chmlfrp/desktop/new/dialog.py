"""The dialog around the three ways to a new tunnel."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QTabBar, QWidget

from chmlfrp.control.protocol import SessionState
from chmlfrp.desktop.design.tokens import XL, L, M
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import column
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.guide import Guide
from chmlfrp.desktop.new.look import HERE, Look
from chmlfrp.desktop.new.make import Plan
from chmlfrp.desktop.new.making import Making
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError


class NewTunnel(QDialog):
    """Ways to decide on one, then its making."""

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, look: Look = HERE
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("new.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(900, 680)
        self._desk = desk
        self.guide = Guide(desk, look)
        self.making = Making(desk)
        self.ways = QTabBar()
        self.ways.setAccessibleName(t("new.ways"))
        self.ways.setDrawBase(False)
        self.ways.setExpanding(False)
        self.ways.addTab(t("new.way.guide"))
        self.ways.currentChanged.connect(self._way_chosen)
        self.trouble = Banner()
        self.trouble.action.hide()
        self.rooms = QStackedWidget()
        self.rooms.addWidget(self.guide)
        self.stack = QStackedWidget()
        deciding = QWidget()
        body = column(self.ways, self.trouble, spacing=M)
        body.addWidget(self.rooms, 1)
        deciding.setLayout(body)
        self.stack.addWidget(deciding)
        self.stack.addWidget(self.making)
        whole = column(margins=(XL, L, XL, L))
        whole.addWidget(self.stack, 1)
        self.setLayout(whole)
        self.guide.wanted.connect(self._make)
        self.guide.given_up.connect(self.reject)
        self.making.back.connect(self._change)
        self.making.over.connect(self.accept)
        desk.mirror.moved.connect(self._show_trouble)
        self._show_trouble()
        self._way_chosen()

    def reject(self) -> None:
        """Esc: what is being made is taken back first."""
        if self.stack.currentWidget() is self.making and self.making.is_busy:
            self.making.give_up()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same as Esc."""
        if self.stack.currentWidget() is self.making and self.making.is_busy:
            self.making.give_up()
            event.ignore()
            return
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the first answer is given."""
        super().showEvent(event)
        self.guide.step.enter()

    def done(self, result: int) -> None:
        """Look no further."""
        self.guide.rest()
        super().done(result)

    def _make(self, plan: Plan) -> None:
        self.stack.setCurrentWidget(self.making)
        self.making.begin(plan)

    def _change(self, error: ChmlFrpError) -> None:
        self.stack.setCurrentIndex(0)
        self.guide.show_error(error)

    def _way_chosen(self) -> None:
        self.rooms.setCurrentIndex(self.ways.currentIndex())
        self.guide.next.setDefault(True)

    def _show_trouble(self) -> None:
        snapshot = self._desk.mirror.snapshot
        session = snapshot.session if snapshot else None
        account = session.account if session else None
        if session is not None and (
            account is None or session.state is not SessionState.SIGNED_IN
        ):
            self.trouble.say(t("new.signed_out"), tone="busy")
        elif account and 0 < account.tunnel_limit <= account.tunnels_used:
            text = t("new.full", used=account.tunnels_used, most=account.tunnel_limit)
            self.trouble.say(text, tone="busy")
        else:
            self.trouble.hide()
