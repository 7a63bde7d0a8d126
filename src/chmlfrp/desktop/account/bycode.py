"""Signing in by a code that is approved on a phone or in any browser."""

import math
import time

import segno
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from chmlfrp.control.device import CodeApproved, CodeFailed, CodeFrame, CodeShown
from chmlfrp.control.problem import to_error
from chmlfrp.desktop.account.form import failure
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.tokens import L, M, S
from chmlfrp.desktop.design.views import Spinner
from chmlfrp.desktop.design.widgets import button, column, label, line
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import t
from chmlfrp.errors import ChmlFrpError

SIDE = 176
QUIET = 3
"""Modules of white around the code."""


class QrCode(QWidget):
    """A QR code, painted black on white in any theme."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[bytes, ...] = ()
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(t("account.qr"))

    def show_link(self, link: str) -> None:
        """Show the code of that address."""
        made = segno.make(link, error="m", micro=False)
        self._rows = tuple(bytes(row) for row in made.matrix)
        self.update()

    def sizeHint(self) -> QSize:
        """Return its one size."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the modules."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#ffffff"))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        if not self._rows:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        step = self.width() / (len(self._rows) + 2 * QUIET)
        for y, row in enumerate(self._rows, QUIET):
            for x, is_dark in enumerate(row, QUIET):
                if is_dark:
                    module = QRectF(x * step, y * step, step, step)
                    painter.fillRect(module.toAlignedRect(), QColor("#000000"))


class CodePanel(QStackedWidget):
    """What it is for; the code with its countdown; how it ended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._call: Call | None = None
        self._link = ""
        self._ends_at = 0.0
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self.begin = button(t("account.by_code.begin"), self.start, role="primary")
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self._first = QWidget()
        self._first.setLayout(
            column(
                label(t("account.by_code.how"), "soft", wraps=True),
                self.error,
                line(None, self.begin),
                spacing=M,
            )
        )
        self._first.layout().addStretch(1)  # type: ignore[union-attr]  # it is a column
        self._waiting = QWidget()
        self._waiting.setLayout(
            line(
                None,
                Spinner(),
                label(t("account.by_code.asking"), "soft"),
                button(t("do.cancel"), self.cancel),
                None,
                spacing=M,
            )
        )
        self._shown = self._code_view()
        for view in (self._first, self._waiting, self._shown):
            self.addWidget(view)

    def _code_view(self) -> QWidget:
        self.qr = QrCode()
        self.code = label(role="code")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address = label(role="caption", wraps=True)
        self.left = label(role="caption")
        self.open = button(t("account.by_code.open"), self._open, glyph="open")
        self.stop = button(t("do.cancel"), self.cancel)
        told = column(
            label(t("account.by_code.scan"), "soft", wraps=True),
            self.code,
            self.address,
            self.left,
            spacing=S,
        )
        told.addStretch(1)
        told.addLayout(line(self.open, self.stop, None))
        row = line(spacing=L)
        row.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(told, 1)
        view = QWidget()
        view.setLayout(row)
        return view

    def start(self) -> None:
        """Ask for a code and wait for what somebody decides."""
        self.cancel()
        self.error.hide()
        self.setCurrentWidget(self._waiting)
        self._call = self._desk.mirror.stream(
            lambda client: client.sign_in_by_code(),
            self._frames,
            failed=self._failed,
            over=self._over,
            owner=self,
        )

    def cancel(self) -> None:
        """End the wait; the code is worth nothing then."""
        if self._call is not None:
            self._call.cancel()
            self._call = None
        self._over()

    def hideEvent(self, event: QHideEvent) -> None:
        """A code that nobody sees is not waited for, unless the browser is in front."""
        if not event.spontaneous():
            self.cancel()
        super().hideEvent(event)

    def _frames(self, frames: list[CodeFrame]) -> None:
        for frame in frames:
            match frame:
                case CodeShown():
                    self._show(frame)
                case CodeFailed():
                    self._failed(to_error(frame.problem))
                case CodeApproved():
                    self._over()

    def _show(self, frame: CodeShown) -> None:
        self._link = frame.full_url or frame.url
        self._ends_at = time.monotonic() + frame.expires_in_s
        self.qr.show_link(self._link)
        self.code.setText(frame.user_code)
        self.code.setAccessibleName(t("account.code") + " " + frame.user_code)
        self.address.setText(frame.url)
        self._second.start()
        self._tick()
        self.setCurrentWidget(self._shown)
        self.open.setFocus()

    def _tick(self) -> None:
        left = max(0, math.ceil(self._ends_at - time.monotonic()))
        text = t("account.by_code.left", m=left // 60, s=f"{left % 60:02}")
        self.left.setText(text)

    def _failed(self, error: ChmlFrpError) -> None:
        is_unset = error.field == "service.client_id"
        text = t("account.by_code.unset") if is_unset else failure(error)
        self.error.setText(text)
        self.error.show()
        self._over()

    def _over(self) -> None:
        self._call = None
        self._second.stop()
        self.setCurrentWidget(self._first)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl(self._link))
