"""Tools: what is the matter, can that address be reached, and a bundle to ask for help."""

from PySide6.QtWidgets import QTabWidget

from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.text import t
from chmlfrp.desktop.tools.bundle import BundleTab
from chmlfrp.desktop.tools.doctor import DoctorTab
from chmlfrp.desktop.tools.reach import ReachTab


class ToolsPage(Page):
    """Three tabs, none of which needs the daemon."""

    name = "tools"
    shown_by = ("reach", "bundle")

    def build(self) -> None:
        """Put the tabs in."""
        self.doctor = DoctorTab(self.desk)
        self.reach = ReachTab(self.desk)
        self.bundle = BundleTab(self.desk)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.page_title())
        for name, tab in self._named().items():
            self.tabs.addTab(tab, t(f"tools.{name}"))
        self.body.addWidget(self.tabs, 1)

    def choose(self, what: str) -> None:
        """Show a tab by its name."""
        self.tabs.setCurrentWidget(self._named()[what])

    def _named(self) -> dict[str, DoctorTab | ReachTab | BundleTab]:
        return {"doctor": self.doctor, "reach": self.reach, "bundle": self.bundle}
