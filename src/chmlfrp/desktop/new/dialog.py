"""The dialog around the three ways to a new tunnel."""

from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QTabBar, QWidget

from chmlfrp.control.protocol import CreateTunnel, SessionState
from chmlfrp.desktop.design.tokens import XL, L, M
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import column
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.new.expert import Expert
from chmlfrp.desktop.new.file import FileRoom
from chmlfrp.desktop.new.guide import Guide
from chmlfrp.desktop.new.look import HERE, Look
from chmlfrp.desktop.new.make import Plan
from chmlfrp.desktop.new.making import Making
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError


class Room(IntEnum):
    """A way to a new tunnel, by the place of its tab."""

    GUIDE = 0
    EXPERT = 1
    FILE = 2


class NewTunnel(QDialog):
    """Ways to decide on one, then its making.

    way: the one that is shown first.
    link: what a link asks for; the guide begins with it, and nothing is done before the
        person agrees.
    """

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        *,
        look: Look = HERE,
        way: Room = Room.GUIDE,
        link: CreateTunnel | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("new.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(900, 680)
        self._desk = desk
        self._link = link
        self.guide = Guide(desk, look)
        self.expert = Expert(desk, look)
        self.file = FileRoom(desk)
        self.making = Making(desk)
        self.ways = QTabBar()
        self.ways.setAccessibleName(t("new.ways"))
        self.ways.setDrawBase(False)
        self.ways.setExpanding(False)
        self.asked, self.trouble = Banner(), Banner()
        for banner in (self.asked, self.trouble):
            banner.action.hide()
        self.rooms = QStackedWidget()
        rooms = {"guide": self.guide, "expert": self.expert, "file": self.file}
        for name, room in rooms.items():
            self.ways.addTab(t(f"new.way.{name}"))
            self.rooms.addWidget(room)
        self.ways.setCurrentIndex(way)
        self.rooms.setCurrentIndex(way)
        self.ways.currentChanged.connect(self._way_chosen)
        self.stack = QStackedWidget()
        deciding = QWidget()
        body = column(self.ways, self.asked, self.trouble, spacing=M)
        body.addWidget(self.rooms, 1)
        deciding.setLayout(body)
        self.stack.addWidget(deciding)
        self.stack.addWidget(self.making)
        whole = column(margins=(XL, L, XL, L))
        whole.addWidget(self.stack, 1)
        self.setLayout(whole)
        for deciding_room in (self.guide, self.expert):
            deciding_room.wanted.connect(self._make)
            deciding_room.given_up.connect(self.reject)
        self.file.given_up.connect(self.reject)
        self.making.back.connect(self._change)
        self.making.over.connect(self.accept)
        desk.mirror.moved.connect(self._show_trouble)
        self._show_trouble()
        if link is not None:
            self.setWindowTitle(t("link.title"))
            self.asked.say(t("link.new"), tone="busy")
            self.guide.take(link)

    def reject(self) -> None:
        """Esc: what is being made is taken back, or finished, first."""
        if not self._holds():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same as Esc."""
        if self._holds():
            event.ignore()
            return
        super().closeEvent(event)

    def _holds(self) -> bool:
        """Give up what is being made; whether it was."""
        for room in (self.making, self.file):
            if room.is_busy:
                room.give_up()
                return True
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the first answer is given; a link's is not made by a stray Enter."""
        super().showEvent(event)
        self._enter()
        if self._link is not None and self.guide.is_at_end:
            self.guide.cancel.setFocus()

    def done(self, result: int) -> None:
        """Look no further."""
        self.guide.rest()
        super().done(result)

    def _make(self, plan: Plan) -> None:
        self.stack.setCurrentWidget(self.making)
        self.making.begin(plan)

    def _change(self, error: ChmlFrpError) -> None:
        self.stack.setCurrentIndex(0)
        room = self.rooms.currentWidget()
        assert isinstance(room, Guide | Expert)
        room.show_error(error)

    def _way_chosen(self) -> None:
        if self.rooms.currentWidget() is self.guide:
            self.guide.settle()
        self.rooms.setCurrentIndex(self.ways.currentIndex())
        self._enter()

    def _enter(self) -> None:
        match self.rooms.currentWidget():
            case Guide() as guide:
                guide.next.setDefault(True)
                guide.step.enter()
            case Expert() as expert:
                expert.make.setDefault(True)
                expert.enter(self.guide.draft)
            case FileRoom() as file:
                file.make.setDefault(True)
                file.enter()

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
