"""All about one node."""

from PySide6.QtWidgets import QFormLayout, QScrollArea, QWidget

from chmlfrp.control.client import ControlClient
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.charts import Sparkline
from chmlfrp.desktop.design.tokens import L, M, S, Tone
from chmlfrp.desktop.design.widgets import Pill, button, column, label, line, rule
from chmlfrp.desktop.desk import Desk
from chmlfrp.desktop.nodes.bars import Days
from chmlfrp.desktop.nodes.rows import Row, rights
from chmlfrp.desktop.text import t, whole_error
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.latency import LatencyPoint
from chmlfrp.model.node import NodeDetail
from chmlfrp.words.node import word_latency, word_point

MOST_POINTS = 60
FIELDS = ("host", "ports", "rights", "load", "traffic", "version", "notes")


class NodePanel(QWidget):
    """Facts, days and the way there; asks the daemon once a node is chosen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._row: Row | None = None
        self._calls: list[Call] = []
        self._is_measuring = False
        self.name = label(role="heading", wraps=True)
        self.pill = Pill()
        self.area = label(role="soft", wraps=True)
        self.favourite = button("", glyph="star")
        self.measure = button(t("nodes.measure"), glyph="refresh")
        self.facts = {field: label(role="soft", wraps=True) for field in FIELDS}
        form = QFormLayout()
        form.setHorizontalSpacing(L)
        form.setVerticalSpacing(S)
        for field, value in self.facts.items():
            form.addRow(label(t(f"nodes.fact.{field}")), value)
        self.error = label(role="field-error", wraps=True)
        self.days = Days(t("nodes.uptime"))
        self.days_said = label(role="caption", wraps=True)
        self.way = Sparkline(t("nodes.history"), length=MOST_POINTS)
        self.way.setMinimumHeight(72)
        self.way_said = label(role="caption", wraps=True)
        inside = QWidget()
        body = column(
            line(self.name, None, self.pill),
            self.area,
            line(self.favourite, self.measure, None),
            rule(),
            form,
            self.error,
            label(t("nodes.uptime"), "heading"),
            self.days,
            self.days_said,
            label(t("nodes.history"), "heading"),
            self.way,
            self.way_said,
            margins=(L, M, L, M),
            spacing=M,
        )
        body.addStretch(1)
        inside.setLayout(body)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(t("nodes.detail"))
        scroll.setWidget(inside)
        self.setLayout(column(scroll))
        self.setMinimumWidth(300)

    def show_row(self, row: Row) -> None:
        """Show this node; what only the service knows is asked for when it is another."""
        is_other = self._row is None or self._row.view.name != row.view.name
        has_new_point = self._row is not None and self._row.point != row.point
        self._row, view = row, row.view
        self.name.setText(view.name)
        text = "nodes.online" if view.is_online else "nodes.offline"
        self.pill.show_state(t(text), Tone.GOOD if view.is_online else Tone.IDLE)
        self.area.setText(view.area)
        said = "nodes.unfavour" if view.is_favourite else "nodes.favour"
        self.favourite.setText(t(said))
        self.favourite.setAccessibleName(t(said))
        self._allow_measuring()
        self.facts["rights"].setText(rights(view) or "-")
        self.facts["traffic"].setText(
            t("nodes.fact.counts", clients=view.clients, tunnels=view.tunnels)
        )
        self.facts["notes"].setText(view.notes or "-")
        self.facts["load"].setText(
            t(
                "nodes.fact.loads",
                band=f"{view.bandwidth_percent:.0f}",
                cpu=f"{view.cpu_percent:.0f}",
            )
        )
        self._show_days(row)
        if is_other:
            self._ask(view.name)
        elif has_new_point:
            self._ask_way(view.name)

    def show_measuring(self, *, is_on: bool) -> None:
        """Offer no measurement while one is under way, which it would end."""
        self._is_measuring = is_on
        self._allow_measuring()

    def _allow_measuring(self) -> None:
        is_online = self._row is not None and self._row.view.is_online
        self.measure.setEnabled(is_online and not self._is_measuring)

    def _show_days(self, row: Row) -> None:
        said = t("nodes.days.unknown")
        if row.uptime is not None:
            said = t("nodes.days", n=len(row.days), percent=f"{row.uptime:.2f}")
        self.days.put(row.days, said)
        self.days_said.setText(said)

    def _ask(self, name: str) -> None:
        for call in self._calls:
            call.cancel()
        for field in ("host", "ports", "version"):
            self.facts[field].setText(t("nodes.fact.asked"))
        self.error.hide()
        self.way.show_values([])
        self.way_said.clear()

        async def detail(client: ControlClient) -> NodeDetail:
            return await client.node(name)

        self._calls = [
            self._desk.mirror.call(
                detail, done=self._show_detail, failed=self._failed, owner=self
            )
        ]
        self._ask_way(name)

    def _ask_way(self, name: str) -> None:
        self._calls.append(
            self._desk.mirror.call(
                lambda client: client.survey.latency(name),
                done=self._show_way,
                owner=self,
            )
        )

    def _show_detail(self, found: NodeDetail) -> None:
        self.facts["host"].setText(found.host or "-")
        self.facts["ports"].setText(str(found.ports) if found.ports else "-")
        self.facts["version"].setText(found.version or "-")

    def _failed(self, error: ChmlFrpError) -> None:
        for field in ("host", "ports", "version"):
            self.facts[field].clear()
        self.error.setText(whole_error(error))
        self.error.show()

    def _show_way(self, points: list[LatencyPoint]) -> None:
        good = [point.ms for point in points if point.ms is not None]
        self.way.setVisible(bool(good))
        self.way.show_values(good[-MOST_POINTS:])
        if not points:
            self.way_said.setText(t("nodes.unmeasured"))
            return
        lost = len(points) - len(good)
        parts = [t("nodes.last", what=word_point(points[-1]))]
        if good:
            low, high = word_latency(min(good)), word_latency(max(good))
            parts.append(t("nodes.range", low=low, high=high))
        parts.append(t("nodes.lost", lost=lost, n=len(points)))
        self.way_said.setText(" · ".join(parts))
