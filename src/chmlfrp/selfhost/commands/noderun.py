"""`node run` and `node remove`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost import logs
from chmlfrp.selfhost.commands.node import Name, app
from chmlfrp.selfhost.commands.plain import verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    run,
    with_database,
)
from chmlfrp.selfhost.store import node as nodes
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import Node
from chmlfrp.words.language import say

KEY_VARIABLE = "CHMLFRP_NODE_KEY"


@verb(
    app,
    "run",
    say(
        "在本机运行另一处服务的节点。",
        "Run a node of a service elsewhere on this machine.",
    ),
)
def run_node(
    *,
    service: Annotated[
        str, typer.Option(help=say("服务的地址。", "Address of the service."))
    ],
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            resolve_path=True,
            help=say("此节点的目录。", "The folder of this node."),
        ),
    ],
    key_file: Annotated[
        Path | None,
        typer.Option(
            help=say(
                "存有加入密钥的文件；- 表示标准输入。也可用环境变量 "
                f"{KEY_VARIABLE}。只有第一次需要。",
                f"File with the join key; - is stdin. {KEY_VARIABLE} will do as well. "
                "Needed the first time only.",
            )
        ),
    ] = None,
    frps: Annotated[
        Path | None,
        typer.Option(help=say("要运行的 frps 程序。", "The frps to run.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a node of a service elsewhere until it is ended."""
    from chmlfrp.selfhost.node.outpost import OutpostSettings
    from chmlfrp.selfhost.node.outpost import run as run_outpost

    def announce(name: str) -> None:
        if as_json:
            answer_json({"node": name})
        else:
            answer(say(f"节点 {name} 已上线", f"node {name} is online"))

    async def main() -> None:
        key = checked(lambda: _key(key_file))
        settings = OutpostSettings(
            service=service, folder=data, join_key=key, frps=frps
        )
        await run_outpost(settings, announce)

    logs.set_up()
    run(main)


@verb(
    app,
    "remove",
    say(
        "删除节点；有隧道的节点要加 --force，隧道一并删除。",
        "Remove a node; one with tunnels takes --force, and they go with it.",
    ),
)
def remove(
    *,
    name: Name,
    data: Data,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help=say("连同隧道一起删除。", "Remove its tunnels as well.")
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a node; a running service ends its frps within seconds."""

    async def work(database: Database) -> int:
        async with database.write() as session:
            node = await session.scalar(select(Node).where(Node.name == name))
            if node is None:
                raise InvalidInput(f"there is no node {name!r}", field="name")
            count = await nodes.count_tunnels(session, node.id)
            if count and not force:
                raise InvalidInput(
                    f"the node {name!r} has {count} tunnels",
                    hint="take --force to remove them as well",
                    field="name",
                )
            await nodes.remove(session, node)
            return count

    count = with_database(data, work)
    if as_json:
        answer_json({"name": name, "tunnels": count})
        return
    answer(
        say(
            f"已删除节点 {name} 和它的 {count} 条隧道",
            f"removed node {name} and its {count} tunnels",
        )
    )


def _key(file: Path | None) -> str:
    if file is None:
        return os.environ.get(KEY_VARIABLE, "").strip()
    if str(file) == "-":
        return sys.stdin.readline().strip()
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise InvalidInput(
            f"the key file {file} cannot be read",
            hint="write the key that node add printed into it",
            field="key-file",
        ) from exc
