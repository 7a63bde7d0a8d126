"""Third: the node, recommended with its reason, and all others in a table."""

from typing import NamedTuple

from chmlfrp.control.client import ControlClient
from chmlfrp.control.protocol import NodeView
from chmlfrp.desktop.bridge import Call
from chmlfrp.desktop.design.table import table
from chmlfrp.desktop.design.tokens import XS, Tone
from chmlfrp.desktop.design.views import Stage
from chmlfrp.desktop.design.widgets import Card, Pill, label, line
from chmlfrp.desktop.new.parts import worded
from chmlfrp.desktop.new.step import Step
from chmlfrp.desktop.new.table import NodeRow, NodeRows, node_rows
from chmlfrp.desktop.text import error_text, error_title, t
from chmlfrp.errors import ChmlFrpError
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.words.language import say
from chmlfrp.words.node import word_latency, word_why


class Nodes(NamedTuple):
    """What the daemon says of nodes."""

    views: list[NodeView]
    advice: list[Recommendation]


class NodeStep(Step):
    """A card with the best, a table with all."""

    name = "node"
    fields = frozenset({"node"})

    def build(self) -> None:
        """Put the recommendation above the table."""
        self._call: Call | None = None
        self._kind: TunnelType | None = None
        self.best = Card()
        self.best_name = label(role="heading")
        self.best_why = label(role="soft", wraps=True)
        self.pill = Pill(t("new.node.best"), Tone.ACCENT)
        self.best.body.setSpacing(XS)
        self.best.body.addLayout(line(self.pill, self.best_name, None))
        self.best.body.addWidget(self.best_why)
        self.rows = NodeRows()
        self.list = table(self.rows, t("new.node.list"), wide=4)
        self.list.selectionModel().selectionChanged.connect(self._chosen)
        self.list.doubleClicked.connect(self._double)
        self.stage = Stage(self.list)
        self.error = label(role="field-error", wraps=True)
        self.error.hide()
        self.body.addWidget(self.best)
        self.body.addWidget(self.stage, 1)
        self.body.addWidget(self.error)
        self.best.hide()

    def enter(self) -> None:
        """Ask for the nodes, unless that was done for this type."""
        self.list.setFocus()
        if self._kind is not self.draft.asked_kind or not self.rows.rows:
            self._ask()

    def rest(self) -> None:
        """Ask no further."""
        if self._call is not None:
            self._call.cancel()

    def leave(self) -> bool:
        """Take the chosen row."""
        row = self.chosen()
        if row is None:
            self.error.setText(t("new.node.none"))
            self.error.show()
            return False
        if self.draft.node != row.view.name:
            self.draft.node, self.draft.node_host = row.view.name, ""
        return True

    def chosen(self) -> NodeRow | None:
        """Return the row that is chosen."""
        for index in self.list.selectionModel().selectedRows():
            return self.rows.rows[index.row()]
        return None

    def show_error(self, error: ChmlFrpError) -> None:
        """Show what was said of the node."""
        self.error.setText(worded(error))
        self.error.show()

    def _ask(self) -> None:
        kind = self._kind = self.draft.asked_kind
        self.best.hide()
        self.stage.show_loading(t("new.node.loading"))

        async def ask(client: ControlClient) -> Nodes:
            return Nodes(await client.nodes(), await client.survey.recommend(kind))

        self._call = self.desk.mirror.call(
            ask, done=self._show, failed=self._failed, owner=self
        )

    def _failed(self, error: ChmlFrpError) -> None:
        self.stage.show_error(
            error_title(error), error_text(error), action=t("do.retry"), do=self._ask
        )

    def _show(self, nodes: Nodes) -> None:
        snapshot = self.desk.mirror.snapshot
        account = snapshot.session.account if snapshot else None
        rows = node_rows(
            nodes.views,
            nodes.advice,
            self.draft.asked_kind,
            is_member=account is not None and account.is_member,
        )
        self.rows.take(rows)
        if not rows:
            self.stage.show_empty(
                t("new.node.empty"), action=t("do.retry"), do=self._ask
            )
            return
        self.stage.show_content()
        self._recommend(nodes.advice)
        for place, row in enumerate(rows):
            if self.rows.can_take(row) and self.draft.node in ("", row.view.name):
                self.list.selectRow(place)
                break
        self.list.setFocus()

    def _recommend(self, advice: list[Recommendation]) -> None:
        self.best.setVisible(bool(advice))
        if advice:
            best = advice[0]
            why = [word_why(one) for one in best.why]
            if best.latency_ms is not None:
                why.insert(0, word_latency(best.latency_ms))
            self.best_name.setText(best.node)
            self.best_why.setText(say("，", ", ").join(why))

    def _chosen(self) -> None:
        self.error.hide()

    def _double(self) -> None:
        if self.chosen() is not None:
            self.picked.emit()
