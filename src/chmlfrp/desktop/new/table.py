"""The tables of the guide: what listens here, and the nodes."""

from collections.abc import Sequence

from chmlfrp.control.protocol import NodeView
from chmlfrp.desktop.design.table import Rows
from chmlfrp.desktop.new.look import Found
from chmlfrp.desktop.text import t
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.words.node import word_latency


class FoundRows(Rows[Found]):
    """What listens here."""

    columns = ("new.service.what", "new.service.where", "new.service.fit")

    def cell(self, row: Found, column: int) -> str:
        """Return a world's or program's name, where it is, and whether it fits."""
        if column == 1:
            return f"{row.host}:{row.port}"
        if column == 2:
            return t("new.service.fits") if row.fits else ""
        return found_name(row)


class NodeRow:
    """A node with what is thought of it, and why it cannot be had."""

    def __init__(
        self, view: NodeView, advice: Recommendation | None, why_not: str
    ) -> None:
        self.view, self.advice, self.why_not = view, advice, why_not


class NodeRows(Rows[NodeRow]):
    """All nodes, the recommended ones first."""

    columns = (
        "new.node.name",
        "new.node.area",
        "new.node.latency",
        "new.node.load",
        "new.node.note",
    )

    def cell(self, row: NodeRow, column: int) -> str:
        """Return one of its facts."""
        view = row.view
        if column == 0:
            return view.name
        if column == 1:
            return view.area
        if column == 2:
            return word_latency(view.latency_ms)
        if column == 3:
            return f"{view.bandwidth_percent:.0f} %" if view.is_online else ""
        if row.why_not:
            return row.why_not
        return t("new.node.vip") if view.is_vip else ""

    def can_take(self, row: NodeRow) -> bool:
        """Whether this account may have such a tunnel there."""
        return not row.why_not


def node_rows(
    nodes: Sequence[NodeView],
    advice: Sequence[Recommendation],
    kind: TunnelType,
    *,
    is_member: bool,
) -> list[NodeRow]:
    """Return the nodes: recommended, then others that can be had, then the rest."""
    order = {one.node: place for place, one in enumerate(advice)}
    by_name = {one.node: one for one in advice}
    rows = [
        NodeRow(view, by_name.get(view.name), why_not(view, kind, is_member=is_member))
        for view in nodes
    ]
    last = len(order)
    return sorted(
        rows,
        key=lambda r: (bool(r.why_not), order.get(r.view.name, last), r.view.name),
    )


def why_not(node: NodeView, kind: TunnelType, *, is_member: bool) -> str:
    """Return why the node cannot carry such a tunnel of this account, empty if it can."""
    if not node.is_online:
        return t("new.node.offline")
    if node.is_vip and not is_member:
        return t("new.node.members")
    if kind is TunnelType.UDP and node.allows_udp is False:
        return t("new.node.no_udp")
    if kind.is_web and node.allows_web is False:
        return t("new.node.no_web")
    return ""


def found_name(found: Found) -> str:
    """Return what people call it."""
    if found.world:
        return t("new.service.world", name=found.world)
    return found.program or t("new.service.nameless")
