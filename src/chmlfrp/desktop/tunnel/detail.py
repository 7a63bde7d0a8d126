"""All about one tunnel: a tab for each side of it."""

from PySide6.QtWidgets import QFrame, QTabWidget

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.late import Late
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import Elided, column, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.guard.tab import GuardTab
from chmlfrp.desktop.logs.events import EventPanel
from chmlfrp.desktop.logs.lines import LogPanel
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.settings import SettingsTab
from chmlfrp.desktop.tunnel.status import StatusTab
from chmlfrp.desktop.tunnel.traffic import TrafficTab

TABS = ("status", "traffic", "guard", "log", "settings", "events")
ROOMS = ("guard-rules",)


class Detail(QFrame):
    """The pane beside the list; streams run only while their tab is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._desk = desk
        self._view: TunnelView | None = None
        self.name = Elided(role="heading")
        self.status = StatusTab(desk)
        self.traffic = TrafficTab(desk)
        self.log = LogPanel(desk, is_merged=False)
        self._settings = Late(self._made_settings)
        self.events = EventPanel(desk, is_merged=False)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setProperty("role", "tight")
        self._guard = Late(self._made_guard)
        rooms = (
            *(self.status, self.traffic, self._guard),
            *(self.log, self._settings, self.events),
        )
        for key, room in zip(TABS, rooms, strict=True):
            self.tabs.addTab(room, t(f"tunnels.tab.{key}"))
        self.tabs.currentChanged.connect(self._read)
        self.setMinimumWidth(380)
        head = line(margins=(0, 0, 0, 0))
        head.addWidget(self.name, 1)
        self.head = head
        body = column(head, margins=(L, L, L, M))
        body.addWidget(self.tabs, 1)
        self.setLayout(body)

    @property
    def settings(self) -> SettingsTab:
        """The tab of that name, made when it is first asked for."""
        return self._settings.room

    @property
    def guard(self) -> GuardTab:
        """The tab of that name, made when it is first asked for."""
        return self._guard.room

    @property
    def number(self) -> int | None:
        """The tunnel that is shown."""
        return self._view.id if self._view else None

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel."""
        if view == self._view:
            return
        is_other = view.id != self.number
        self._view = view
        self.name.setText(view.name)
        self.status.show_view(view)
        self.traffic.show_view(view)
        for late in (self._guard, self._settings):
            if late.made is not None:
                late.made.show_view(view)
        if is_other:
            self._read()

    def show_tab(self, key: str) -> None:
        """Show the tab of that key; `guard-rules` is a room of the guard's."""
        tab, _, room = key.partition("-")
        self.tabs.setCurrentIndex(TABS.index(tab))
        if tab == "guard":
            self.guard.show_room(room or "visitors")

    def close_streams(self) -> None:
        """Read nothing any more."""
        self.log.close_stream()
        self.events.close_stream()

    def _made_settings(self) -> SettingsTab:
        made = SettingsTab(self._desk)
        if self._view is not None:
            made.show_view(self._view)
        return made

    def _made_guard(self) -> GuardTab:
        made = GuardTab(self._desk)
        if self._view is not None:
            made.show_view(self._view)
        return made

    def _read(self) -> None:
        self.close_streams()
        room = self.tabs.currentWidget()
        if self._view is not None and isinstance(room, LogPanel | EventPanel):
            room.show_tunnel(self._view.id)
            room.read()
