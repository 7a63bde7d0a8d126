"""The Guard tab: a switch, and below it visitors, rules, knock links and requests."""

import msgspec
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.late import Late
from chmlfrp.desktop.design.switch import Switch
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.guard.knock import KnockPanel
from chmlfrp.desktop.guard.requests import RequestsPanel
from chmlfrp.desktop.guard.rulespanel import RulesPanel
from chmlfrp.desktop.guard.visitors import VisitorsPanel
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.tunnel import TunnelType

ROOMS = ("visitors", "rules", "knock", "requests")


class GuardTab(QWidget):
    """Rooms of the guard; while it is off, what it would be for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: TunnelView | None = None
        self.visitors = VisitorsPanel(desk, try_address=self._try)
        self._rules = Late(self._made_rules)
        self._knock = Late(self._made_knock)
        self._requests = Late(self._made_requests)
        self.switch = Switch(t("guard.switch"))
        self.switch.clicked.connect(self._wish)
        self.state = label(role="soft")
        self.rooms = QStackedWidget()
        self.buttons = QButtonGroup(self)
        head = line(spacing=S)
        rooms = self.visitors, self._rules, self._knock, self._requests
        for place, room in enumerate(rooms):
            self.rooms.addWidget(room)
            chosen = button(t(f"guard.room.{ROOMS[place]}"), role="tool")
            chosen.setCheckable(True)
            self.buttons.addButton(chosen, place)
            head.addWidget(chosen)
        self.buttons.idClicked.connect(self.rooms.setCurrentIndex)
        self.buttons.button(0).setChecked(True)
        head.addStretch(1)
        head.addWidget(self.state)
        head.addWidget(self.switch)
        self.stage = Stage(self.rooms)
        body = column(head, margins=(0, M, 0, 0), spacing=S)
        body.addWidget(self.stage, 1)
        self.setLayout(body)

    @property
    def rules(self) -> RulesPanel:
        """The room of that name, made when it is first asked for."""
        return self._rules.room

    @property
    def knock(self) -> KnockPanel:
        """The room of that name, made when it is first asked for."""
        return self._knock.room

    @property
    def requests(self) -> RequestsPanel:
        """The room of that name, made when it is first asked for."""
        return self._requests.room

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel."""
        self._view = view
        is_on = view.options.guard.is_on
        self.switch.show_state(is_on=is_on, is_pending=False)
        self.state.setText(t("opt.guard.is_on" if is_on else "opt.guard.is_off"))
        self.visitors.show_view(view)
        if self._rules.made is not None:
            self._rules.made.show_view(view)
        if self._knock.made is not None:
            self._knock.made.show_view(view)
        if self._requests.made is not None:
            self._requests.made.show_view(view)
        self._show_requests(view)
        for room in self.buttons.buttons():
            room.setEnabled(is_on)
        if is_on:
            self.stage.show_content()
        else:
            self.stage.show_empty(
                t("guard.off"),
                t("guard.off.how"),
                action=t("guard.turn_on"),
                do=lambda: self._wish(True),
            )

    def _show_requests(self, view: TunnelView) -> None:
        """Only an http tunnel's requests can be read."""
        place = ROOMS.index("requests")
        is_http = view.tunnel is not None and view.tunnel.type is TunnelType.HTTP
        self.buttons.button(place).setVisible(is_http)
        if not is_http and self.rooms.currentIndex() == place:
            self.show_room("visitors")

    def show_room(self, name: str) -> None:
        """Show the room of that name."""
        place = ROOMS.index(name)
        self.buttons.button(place).setChecked(True)
        self.rooms.setCurrentIndex(place)

    def _made_rules(self) -> RulesPanel:
        made = RulesPanel(self._desk)
        if self._view is not None:
            made.show_view(self._view)
        return made

    def _made_knock(self) -> KnockPanel:
        made = KnockPanel(self._desk)
        if self._view is not None:
            made.show_view(self._view)
        return made

    def _made_requests(self) -> RequestsPanel:
        made = RequestsPanel(self._desk)
        if self._view is not None:
            made.show_view(self._view)
        return made

    def _try(self, address: str) -> None:
        self.show_room("rules")
        self.rules.try_address(address)

    def _wish(self, is_on: bool) -> None:
        view = self._view
        if view is None:
            return
        self.switch.show_state(is_on=is_on, is_pending=True)

        async def work(client: ControlClient) -> TunnelOptions:
            options = await client.options(view.id)
            guard = msgspec.structs.replace(options.guard, is_on=is_on)
            changed = msgspec.structs.replace(options, guard=guard)
            return await client.set_options(view.id, changed)

        def failed(error: ChmlFrpError) -> None:
            self.switch.show_state(is_on=not is_on, is_pending=False)
            self._desk.toast(whole_error(error), "", None)

        self._desk.mirror.call(
            work,
            done=lambda _: self.switch.show_state(is_on=is_on, is_pending=False),
            failed=failed,
            owner=self,
        )
