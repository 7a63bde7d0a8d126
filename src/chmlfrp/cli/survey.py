"""`chmlfrp node test`, `latency`, `uptime`, `recommend` and `favourite`."""

import time
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.model.node import NodeUptime
from chmlfrp.model.recommend import Recommendation
from chmlfrp.model.tunnel import TunnelType
from chmlfrp.words.language import say
from chmlfrp.words.node import word_latency, word_point, word_why

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

_with_node = click.argument("node", metavar="NODE")


@verb("test", say("测量到节点的延迟。", "Measure the way to nodes."))
@click.argument("nodes", nargs=-1, metavar="[NODE...]")
@with_json
def test(nodes: tuple[str, ...], is_json: bool) -> None:
    """Measure nodes, all that are online without a name; Ctrl-C ends it."""

    async def work(client: "ControlClient") -> None:
        async for one in client.survey.measure(nodes):
            if is_json:
                out_json(one)
            else:
                count = f"[{one.done}/{one.total}]"
                out(f"{count}  {one.node}  {word_point(one.point)}")

    run(work)


@verb("latency", say("一个节点测过的延迟。", "What was measured of a node."))
@_with_node
@with_json
def latency(node: str, is_json: bool) -> None:
    """Print the measurements, the oldest first."""
    points = run(lambda client: client.survey.latency(node))
    if is_json:
        out_json(points)
        return
    for point in points:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(point.at))
        out(at, "  ", word_point(point))
    if not points:
        err(say("还没有测过：chmlfrp node test", "not measured: chmlfrp node test"))


@verb("uptime", say("节点近来的在线率。", "How much nodes were up lately."))
@click.argument("node", required=False, default="", metavar="[NODE]")
@click.option("--days", type=click.IntRange(1, 90), default=30, metavar="1-90")
@with_json
def uptime(node: str, days: int, is_json: bool) -> None:
    """Print the days of a node, or the mean of each node."""
    found: list[NodeUptime] = run(
        lambda client: client.survey.uptime(days=days, name=node)
    )
    if is_json:
        out_json(found)
    elif node:
        for row in found:
            for day in row.days:
                out(f"{day.day}  {day.percent:6.2f}%  {'#' * round(day.percent / 5)}")
    else:
        head = (say("名称", "NAME"), say("在线率", "UP"))
        out_table(head, [(row.name, _mean(row)) for row in found])


@verb("recommend", say("推荐节点，并说明理由。", "Recommend nodes, with reasons."))
@click.option(
    "--type",
    "kind",
    type=click.Choice([one.value for one in TunnelType]),
    default=TunnelType.TCP.value,
    help=say("隧道类型，默认 tcp。", "What the tunnel carries; tcp as usual."),
)
@click.option("--count", type=click.IntRange(min=1), default=5, metavar="N")
@with_json
def recommend(kind: str, count: int, is_json: bool) -> None:
    """Print the nodes that fit best."""
    found = run(lambda client: client.survey.recommend(TunnelType(kind)))[:count]
    if is_json:
        out_json(found)
    elif not found:
        err(say("没有合适的节点", "no node fits"))
    else:
        head = (
            say("名称", "NAME"),
            say("延迟", "LATENCY"),
            say("负载", "LOAD"),
            say("理由", "WHY"),
        )
        out_table(head, [_row(one) for one in found])


@verb("favourite", say("收藏节点。", "Like a node."))
@_with_node
@click.option("--off", is_flag=True, help=say("取消收藏。", "No longer."))
def favourite(node: str, off: bool) -> None:
    """Keep in mind that the node is liked, or no longer."""
    run(lambda client: client.survey.favour(node, is_favourite=not off))
    if off:
        out(say("已取消收藏：", "no longer a favourite: "), node)
    else:
        out(say("已收藏：", "a favourite: "), node)


def _row(one: Recommendation) -> tuple[str, ...]:
    why = say("，", ", ").join(map(word_why, one.why))
    return one.node, word_latency(one.latency_ms), f"{one.load_percent:.0f}%", why


def _mean(row: NodeUptime) -> str:
    if not row.days:
        return "-"
    return f"{sum(day.percent for day in row.days) / len(row.days):.2f}%"
