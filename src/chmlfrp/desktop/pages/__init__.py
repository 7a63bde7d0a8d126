"""The pages, one file each. A page is listed here, in the order of the navigation."""

from chmlfrp.desktop.pages.account import AccountPage
from chmlfrp.desktop.pages.base import Page
from chmlfrp.desktop.pages.domains import DomainsPage
from chmlfrp.desktop.pages.logs import LogsPage
from chmlfrp.desktop.pages.nodes import NodesPage
from chmlfrp.desktop.pages.overview import OverviewPage
from chmlfrp.desktop.pages.settings import SettingsPage
from chmlfrp.desktop.pages.tools import ToolsPage
from chmlfrp.desktop.pages.tunnels import TunnelsPage

PAGES: tuple[type[Page], ...] = (
    OverviewPage,
    TunnelsPage,
    NodesPage,
    DomainsPage,
    LogsPage,
    ToolsPage,
    AccountPage,
    SettingsPage,
)
