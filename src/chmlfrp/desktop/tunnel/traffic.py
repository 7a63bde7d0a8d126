"""The Traffic tab: a live chart, sums, the last seven days, and who is inside."""

import time
from datetime import date, timedelta
from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.control.guard import Blocked, BlockVisitor, TrafficPoint, VisitorView
from chmlfrp.control.protocol import TunnelView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.charts import Columns, Sparkline
from chmlfrp.desktop.design.tokens import L, M, S
from chmlfrp.desktop.design.widgets import (
    Elided,
    button,
    column,
    empty_out,
    label,
    line,
    rule,
)
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.text import error_title, size, t, whole_error
from chmlfrp.desktop.tunnel.past import Past
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.traffic import TunnelTraffic

EVERY_MS = 2000
SPAN_S = 120
MOST_VISITORS = 8
BLOCK_MIN = 60


class Seen(NamedTuple):
    """What the guard answered at one time."""

    points: list[TrafficPoint]
    visitors: list[VisitorView]


class TrafficTab(QWidget):
    """Asks only while it is seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._view: TunnelView | None = None
        self._call: Call | None = None
        self.rate = label(role="heading")
        self.chart = Sparkline(t("traffic.live"), length=SPAN_S)
        self.chart.setMinimumHeight(90)
        self.sums = label(role="soft", wraps=True)
        self.unguarded = label(t("traffic.unguarded"), "caption", wraps=True)
        self.week = Columns(t("traffic.week"), wording=size)
        self.week_error = label(role="caption", wraps=True)
        self.people = label(t("traffic.visitors"), "heading")
        self.visitors = column(spacing=S)
        inside = QWidget()
        self.past = Past(desk)
        body = column(self.rate, self.chart, self.sums, self.unguarded, self.past)
        body.addWidget(rule())
        body.setContentsMargins(0, M, S, M)
        body.addWidget(label(t("traffic.week"), "heading"))
        body.addWidget(label(t("overview.week.legend"), "caption"))
        body.addWidget(self.week)
        body.addWidget(self.week_error)
        body.addWidget(self.people)
        body.addLayout(self.visitors)
        body.addStretch(1)
        inside.setLayout(body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(t("tunnels.tab.traffic"))
        scroll.setWidget(inside)
        self.setLayout(column(scroll, margins=(0, 0, 0, 0), spacing=L))
        self._asking = QTimer(self, interval=EVERY_MS)
        self._asking.timeout.connect(self._ask)

    def show_view(self, view: TunnelView) -> None:
        """Show this tunnel."""
        is_other = self._view is None or view.id != self._view.id
        was_guarded = self._view is not None and self._view.options.guard.is_on
        self._view = view
        is_guarded = view.options.guard.is_on
        for widget in (self.chart, self.rate, self.past, self.people):
            widget.setVisible(is_guarded)
        self.unguarded.setVisible(not is_guarded)
        if is_other:
            self.chart.put([0.0] * SPAN_S)
            empty_out(self.visitors)
            self.rate.clear()
        self.past.show_tunnel(view.id)
        self._show_today()
        if self.isVisible() and (is_other or is_guarded != was_guarded):
            self._begin()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask from now on."""
        super().showEvent(event)
        self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more."""
        self._asking.stop()
        super().hideEvent(event)

    def _begin(self) -> None:
        view = self._view
        if view is None:
            return
        self._desk.mirror.call(
            lambda client: client.account.tunnel_week(view.id),
            done=lambda week: self._show_week(view.id, week),
            failed=lambda error: self._week_failed(error),
            owner=self,
        )
        if view.options.guard.is_on:
            self._asking.start()
            self._ask()
        else:
            self._asking.stop()

    def _ask(self) -> None:
        view = self._view
        if view is None or (self._call is not None and not self._call.is_over):
            return

        async def ask(client: ControlClient) -> Seen:
            points = await client.guard.history(1, tunnel=view.id)
            visitors = await client.guard.visitors(tunnel=view.id, most=50)
            return Seen(points, visitors)

        self._call = self._desk.mirror.call(
            ask,
            done=lambda seen: self._show_seen(view.id, seen),
            failed=lambda error: self.rate.setText(error_title(error)),
            owner=self,
        )

    def _show_seen(self, number: int, seen: Seen) -> None:
        if self._view is None or number != self._view.id:
            return
        now = int(time.time())
        by_second = {point.at: point for point in seen.points if point.tunnel == number}
        points = [by_second.get(now - SPAN_S + at) for at in range(SPAN_S)]
        self.chart.put(float(p.bytes_in + p.bytes_out) if p else 0.0 for p in points)
        last = [p for p in points[-5:] if p is not None]
        came, went = sum(p.bytes_in for p in last), sum(p.bytes_out for p in last)
        self.rate.setText(t("traffic.rate", came=size(came / 5), went=size(went / 5)))
        visitors = [v for v in seen.visitors if v.tunnel == number]
        self.past.offer(visitor.address for visitor in visitors)
        self._show_visitors(visitors)

    def _show_today(self) -> None:
        tunnel = self._view.tunnel if self._view else None
        if tunnel is not None:
            came, went = size(tunnel.today_in_bytes), size(tunnel.today_out_bytes)
            n = tunnel.connections
            self.sums.setText(t("traffic.today", came=came, went=went, n=n))

    def _show_week(self, number: int, week: TunnelTraffic) -> None:
        if self._view is None or number != self._view.id:
            return
        self.week_error.clear()
        days = max(len(week.in_bytes), len(week.out_bytes))
        today = date.today()
        rows = [
            (
                f"{today - timedelta(days=days - 1 - place):%m-%d}",
                _at(week.in_bytes, place),
                _at(week.out_bytes, place),
            )
            for place in range(days)
        ]
        self.week.show_rows(rows)
        if not any(a or b for _, a, b in rows):
            self.week_error.setText(t("overview.week.none"))

    def _week_failed(self, error: ChmlFrpError) -> None:
        self.week.show_rows([])
        self.week_error.setText(whole_error(error))

    def _show_visitors(self, visitors: list[VisitorView]) -> None:
        empty_out(self.visitors)
        if not visitors:
            self.visitors.addWidget(label(t("traffic.nobody"), "soft"))
        for visitor in visitors[:MOST_VISITORS]:
            self.visitors.addWidget(self._visitor_row(visitor))

    def _visitor_row(self, visitor: VisitorView) -> QWidget:
        where = f"{visitor.address} {visitor.country}".strip()
        facts = t(
            "traffic.visitor",
            open=visitor.open,
            n=visitor.connections,
            size=size(visitor.bytes_in + visitor.bytes_out),
        )
        row = line(spacing=M)
        row.addLayout(column(Elided(where), Elided(facts, "caption"), spacing=0), 1)
        until = visitor.blocked_until
        if until is not None and until > time.time():
            left = int(until - time.time()) // 60 + 1
            row.addWidget(label(t("traffic.blocked", n=left), "caption"))
        else:
            address = visitor.address
            block = button(
                t("traffic.block"), lambda: self._block(address), role="danger"
            )
            block.setAccessibleName(t("traffic.block.name", address=address))
            row.addWidget(block)
        holder = QWidget()
        holder.setLayout(row)
        return holder

    def _block(self, address: str) -> None:
        view = self._view
        if view is None:
            return
        command = BlockVisitor(address=address, minutes=BLOCK_MIN)

        def done(blocked: Blocked) -> None:
            said = t(
                "traffic.was_blocked", address=address, n=BLOCK_MIN, ended=blocked.ended
            )
            self._desk.toast(said, "", None)
            self._ask()

        self._desk.mirror.call(
            lambda client: client.guard.block(view.id, command),
            done=done,
            failed=lambda error: self._desk.toast(whole_error(error), "", None),
            owner=self,
        )


def _at(values: tuple[int, ...], place: int) -> float:
    return float(values[place]) if place < len(values) else 0.0
