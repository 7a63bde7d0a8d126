"""What the window says, by code: one table for each page and one for what all share."""

from chmlfrp.desktop.texts.account import ACCOUNT
from chmlfrp.desktop.texts.common import COMMON
from chmlfrp.desktop.texts.detail import DETAIL
from chmlfrp.desktop.texts.domains import DOMAINS
from chmlfrp.desktop.texts.guard import GUARD
from chmlfrp.desktop.texts.logs import LOGS
from chmlfrp.desktop.texts.new import NEW
from chmlfrp.desktop.texts.nodes import NODES
from chmlfrp.desktop.texts.options import OPTIONS
from chmlfrp.desktop.texts.overview import OVERVIEW
from chmlfrp.desktop.texts.settings import SETTINGS
from chmlfrp.desktop.texts.tools import TOOLS
from chmlfrp.desktop.texts.tunnels import TUNNELS
from chmlfrp.words.language import Both

TABLES: tuple[dict[str, Both], ...] = (
    COMMON,
    ACCOUNT,
    OVERVIEW,
    TUNNELS,
    DETAIL,
    OPTIONS,
    GUARD,
    LOGS,
    TOOLS,
    NEW,
    NODES,
    DOMAINS,
    SETTINGS,
)

TEXTS: dict[str, Both] = {
    code: text for table in TABLES for code, text in table.items()
}
