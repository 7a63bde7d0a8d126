"""Icons from a font, in the colour of a token; named here after what they mean."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QRawFont,
    QTransform,
)

from chmlfrp.desktop.design.theme import tokens

FONT = "remixicon-*.ttf"
CHARACTERS = "remixicon-charmap-*.json"
EM = 96
"""Pixels in which shapes are kept; they are scaled from there."""
FILLED = 0.875
"""How much of an icon's side the shape's em takes."""

NAMES = {
    "overview": "ri.home-5-line",
    "tunnels": "ri.node-tree",
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
    "bell": "ri.notification-3-line",
    "core": "ri.cpu-line",
    "archive": "ri.archive-line",
    "share": "ri.share-line",
    "follow": "ri.arrow-down-line",
    "reveal": "ri.eye-line",
    "download": "ri.download-2-line",
    "game": "ri.gamepad-line",
    "phone": "ri.smartphone-line",
    "sword": "ri.sword-line",
    "screen": "ri.computer-line",
    "terminal": "ri.terminal-box-line",
    "plug": "ri.plug-line",
    "todo": "ri.checkbox-blank-circle-line",
    "back": "ri.arrow-left-line",
    "folder": "ri.folder-open-line",
    "up": "ri.arrow-up-line",
    "failover": "ri.route-line",
    "guard": "ri.shield-line",
    "block": "ri.forbid-2-line",
    "admit": "ri.door-open-line",
}
"""Names of Remix Icon 2.5 (Apache 2.0, `ri.`) by what they mean here."""


def icon(name: str, ink: str = "text_soft", *, on: str | None = None) -> QIcon:
    """Return the icon in that token's colour; `on`: another for a checked button."""
    theme = tokens()
    checked = getattr(theme, on) if on else None
    return _icon(NAMES[name], getattr(theme, ink), checked)


@cache
def _icon(glyph: str, ink: str, checked: str | None) -> QIcon:
    return QIcon(GlyphEngine(glyph, ink, checked or ink))


class GlyphEngine(QIconEngine):
    """Paints one shape of the font, sharp in every size."""

    def __init__(self, glyph: str, ink: str, checked: str) -> None:
        super().__init__()
        self._of = (glyph, ink, checked)

    def clone(self) -> QIconEngine:
        """Return another of the same."""
        return GlyphEngine(*self._of)

    def paint(
        self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        """Fill the shape, fainter where it is disabled."""
        glyph, ink, checked = self._of
        side = min(rect.width(), rect.height()) * FILLED
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(rect).center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.45 if mode == QIcon.Mode.Disabled else 1.0)
        painter.translate(box.topLeft())
        painter.scale(side / EM, side / EM)
        painter.fillPath(
            shape(glyph), QColor(checked if state == QIcon.State.On else ink)
        )
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return it in device pixels."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPointF(0, 0).toPoint(), size), mode, state)
        painter.end()
        return made


@cache
def shape(glyph: str) -> QPainterPath:
    """Return the shape in a square of `EM`, the origin at its upper left."""
    font, characters = _font()
    (index,) = font.glyphIndexesForString(
        chr(int(characters[glyph.removeprefix("ri.")], 16))
    )
    height = font.ascent() + font.descent()
    fitting = QTransform().scale(EM / height, EM / height)
    return fitting.translate(0, font.ascent()).map(font.pathForGlyph(index))


@cache
def _font() -> tuple[QRawFont, dict[str, str]]:
    """Return font and characters out of qtawesome's files.

    The package itself reads every font it has and all of Qt through qtpy when imported,
    which is a quarter of the window's start.
    """
    found = find_spec("qtawesome")
    assert found is not None
    assert found.origin is not None
    folder = Path(found.origin).parent / "fonts"
    file, characters = (next(folder.glob(name)) for name in (FONT, CHARACTERS))
    names = msgspec.json.decode(characters.read_bytes(), type=dict[str, str])
    return QRawFont(str(file), EM), names
