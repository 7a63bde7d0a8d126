"""Logs and events of all tunnels, merged."""

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QTabWidget

from chmlfrp.desktop.logs.events import EventPanel
from chmlfrp.desktop.logs.lines import LogPanel
from chmlfrp.desktop.logs.panel import LinesPanel
from chmlfrp.desktop.mirror import Moment
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.text import t

TABS = ("log", "events")


class LogsPage(Page):
    """What cores say and what happened; read only while it is seen."""

    name = "logs"
    shown_by = ("events",)

    def build(self) -> None:
        """Put logs and events into tabs."""
        self.subtitle.setText(t("logs.most"))
        self.log = LogPanel(self.desk, is_merged=True)
        self.events = EventPanel(self.desk, is_merged=True)
        self.panels: tuple[LinesPanel, ...] = (self.log, self.events)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for panel in self.panels:
            self.tabs.addTab(panel, t(f"page.{panel.kind}"))
        self.tabs.currentChanged.connect(self._read)
        self.body.addWidget(self.tabs, 1)

    def choose(self, what: str) -> None:
        """Show the tab of that key, or the lines of the tunnel of that name."""
        if what in TABS:
            self.tabs.setCurrentIndex(TABS.index(what))
            return
        self.tabs.setCurrentIndex(0)
        self.log.tunnel.setCurrentIndex(max(0, self.log.tunnel.findData(what)))

    def moment(self, moment: Moment | None) -> None:
        """Know the tunnels there are."""
        snapshot = self.desk.mirror.snapshot
        if snapshot is not None and (moment is None or moment.changed):
            self.log.know_tunnels(snapshot)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is seen."""
        super().showEvent(event)
        self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        """Read nothing that nobody sees."""
        for panel in self.panels:
            panel.close_stream()
        super().hideEvent(event)

    def _read(self) -> None:
        if not self.isVisible():
            return
        for place, panel in enumerate(self.panels):
            if place == self.tabs.currentIndex():
                panel.read()
            else:
                panel.close_stream()
