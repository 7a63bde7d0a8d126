"""Icons from a font, in the colour of a token; named here after what they mean."""

from functools import cache
from typing import cast

import qtawesome
from PySide6.QtGui import QIcon

from chmlfrp.desktop.design.theme import tokens

NAMES = {
    "overview": "ri.home-5-line",
    "tunnels": "mdi6.sitemap-outline",
    "new": "ri.add-line",
    "nodes": "ri.server-line",
    "domains": "ri.global-line",
    "logs": "ri.file-list-3-line",
    "account": "ri.user-line",
    "tools": "ri.tools-line",
    "settings": "ri.settings-3-line",
    "search": "ri.search-line",
    "refresh": "ri.refresh-line",
    "restart": "ri.restart-line",
    "delete": "ri.delete-bin-6-line",
    "edit": "ri.edit-line",
    "copy": "ri.file-copy-line",
    "start": "ri.play-line",
    "stop": "ri.stop-line",
    "pause": "ri.pause-line",
    "close": "ri.close-line",
    "warning": "ri.error-warning-line",
    "info": "ri.information-line",
    "good": "ri.checkbox-circle-line",
    "theme": "ri.contrast-2-line",
    "empty": "ri.inbox-line",
    "away": "ri.cloud-off-line",
    "history": "ri.history-line",
    "open": "ri.external-link-line",
    "more": "ri.more-2-line",
    "star": "ri.star-line",
    "starred": "ri.star-fill",
    "download": "ri.download-2-line",
}


def icon(name: str, ink: str = "text_soft", *, on: str | None = None) -> QIcon:
    """Return the icon in that token's colour; `on`: another for a checked button."""
    theme = tokens()
    checked = getattr(theme, on) if on else None
    return _icon(NAMES[name], getattr(theme, ink), checked)


@cache
def _icon(glyph: str, ink: str, checked: str | None) -> QIcon:
    extra = {"color_on": checked} if checked else {}
    return cast(QIcon, qtawesome.icon(glyph, color=ink, **extra))
