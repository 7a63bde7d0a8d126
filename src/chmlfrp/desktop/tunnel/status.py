"""The Status tab: the address, why it is down and what to do, and the five rungs."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.design.tokens import M, S
from chmlfrp.desktop.design.views import Banner
from chmlfrp.desktop.design.widgets import (
    Elided,
    Pill,
    button,
    column,
    label,
    line,
    rule,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.state import tone_of
from chmlfrp.desktop.text import cut_commands, t
from chmlfrp.desktop.tunnel.rows import local_end
from chmlfrp.desktop.tunnel.share import ShareDialog
from chmlfrp.model.ladder import RUNGS, Summary, first_unwell
from chmlfrp.words.ladder import RUNG_NAMES, explain, word_rung, word_summary


class StatusTab(QWidget):
    """How one tunnel stands."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: TunnelView | None = None
        self.pill = Pill()
        self.address = Elided(role="heading")
        self.copy = button(t("do.copy"), self._copy, glyph="copy")
        self.share = button(t("share.do"), self._share, glyph="share")
        self.place = label(role="soft", wraps=True)
        self.remark = label(role="soft", wraps=True)
        self.why = Banner()
        self.why.action.hide()
        self.rungs = QGridLayout()
        self.rungs.setHorizontalSpacing(M)
        self.rungs.setVerticalSpacing(S)
        self.rungs.setColumnStretch(1, 1)
        self.states = {}
        for row, name in enumerate(RUNGS):
            self.rungs.addWidget(label(str(RUNG_NAMES[name]), "soft"), row, 0)
            self.states[name] = label(wraps=True)
            self.rungs.addWidget(self.states[name], row, 1)
        body = column(
            line(self.pill, None, self.copy, self.share, spacing=S),
            self.address,
            self.place,
            self.remark,
            self.why,
            rule(),
            self.rungs,
            margins=(0, M, 0, 0),
        )
        body.addStretch(1)
        self.setLayout(body)
        self._ticking = QTimer(self, interval=1000)
        self._ticking.timeout.connect(self._show_why)

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel."""
        self._view = view
        self.pill.show_state(word_summary(view.summary), tone_of(view))
        self.address.setText(view.address or t("tunnels.no_address"))
        self.copy.setEnabled(bool(view.address))
        self.share.setEnabled(bool(view.address))
        tunnel = view.tunnel
        node = tunnel.node if tunnel else ""
        self.place.setText(t("tunnels.place", local=local_end(view), node=node))
        self.remark.setText(view.options.remark)
        self.remark.setVisible(bool(view.options.remark))
        unwell = first_unwell(view.ladder) if view.wanted else None
        for name, shown in self.states.items():
            rung = getattr(view.ladder, name)
            shown.setText(word_rung(name, rung.state))
            shown.setProperty("tone", "bad" if name == unwell else "")
            shown.style().polish(shown)
        self._show_why()

    def _show_why(self) -> None:
        view = self._view
        explained = None
        if view is not None and view.wanted and view.summary is not Summary.UP:
            explained = explain(view.ladder, now=self._desk.mirror.now)
        if view is None or explained is None:
            self._ticking.stop()
            self.why.hide()
            return
        tone = "bad" if view.summary is Summary.FAILED else "busy"
        self.why.say(cut_commands(str(explained)), tone=tone)
        if explained.retry_in_s is None:
            self._ticking.stop()
        elif not self._ticking.isActive():
            self._ticking.start()

    def _share(self) -> None:
        if self._view is not None and self._view.address:
            ShareDialog(self, self._desk, self._view).exec()

    def _copy(self) -> None:
        address = self._view.address if self._view else None
        if address:
            QGuiApplication.clipboard().setText(address)
            self._desk.toast(t("said.copied", text=address), "", None)
