"""`chmlfrp tunnel import` and `export`."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from chmlfrp.cli.door import look_fresh, run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, err, out_json
from chmlfrp.cli.tunnel.danger import rules_for, warn_of, with_rules
from chmlfrp.cli.tunnel.pick import need_account, pick
from chmlfrp.control.archive import FoundTunnel
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.secret import Secret
from chmlfrp.model.tunnelfile import TunnelFile, filed, without_secrets
from chmlfrp.words.language import say
from chmlfrp.words.tunnelfile import word_note

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient


@verb()
@click.argument("tunnels", nargs=-1, metavar="[TUNNEL...]")
def export(tunnels: tuple[str, ...]) -> None:
    """Print tunnels as JSON, all without a name; nothing secret is in it."""
    snapshot = look_fresh()
    need_account(snapshot)
    views = [pick(snapshot, name) for name in tunnels] or snapshot.tunnels.values()
    known = [(view.tunnel, view.options) for view in views if view.tunnel is not None]
    file = TunnelFile(tunnels=tuple(filed(*pair) for pair in known))
    text = msgspec.json.format(msgspec.json.encode(file), indent=2)
    click.echo(text + b"\n", nl=False)
    for tunnel, _ in known:
        if without_secrets(tunnel.extra) != tunnel.extra:
            what = say(
                "的额外参数里的密码没有导出", ": passwords in extra are left out"
            )
            err(tunnel.name, what)


@verb("import")
@click.argument("file", metavar="FILE")
@click.option(
    "--node",
    default="",
    metavar="NODE",
    help=say("都建在这个节点上。", "Create them on this node."),
)
@click.option(
    "--any-port",
    is_flag=True,
    help=say("另选公网端口。", "Have other public ports chosen."),
)
@click.option(
    "--dry-run", is_flag=True, help=say("只看不建。", "Show, and create nothing.")
)
@with_rules
@with_json
def import_tunnels(
    file: str,
    node: str,
    any_port: bool,
    dry_run: bool,
    rules: str | None,
    is_json: bool,
) -> int:
    """Create the tunnels of an frpc.ini, frpc.toml or export; 1 if one was not."""
    text = Secret(_text_of(file))

    async def work(client: "ControlClient") -> int:
        found = [
            _placed(one, node, any_port=any_port)
            for one in await client.archive.read(text)
        ]
        if is_json and dry_run:
            out_json(found)
            return 0
        created = [
            await _import(client, one, dry_run=dry_run, rules=rules) for one in found
        ]
        if is_json:
            out_json([one for one in created if one is not None])
        if not found:
            err(say("文件里没有隧道", "the file holds no tunnels"))
        return 0 if all(created) else 1

    return run(work)


async def _import(
    client: "ControlClient", one: FoundTunnel, *, dry_run: bool, rules: str | None
) -> FoundTunnel | None:
    """Create one and return it; None if that did not come to anything."""
    from chmlfrp.cli.report import report

    title = one.section or "-"
    for note in one.notes:
        err(Paint(title, "yellow"), say("：", ": "), word_note(note))
    if one.command is None or not one.command.node:
        return None
    command = one.command
    public = command.domain or command.remote_port or say("自动", "chosen")
    local = f"{command.local_host}:{command.local_port}"
    line = f"{title}  {command.type}  {local} -> {command.node} {public}"
    if dry_run:
        err(say("会创建：", "would create: "), line)
        return one
    guard = None
    if not one.options.guard.has_rules:
        guard = await asyncio.to_thread(rules_for, command, rules)
        command = msgspec.structs.replace(command, guard=guard)
    else:
        await asyncio.to_thread(warn_of, command)
    try:
        made = await client.create(command)
        if one.options != TunnelOptions():
            kept = one.options
            if guard is not None:
                kept = msgspec.structs.replace(kept, guard=guard)
            await client.set_options(made.id, kept)
    except ChmlFrpError as error:
        err(title, say("：", ": "))
        report(error)
        return None
    err(say("已创建：", "created: "), line)
    return one


def _placed(one: FoundTunnel, node: str, *, any_port: bool) -> FoundTunnel:
    """Return the tunnel on the node that was named, if one was."""
    if one.command is None:
        return one
    command = one.command
    if node:
        command = msgspec.structs.replace(command, node=node)
    if any_port and not command.type.is_web:
        command = msgspec.structs.replace(command, remote_port=None)
    return msgspec.structs.replace(one, command=command)


def _text_of(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as exc:
        raise InvalidInput(
            f"{file} cannot be read: {exc.strerror}", field="file"
        ) from exc
    return raw.decode("utf-8-sig", "replace")
