"""How a row is painted, and where its switch is."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QRect, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.paint import (
    SWITCH_HEIGHT,
    SWITCH_WIDTH,
    draw_card,
    draw_pill,
    draw_switch,
    draw_tag,
    draw_text,
    font,
    pill_width,
)
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.design.tokens import BODY, CAPTION, ROW
from chmlfrp.desktop.mirror import Mirror
from chmlfrp.desktop.state import tone_of
from chmlfrp.desktop.tunnel.rows import Index, TunnelRows, local_end, why
from chmlfrp.words.ladder import word_summary

PAD = 16
NARROW = 620
"""Rows that are narrower leave the addresses out."""


class TunnelDelegate(QStyledItemDelegate):
    """Paints the row; a click on its switch is told."""

    switched = Signal(int)

    def __init__(self, rows: TunnelRows, mirror: Mirror) -> None:
        super().__init__()
        self._rows = rows
        self._mirror = mirror

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return one height for all."""
        return QSize(0, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Paint name, place, addresses, state and switch."""
        view = self._rows.view(index)
        area = area_of(option)
        box = area.adjusted(0, 4, -2, -4)
        flag = QStyle.StateFlag
        state = state_of(option)
        painter.save()
        draw_card(
            painter,
            box,
            hover=bool(state & flag.State_MouseOver),
            chosen=bool(state & flag.State_Selected),
            focus=bool(state & flag.State_HasFocus),
        )
        switch = switch_box(area)
        draw_switch(
            painter,
            switch,
            is_on=self._rows.is_wanted(view),
            is_pending=self._rows.is_pending(view),
        )
        left = self._state(painter, box, switch.left() - PAD, view)
        self._words(painter, box.adjusted(PAD, 9, 0, -9), left - PAD, view)
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Tell a click on the switch."""
        if event.type() != QEvent.Type.MouseButtonRelease:
            return False
        assert isinstance(event, QMouseEvent)
        reach = switch_box(area_of(option)).adjusted(-6, -8, 6, 8)
        if not reach.contains(event.position().toPoint()):
            return False
        self.switched.emit(self._rows.view(index).id)
        return True

    def _state(
        self, painter: QPainter, box: QRect, right: int, view: TunnelView
    ) -> int:
        """Draw the pill that ends at `right` and return where it begins."""
        text = word_summary(view.summary)
        width = pill_width(font(BODY), text)
        pill = QRect(right - width, box.center().y() - 12, width, 24)
        draw_pill(painter, pill, text, tone_of(view))
        return right - max(width, 96)

    def _words(
        self, painter: QPainter, box: QRect, right: int, view: TunnelView
    ) -> None:
        theme = tokens()
        width = right - box.left()
        has_two = width > NARROW - 200
        first = QRect(box.left(), box.top(), width // 2 if has_two else width, 22)
        draw_text(painter, first, view.name, ink=theme.text, size=15, bold=True)
        lower = first.translated(0, 23)
        tag = QRect(lower.left(), lower.top() + 1, lower.width(), 18)
        kind = view.tunnel.type.upper() if view.tunnel else ""
        used = draw_tag(painter, tag, kind) + 8 if kind else 0
        place = lower.adjusted(used, 0, -8, 0)
        matter = why(view, now=self._mirror.now)
        text, ink = matter, theme.ink(tone_of(view))
        if not matter:
            node = view.tunnel.node if view.tunnel else ""
            owner = self._rows.owner(view)
            text = "  ".join(filter(None, (owner, node, view.options.group)))
            ink = theme.text_soft
        draw_text(painter, place, text, ink=ink, size=CAPTION)
        if has_two:
            second = QRect(
                first.right() + 12, box.top(), right - first.right() - 24, 20
            )
            address = f"→ {view.address}" if view.address else ""
            draw_text(painter, second, local_end(view), ink=theme.text, size=13)
            lower = second.translated(0, 23)
            draw_text(painter, lower, address, ink=theme.text_soft, size=13)


def switch_box(area: QRect) -> QRect:
    """Return where the switch of a row is."""
    left = area.right() - PAD - SWITCH_WIDTH - 2
    top = area.center().y() - SWITCH_HEIGHT // 2
    return QRect(left, top, SWITCH_WIDTH, SWITCH_HEIGHT)


def area_of(option: QStyleOptionViewItem) -> QRect:
    """Return the room of a row; Qt's stubs do not know the field."""
    area = getattr(option, "rect")  # noqa: B009
    assert isinstance(area, QRect)
    return area


def state_of(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    """Return how a row stands; Qt's stubs do not know the field."""
    state = getattr(option, "state")  # noqa: B009
    assert isinstance(state, QStyle.StateFlag)
    return state
