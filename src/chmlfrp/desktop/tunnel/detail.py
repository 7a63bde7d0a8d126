"""All about one tunnel: Status, Log, Settings, Events."""

from PySide6.QtWidgets import QFrame, QTabWidget

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.tokens import L, M
from chmlfrp.desktop.design.widgets import Elided, column, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.logs.events import EventPanel
from chmlfrp.desktop.logs.lines import LogPanel
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tunnel.settings import SettingsTab
from chmlfrp.desktop.tunnel.status import StatusTab
from chmlfrp.desktop.tunnel.traffic import TrafficTab

TABS = ("status", "traffic", "log", "settings", "events")


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
        self.settings = SettingsTab(desk)
        self.events = EventPanel(desk, is_merged=False)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        rooms = (self.status, self.traffic, self.log, self.settings, self.events)
        for key, room in zip(TABS, rooms, strict=True):
            self.tabs.addTab(room, t(f"tunnels.tab.{key}"))
        self.tabs.currentChanged.connect(self._read)
        self.setMinimumWidth(330)
        head = line(margins=(0, 0, 0, 0))
        head.addWidget(self.name, 1)
        self.head = head
        body = column(head, margins=(L, L, L, M))
        body.addWidget(self.tabs, 1)
        self.setLayout(body)

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
        self.settings.show_view(view)
        if is_other:
            self._read()

    def show_tab(self, key: str) -> None:
        """Show the tab of that key."""
        self.tabs.setCurrentIndex(TABS.index(key))

    def close_streams(self) -> None:
        """Read nothing any more."""
        self.log.close_stream()
        self.events.close_stream()

    def _read(self) -> None:
        self.close_streams()
        room = self.tabs.currentWidget()
        if self._view is not None and isinstance(room, LogPanel | EventPanel):
            room.show_tunnel(self._view.id)
            room.read()
