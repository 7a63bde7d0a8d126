"""`serve`."""

import ipaddress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from chmlfrp.selfhost import logs
from chmlfrp.selfhost.commands.node import DEFAULT_PORTS, node_line, read_ports
from chmlfrp.selfhost.commands.plain import noun, verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    find_store,
    run,
    tell,
)
from chmlfrp.selfhost.node.create import STANDARD, NodePlan
from chmlfrp.selfhost.store.models import Node
from chmlfrp.words.language import say

DEFAULT_NAME = "本机节点"


app = noun("")


@verb(
    app,
    "serve",
    say(
        "运行服务；节点选项只在第一次启动时有效。",
        "Run the service; node options count at the first start.",
    ),
)
def serve(
    *,
    data: Data,
    host: Annotated[
        str, typer.Option(help=say("API 的地址。", "Address of the API."))
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            help=say(
                "API 的端口；0 表示任一空闲端口。",
                "Port of the API; 0 takes a free one.",
            )
        ),
    ] = 7800,
    no_node: Annotated[
        bool, typer.Option("--no-node", help=say("不运行节点。", "Run no node."))
    ] = False,
    node_name: Annotated[
        str, typer.Option(help=say("第一个节点的名称。", "Name of the first node."))
    ] = DEFAULT_NAME,
    node_host: Annotated[
        str | None,
        typer.Option(
            help=say("第一个节点的公网地址。", "Public address of the first node.")
        ),
    ] = None,
    ports: Annotated[
        str,
        typer.Option(
            help=say("第一个节点开放的端口。", "Ports that the first node lends.")
        ),
    ] = DEFAULT_PORTS,
    node_port: Annotated[
        int | None,
        typer.Option(
            help=say(
                "第一个节点供 frpc 连接的端口；默认 7000 或任一空闲端口。",
                "Port of the first node for frpc; 7000 or a free one unless said.",
            )
        ),
    ] = None,
    standard_ports: Annotated[
        bool,
        typer.Option(
            "--standard-ports",
            help=say(
                "只用 7000、80 和 443，不行就失败。", "7000, 80 and 443, or nothing."
            ),
        ),
    ] = False,
    frps: Annotated[
        Path | None,
        typer.Option(help=say("要运行的 frps 程序。", "The frps to run.")),
    ] = None,
    outbox: Annotated[
        bool,
        typer.Option(
            "--outbox",
            help=say(
                "邮件写入目录而不发送，用 mail list 查看。",
                "Put mail into a folder instead of sending; see mail list.",
            ),
        ),
    ] = False,
    database: Annotated[
        str,
        typer.Option(
            help=say(
                "PostgreSQL 的 URL，不含密码；默认用目录中的文件。",
                "URL of a PostgreSQL, without password; else a file of the folder.",
            )
        ),
    ] = "",
    database_file: Annotated[
        Path | None,
        typer.Option(
            help=say("写有该 URL 的文件。", "A file that holds that URL."),
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help=say("回答 API 的进程数。", "Processes that answer the API."),
        ),
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Run the service until it is ended; node options count at the first start."""
    from chmlfrp.selfhost.service import Ready, ServeSettings
    from chmlfrp.selfhost.service import serve as run_service

    def announce(ready: Ready) -> None:
        if as_json:
            node = None if ready.node is None else asdict(node_line(ready.node))
            answer_json({"api": ready.api, "node": node})
        else:
            answer(_ready_text(ready.api, ready.node))

    lent = checked(lambda: read_ports(ports))
    place = checked(lambda: find_store(data, said=database, file=database_file))

    async def main() -> None:
        chosen = STANDARD if standard_ports else (None, None, None)
        plan = NodePlan(
            name=node_name,
            host=node_host or _reachable(host),
            port=node_port or chosen[0],
            http_port=chosen[1],
            https_port=chosen[2],
            ports=lent,
        )
        settings = ServeSettings(
            store=place,
            workers=workers,
            host=host,
            port=port,
            node=None if no_node else plan,
            frps=frps,
            outbox=outbox,
        )
        await run_service(settings, announce)

    logs.set_up()
    run(main)


def _ready_text(api: str, node: Node | None) -> str:
    if node is None:
        return say(f"已就绪：API {api}，没有节点", f"ready: api {api}, no node")
    line = node_line(node)
    place = f"{line.host}:{line.port}"
    web = f"http {line.http_port}, https {line.https_port}"
    return say(
        f"已就绪：API {api}，节点 {line.name} 在 {place}，{web}，端口 {line.ports}",
        f"ready: api {api}, node {line.name} at {place}, {web}, ports {line.ports}",
    )


def _reachable(host: str) -> str:
    try:
        is_any = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        is_any = False
    if not is_any:
        return host
    tell(
        say(
            "提示：节点只能从本机访问，见 --node-host",
            "note: the node is reached on this machine only; see --node-host",
        )
    )
    return "127.0.0.1"
