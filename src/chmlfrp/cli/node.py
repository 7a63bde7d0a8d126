"""`chmlfrp node`."""

from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, Part, err, out_fields, out_json, out_table
from chmlfrp.cli.survey import favourite, latency, recommend, test, uptime
from chmlfrp.control.protocol import NodeView
from chmlfrp.model.node import NodeDetail
from chmlfrp.words.language import say
from chmlfrp.words.node import word_latency

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

app = noun(say("服务的节点", "Nodes of the service."))
for _verb in (test, latency, uptime, recommend, favourite):
    app.add_command(_verb)


@app.command("list", help=say("列出节点。", "List the nodes."))
@click.option(
    "--all",
    "every",
    is_flag=True,
    help=say("也列出离线的节点。", "Offline ones as well."),
)
@click.option(
    "--favourites",
    is_flag=True,
    help=say("只列收藏的节点。", "Favourites only."),
)
@with_json
def list_nodes(every: bool, favourites: bool, is_json: bool) -> None:
    """Print the nodes that are online, or all of them."""
    nodes = [n for n in run(_nodes) if every or n.is_online]
    nodes = [n for n in nodes if n.is_favourite or not favourites]
    if is_json:
        out_json(nodes)
    elif nodes:
        _show_table(nodes)
    else:
        err(say("没有在线的节点", "no node is online"))


@app.command(help=say("显示一个节点。", "Show one node."))
@click.argument("node", metavar="NODE", help=say("节点名称。", "Name of the node."))
@with_json
def show(node: str, is_json: bool) -> None:
    """Print one node as the account may see it."""

    async def ask(client: "ControlClient") -> NodeDetail:
        return await client.node(node)

    detail = run(ask)
    if is_json:
        out_json(detail)
    else:
        out_fields(_fields(detail))


def _show_table(nodes: list[NodeView]) -> None:
    head = (
        say("编号", "ID"),
        say("名称", "NAME"),
        say("地区", "AREA"),
        say("状态", "STATE"),
        say("会员", "VIP"),
        say("建站", "WEB"),
        "UDP",
        say("带宽占用", "LOAD"),
        say("隧道", "TUNNELS"),
        say("延迟", "LATENCY"),
    )
    out_table(head, [_row(node) for node in nodes])


async def _nodes(client: "ControlClient") -> list[NodeView]:
    return await client.nodes()


def _row(node: NodeView) -> list[Part]:
    return [
        str(node.id),
        f"{node.name} ★" if node.is_favourite else node.name,
        node.area or "-",
        _online(node.is_online),
        _yes(node.is_vip),
        _yes(node.allows_web),
        _yes(node.allows_udp),
        f"{node.bandwidth_percent:.0f}%",
        str(node.tunnels),
        word_latency(node.latency_ms),
    ]


def _fields(node: NodeDetail) -> list[tuple[str, Part]]:
    return [
        (say("编号", "id"), str(node.id)),
        (say("名称", "name"), node.name),
        (say("地区", "area"), node.area or "-"),
        (say("状态", "state"), _online(node.is_online)),
        (say("地址", "host"), node.host or "-"),
        (say("远程端口", "remote ports"), str(node.ports) if node.ports else "-"),
        (say("限会员", "members only"), _yes(node.is_vip)),
        (say("支持建站", "web"), _yes(node.allows_web)),
        (say("支持 UDP", "udp"), _yes(node.allows_udp)),
        (say("有防御", "protected"), _yes(node.is_protected)),
        (say("版本", "version"), node.version or "-"),
        (say("负载", "load"), f"{node.load_1m:.2f} / {node.cores}"),
        (say("带宽占用", "bandwidth in use"), f"{node.bandwidth_percent:.0f}%"),
        (say("说明", "notes"), node.notes or "-"),
    ]


def _online(is_online: bool) -> Part:
    if is_online:
        return Paint(say("在线", "online"), "green")
    return Paint(say("离线", "offline"), "red")


def _yes(value: bool | None) -> str:
    if value is None:
        return "?"
    return say("是", "yes") if value else say("否", "no")
