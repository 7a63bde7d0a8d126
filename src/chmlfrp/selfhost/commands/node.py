"""`node add`, `node list` and `node edit`."""

from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.commands.plain import noun, verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    tell,
    with_database,
)
from chmlfrp.selfhost.node.create import NodePlan, bind_address, create
from chmlfrp.selfhost.node.ports import DEFAULT_LENT, overlaps_ephemeral
from chmlfrp.selfhost.rules.node import check_host, check_port, read_range
from chmlfrp.selfhost.rules.nodekey import JOIN_PREFIX, new_key
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import Node
from chmlfrp.words.language import say

app = noun(say("本服务运行的节点。", "Nodes that this service runs."))

DEFAULT_PORTS = f"{DEFAULT_LENT[0]}-{DEFAULT_LENT[1]}"

HOST = say("公网地址或域名。", "Public address or domain.")
PORTS = say("开放给隧道的端口。", "Ports to lend.")

Name = Annotated[str, typer.Argument(help=say("节点的名称。", "The node's name."))]
Port = Annotated[
    int | None, typer.Option(help=say("客户端连接的端口。", "Where clients connect."))
]
HttpPort = Annotated[
    int | None,
    typer.Option(help=say("http 隧道的端口。", "Where http tunnels are reached.")),
]
HttpsPort = Annotated[
    int | None,
    typer.Option(help=say("https 隧道的端口。", "Where https tunnels are reached.")),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLine:
    """A node as the commands print it; never its secrets."""

    id: int
    name: str
    group: str
    state: str
    host: str
    port: int
    http_port: int | None
    https_port: int | None
    ports: str


def node_line(node: Node) -> NodeLine:
    """Return the node as it is printed; web ports are None where there is no web."""
    return NodeLine(
        id=node.id,
        name=node.name,
        group="vip" if node.is_vip else "user",
        state="online" if node.is_online else "offline",
        host=node.host,
        port=node.port,
        http_port=node.http_port if node.allows_web else None,
        https_port=node.https_port if node.allows_web else None,
        ports=f"{node.first_port}-{node.last_port}",
    )


def read_ports(text: str) -> tuple[int, int]:
    """Return the range, and warn where the system hands out such ports itself."""
    first, last = read_range(text)
    if overlaps_ephemeral(first, last):
        tell(
            say(
                f"注意：系统会自行把 {text} 中的端口分给程序，隧道的端口偶尔会被占用",
                f"warning: the system hands out ports of {text} to programs by "
                "itself; a tunnel may now and then find its port taken",
            )
        )
    return first, last


@verb(
    app,
    "add",
    say(
        "添加节点；运行中的服务几秒内就会启用它。",
        "Add a node; a running service takes it up within seconds.",
    ),
)
def add(
    *,
    name: Name,
    data: Data,
    host: Annotated[str, typer.Option(help=HOST)] = "127.0.0.1",
    port: Port = None,
    http_port: HttpPort = None,
    https_port: HttpsPort = None,
    ports: Annotated[str, typer.Option(help=PORTS)] = DEFAULT_PORTS,
    vip: Annotated[
        bool, typer.Option("--vip", help=say("仅限会员。", "For members only."))
    ] = False,
    no_web: Annotated[
        bool,
        typer.Option(
            "--no-web", help=say("没有 http 和 https。", "No http and https.")
        ),
    ] = False,
    no_udp: Annotated[
        bool, typer.Option("--no-udp", help=say("没有 udp。", "No udp."))
    ] = False,
    area: Annotated[str, typer.Option(help=say("所在地区。", "Where it stands."))] = "",
    notes: Annotated[
        str, typer.Option(help=say("备注。", "What it is good for."))
    ] = "",
    remote: Annotated[
        bool,
        typer.Option(
            "--remote",
            help=say(
                "节点在另一台主机上；打印一次性的加入密钥。",
                "It is on another host; prints a key to join with, once.",
            ),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a node; a running service takes it up within seconds."""

    key = new_key(JOIN_PREFIX) if remote else ""
    lent = checked(lambda: read_ports(ports))

    async def work(database: Database) -> Node:
        plan = NodePlan(
            name=name,
            host=host,
            port=port,
            http_port=http_port,
            https_port=https_port,
            ports=lent,
            is_vip=vip,
            allows_web=not no_web,
            allows_udp=not no_udp,
            area=area,
            notes=notes,
            join_key=key,
        )
        async with database.write() as session:
            return await create(session, plan)

    node = with_database(data, work)
    if remote and as_json:
        answer_json({**asdict(node_line(node)), "join_key": key})
        return
    _print(node, as_json=as_json)
    if remote:
        tell(
            say(
                "加入密钥（只显示一次，只能用一次）：",
                "join key (shown once, works once):",
            )
        )
        answer(key)


@verb(
    app,
    "edit",
    say(
        "修改地址或端口；重新启动服务后生效。",
        "Change address or ports; takes effect when the service is started again.",
    ),
)
def edit(
    *,
    name: Name,
    data: Data,
    host: Annotated[str | None, typer.Option(help=HOST)] = None,
    port: Port = None,
    http_port: HttpPort = None,
    https_port: HttpsPort = None,
    ports: Annotated[str | None, typer.Option(help=PORTS)] = None,
    as_json: AsJson = False,
) -> None:
    """Change address or ports; takes effect when the service is started again."""

    lent = None if ports is None else checked(lambda: read_ports(ports))

    async def work(database: Database) -> Node:
        async with database.write() as session:
            node = await _named(session, name)
            if host is not None:
                node.host, node.bind = check_host(host), bind_address(host)
            if lent is not None:
                node.first_port, node.last_port = lent
            fields = {"port": port, "http_port": http_port, "https_port": https_port}
            for field, value in fields.items():
                if value is not None:
                    setattr(node, field, check_port(value, field))
                    node.ports_chosen = True
            return node

    _print(with_database(data, work), as_json=as_json)


@verb(app, "list", say("列出节点。", "List the nodes."))
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the nodes."""

    async def work(database: Database) -> list[Node]:
        async with database.read() as session:
            return list(await nodes.everything(session))

    lines = [node_line(node) for node in with_database(data, work)]
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        answer(_text(line))
    if not lines:
        tell(
            say(
                "还没有节点；第一次运行 serve 时会建一个",
                "no nodes yet; serve makes one at its first start",
            )
        )


def _print(node: Node, *, as_json: bool) -> None:
    line = node_line(node)
    if as_json:
        answer_json(line)
    else:
        answer(_text(line))


def _text(line: NodeLine) -> str:
    web = f"http {line.http_port} https {line.https_port}" if line.http_port else "-"
    return (
        f"{line.id}\t{line.name}\t{line.group}\t{line.state}\t"
        f"{line.host}:{line.port}\t{web}\t{line.ports}"
    )


async def _named(session: AsyncSession, name: str) -> Node:
    node = await session.scalar(select(Node).where(Node.name == name))
    if node is None:
        raise InvalidInput(f"there is no node {name!r}", field="name")
    return node
