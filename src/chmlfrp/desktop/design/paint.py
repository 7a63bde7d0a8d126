"""Strokes that widgets and delegates share."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.design.tokens import CAPTION, FIXED_FAMILIES, RADIUS, Tone

SWITCH_WIDTH, SWITCH_HEIGHT = 42, 22


def font(size: int, *, bold: bool = False, fixed: bool = False) -> QFont:
    """Return the window's font in that height."""
    made = QFont()
    if fixed:
        made.setFamilies(FIXED_FAMILIES)
    made.setPixelSize(size)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def draw_text(
    painter: QPainter,
    box: QRect,
    text: str,
    *,
    ink: str,
    size: int,
    bold: bool = False,
    right: bool = False,
) -> None:
    """Draw one line, centred in height; what does not fit ends in …"""
    used = font(size, bold=bold)
    painter.setFont(used)
    painter.setPen(QColor(ink))
    fitting = QFontMetrics(used).elidedText(
        text, Qt.TextElideMode.ElideRight, box.width()
    )
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, fitting)


def draw_card(
    painter: QPainter, box: QRect, *, hover: bool, chosen: bool, focus: bool
) -> None:
    """Draw the frame of a row."""
    theme = tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = theme.card_hover if hover else theme.card
    edge = theme.accent if chosen or focus else theme.line
    painter.setPen(QPen(QColor(edge), 1.6 if focus else 1.0))
    painter.setBrush(QColor(theme.accent_soft if chosen else fill))
    painter.drawRoundedRect(QRectF(box).adjusted(0.8, 0.8, -0.8, -0.8), RADIUS, RADIUS)


def draw_pill(painter: QPainter, box: QRect, text: str, tone: Tone) -> None:
    """Draw a state on its colour, with a dot before it."""
    theme = tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.wash(tone)))
    painter.drawRoundedRect(QRectF(box), box.height() / 2, box.height() / 2)
    painter.setBrush(QColor(theme.ink(tone)))
    centre = QPointF(box.left() + 13, box.center().y() + 0.5)
    painter.drawEllipse(centre, 3.0, 3.0)
    inner = box.adjusted(21, 0, -8, 0)
    draw_text(painter, inner, text, ink=theme.ink(tone), size=CAPTION, bold=True)


def pill_width(base: QFont, text: str) -> int:
    """Return how wide such a pill is."""
    used = QFont(base)
    used.setPixelSize(CAPTION)
    used.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(used).horizontalAdvance(text) + 32


def draw_tag(painter: QPainter, at: QRect, text: str) -> int:
    """Draw a small label and return how wide it is."""
    theme = tokens()
    used = font(11, bold=True)
    width = QFontMetrics(used).horizontalAdvance(text) + 14
    box = QRect(at.left(), at.top(), width, at.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent_soft))
    painter.drawRoundedRect(QRectF(box), 4, 4)
    painter.setFont(used)
    painter.setPen(QColor(theme.accent))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    return width


def draw_switch(
    painter: QPainter, box: QRect, *, is_on: bool, is_pending: bool, focus: bool = False
) -> None:
    """Draw a switch; one whose fact has not come yet has a hollow knob."""
    theme = tokens()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.text), 1.4) if focus else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent if is_on else theme.track))
    painter.drawRoundedRect(QRectF(box), box.height() / 2, box.height() / 2)
    inset = box.height() / 2
    x = box.right() + 1 - inset if is_on else box.left() + inset
    centre = QPointF(x, box.top() + inset)
    if is_pending:
        painter.setPen(QPen(QColor("#ffffff"), 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, inset - 5, inset - 5)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    painter.drawEllipse(centre, inset - 3, inset - 3)
