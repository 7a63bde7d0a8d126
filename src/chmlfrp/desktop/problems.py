"""What is the matter as strips, each with the way out of it."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtWidgets import QFrame

from chmlfrp.desktop.design.tokens import L, M, S
from chmlfrp.desktop.design.views import Glyph
from chmlfrp.desktop.design.widgets import button, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.say import health_text
from chmlfrp.desktop.text import t
from chmlfrp.model.health import HealthCode, HealthItem, Severity


class Way(NamedTuple):
    """Where a matter is mended: a page with its subject or a part of it chosen."""

    page: str
    what: str | None = None
    """None: the matter's subject."""
    code: str = "overview.look"


WAYS: dict[HealthCode, Way] = {
    HealthCode.NETWORK_DOWN: Way("tools", "", "tools.run"),
    HealthCode.SESSION_REFUSED: Way("account", "", "account.log_in"),
    HealthCode.CORE_UNUSABLE: Way("settings", "core"),
    HealthCode.NODE_UNREACHABLE: Way("nodes"),
    HealthCode.TUNNEL_FAILED: Way("tunnels"),
    HealthCode.TUNNEL_WAITING: Way("tunnels"),
    HealthCode.LOCAL_SERVICE_DOWN: Way("tunnels"),
    HealthCode.TUNNEL_UNREACHABLE: Way("tunnels"),
}
"""A service that is away is not here: it is asked again."""


def strip(item: HealthItem, desk: Desk) -> QFrame:
    """Return the matter in words beside a button."""
    tone = "bad" if item.severity is Severity.ERROR else "busy"
    frame = QFrame()
    frame.setProperty("role", "banner")
    frame.setProperty("tone", tone)
    text = health_text(item, desk.mirror.snapshot)
    row = line(Glyph("warning", tone, size=20), margins=(L, S, S, S), spacing=M)
    row.addWidget(label(text, wraps=True), 1)
    words, act = _way_out(item, desk)
    row.addWidget(button(words, act))
    frame.setLayout(row)
    frame.setAccessibleName(text)
    return frame


def _way_out(item: HealthItem, desk: Desk) -> tuple[str, Callable[[], object]]:
    way = WAYS.get(item.key.code)
    if way is None:
        return t("do.retry"), lambda: desk.mirror.call(lambda c: c.refresh())
    what = item.key.subject if way.what is None else way.what
    return t(way.code), lambda: desk.go(way.page, what)
