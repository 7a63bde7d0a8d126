"""How a visitor's row is painted."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from chmlfrp.desktop.design.paint import (
    draw_card,
    draw_pill,
    draw_tag,
    draw_text,
    font,
    pill_width,
)
from chmlfrp.desktop.design.table import Index
from chmlfrp.desktop.design.theme import tokens
from chmlfrp.desktop.design.tokens import BODY, CAPTION, M, S
from chmlfrp.desktop.guard.people import People
from chmlfrp.desktop.guard.person import Person
from chmlfrp.desktop.guard.say import did, stands
from chmlfrp.desktop.text import size, t
from chmlfrp.desktop.tunnel.delegate import area_of, state_of

HEIGHT = 64


class PersonDelegate(QStyledItemDelegate):
    """Address and country, how it stands, what it did and carries."""

    def __init__(self, people: People) -> None:
        super().__init__()
        self._people = people

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return one height for all."""
        return QSize(0, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Paint two lines and the state."""
        person, now = self._people.person(index), self._people.at
        box = area_of(option).adjusted(0, 3, -2, -3)
        state, flag = state_of(option), QStyle.StateFlag
        painter.save()
        draw_card(
            painter,
            box,
            hover=bool(state & flag.State_MouseOver),
            chosen=bool(state & flag.State_Selected),
            focus=bool(state & flag.State_HasFocus),
        )
        inner = box.adjusted(M, 7, -M, -7)
        first = QRect(inner.left(), inner.top(), inner.width(), 22)
        second = first.translated(0, 23)
        theme = tokens()
        right = _paint_state(painter, first, person, now)
        _paint_who(painter, first.adjusted(0, 0, right - first.right() - S, 0), person)
        rate = t("guard.rate", rate=size(person.rate)) if person.rate else ""
        draw_text(
            painter, second, rate, ink=theme.accent, size=CAPTION, right=True, bold=True
        )
        room = second.adjusted(0, 0, -90 if rate else 0, 0)
        draw_text(painter, room, did(person), ink=theme.text_soft, size=CAPTION)
        painter.restore()


def _paint_state(painter: QPainter, line: QRect, person: Person, now: float) -> int:
    """Paint the state at the right and return where it begins."""
    found = stands(person, now)
    if found is None:
        return line.right()
    text, tone = found
    width = pill_width(font(BODY), text)
    draw_pill(painter, QRect(line.right() - width, line.top(), width, 22), text, tone)
    return line.right() - width


def _paint_who(painter: QPainter, line: QRect, person: Person) -> None:
    theme = tokens()
    left = line.left()
    if person.view.country:
        tag = QRect(left, line.top() + 2, 40, 18)
        left += draw_tag(painter, tag, person.view.country) + S
    who = f"{person.address}  {person.called}".rstrip()
    room = QRect(left, line.top(), line.right() - left, line.height())
    draw_text(painter, room, who, ink=theme.text, size=BODY, bold=True)
