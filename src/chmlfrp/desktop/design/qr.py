"""A QR code as painted squares."""

from functools import cache

import segno
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

QUIET = 2
"""Modules of white around it."""


@cache
def matrix_of(text: str) -> tuple[bytes, ...]:
    """Return the rows of modules, 1 for dark."""
    return tuple(bytes(row) for row in segno.make_qr(text, error="m").matrix)


def draw_qr(painter: QPainter, box: QRectF, text: str) -> None:
    """Fill the square with the code, dark on white in every theme."""
    rows = matrix_of(text)
    side = box.width() / (len(rows) + 2 * QUIET)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(box, QColor("#ffffff"))
    for y, row in enumerate(rows, QUIET):
        for x, is_dark in enumerate(row, QUIET):
            if is_dark:
                left, top = box.left() + x * side, box.top() + y * side
                painter.fillRect(
                    QRectF(left, top, side + 0.5, side + 0.5), QColor("#101218")
                )
    painter.restore()
