"""`chmlfrp tunnel create`, `edit` and `delete`."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
import msgspec

from chmlfrp.cli.door import run, said_if_slow
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import (
    Decorator,
    with_all,
    with_json,
    with_timeout,
    with_tunnel,
    with_tunnels,
    with_wait,
)
from chmlfrp.cli.output import Paint, can_ask, err, out, out_json
from chmlfrp.cli.shapes import tunnel_answer
from chmlfrp.cli.tunnel import lines
from chmlfrp.cli.tunnel.danger import rules_after, rules_for, with_rules
from chmlfrp.cli.tunnel.options import (
    OWN_OPTIONS,
    OptionsChange,
    set_options,
    with_own_options,
)
from chmlfrp.cli.tunnel.run import UP_WITHIN_S, come_up
from chmlfrp.control.protocol import CreateTunnel, Edited, EditTunnel, TunnelView
from chmlfrp.errors import ChmlFrpError, InvalidInput
from chmlfrp.model.tunnel import Tunnel, TunnelType
from chmlfrp.words.field import word_field
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

_TYPES = click.Choice([kind.value for kind in TunnelType])


def _with_fields(*, is_new: bool) -> Decorator:
    """Return the options for what a person decides about a tunnel."""
    missing = None if not is_new else False
    options = (
        click.option(
            "--type",
            type=_TYPES,
            required=is_new,
            help=say("隧道类型。", "What the tunnel carries."),
        ),
        click.option(
            "--node",
            required=is_new,
            metavar="NODE",
            help=say("节点名称，见 chmlfrp node list。", "See chmlfrp node list."),
        ),
        click.option(
            "--local-port",
            type=int,
            required=is_new,
            metavar="PORT",
            help=say("本地服务的端口。", "Port of the local service."),
        ),
        click.option(
            "--local-host",
            metavar="HOST",
            help=say(
                "本地服务的地址，默认 127.0.0.1。",
                "Where the local service is; 127.0.0.1 if left out.",
            ),
        ),
        click.option(
            "--name",
            metavar="NAME",
            help=say("隧道名称，不写则随机。", "Its name; random if left out."),
        ),
        click.option(
            "--remote-port",
            type=int,
            metavar="PORT",
            help=say(
                "公网端口（tcp、udp），不写则自动挑选。",
                "Public port (tcp, udp); a free one if left out.",
            ),
        ),
        click.option(
            "--domain",
            metavar="DOMAIN",
            help=say("域名（http、https）。", "Domain (http, https)."),
        ),
        click.option(
            "--encryption/--no-encryption",
            default=missing,
            help=say("是否加密内容。", "Whether what passes is encrypted."),
        ),
        click.option(
            "--compression/--no-compression",
            default=missing,
            help=say("是否压缩内容。", "Whether what passes is compressed."),
        ),
        click.option(
            "--extra",
            metavar="LINES",
            help=say("额外的配置行。", "Further lines of configuration."),
        ),
    )

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@verb()
@_with_fields(is_new=True)
@click.option(
    "--start", is_flag=True, help=say("创建后立即启动。", "Start it at once.")
)
@with_rules
@with_wait
@with_timeout(UP_WITHIN_S)
@with_json
def create(
    start: bool,
    rules: str | None,
    wait: bool,
    timeout: float,
    is_json: bool,
    **fields: Any,
) -> int:
    """Create a tunnel in the account; with `--start` 1 if it is not up in the end."""
    command = CreateTunnel(start=start, **_given(fields))
    command = msgspec.structs.replace(command, guard=rules_for(command, rules))
    wait_s = timeout if start and wait else None
    return run(lambda client: _create(client, command, wait_s=wait_s, json=is_json))


@verb()
@with_tunnel
@_with_fields(is_new=False)
@with_own_options
@with_rules
@with_json
def edit(tunnel: str, rules: str | None, is_json: bool, **fields: Any) -> None:
    """Change the named fields and show what is different."""
    own = {name: fields.pop(name) for name in OWN_OPTIONS}
    change = OptionsChange.read(own)
    given = _given(fields)
    if not given and change is None:
        raise InvalidInput(
            "nothing to change", hint="name at least one field, see --help"
        )
    edited = _edit(tunnel, EditTunnel(**given), change, rules)
    _show_edited(edited, json=is_json)


@verb()
@with_tunnels
@with_all
@click.option("-y", "--yes", is_flag=True, help=say("不再询问。", "Do not ask."))
def delete(tunnels: tuple[str, ...], every: bool, yes: bool) -> int:
    """Delete tunnels from the account, after asking; 1 if one of them was refused."""
    from chmlfrp.cli.tunnel.find import check_choice, find

    check_choice(tunnels, every=every)
    if not yes and not can_ask():
        raise InvalidInput("deleting is confirmed on a terminal only", hint="add --yes")

    views = run(lambda client: find(client, tunnels, every=every))[1]
    if not views:
        err(say("没有隧道", "there are no tunnels"))
        return 0
    if not yes and not _is_confirmed(views):
        err(say("没有删除", "nothing was deleted"))
        return 1
    return run(lambda client: _delete_all(client, views))


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that were named, with the type as what it is."""
    given = {name: value for name, value in fields.items() if value is not None}
    if "type" in given:
        given["type"] = TunnelType(given["type"])
    return given


async def _create(
    client: "ControlClient", command: CreateTunnel, *, wait_s: float | None, json: bool
) -> int:
    """Create it, show it, and wait for it so long; None: do not wait."""
    text = say("正在创建隧道…", "creating the tunnel …")
    tunnel = await said_if_slow(client.create(command), text)
    await _warn_if_silent(tunnel)
    view = await _seen(client, tunnel)
    if not json:
        made = say("已创建隧道", "created tunnel")
        out(f"{made} {tunnel.name} ({tunnel.id})  {view.address or ''}")
    code = 0
    if wait_s is not None:
        blank = {int(tunnel.id): TunnelView(id=tunnel.id, name=tunnel.name)}
        code = await come_up(client, blank, timeout_s=wait_s, is_quiet=json)
    if json:
        snapshot = await client.snapshot()
        view = snapshot.tunnels.get(tunnel.id, view)
        out_json(tunnel_answer(view, now=snapshot.now))
    return code


def _edit(
    tunnel: str,
    command: EditTunnel,
    change: OptionsChange | None,
    rules: str | None,
) -> Edited:
    async def work(client: "ControlClient") -> Edited:
        from chmlfrp.cli.tunnel.find import find

        _, (view,) = await find(client, [tunnel])
        if view.tunnel is not None:
            after = _changed(view.tunnel, command)
            guard = await rules_after(view, after, rules)
            if guard is not None:
                options = msgspec.structs.replace(view.options, guard=guard)
                await client.set_options(view.id, options)
        own = await set_options(client, view.id, change) if change else ()
        if command == EditTunnel() and view.tunnel is not None:
            return Edited(tunnel=view.tunnel, differences=own)
        text = say("正在修改隧道…", "changing the tunnel …")
        edited = await said_if_slow(client.edit(view.id, command), text)
        edited = msgspec.structs.replace(
            edited, differences=(*edited.differences, *own)
        )
        changed = {difference.field for difference in edited.differences}
        if changed & {"local_host", "local_port", "type"}:
            await _warn_if_silent(edited.tunnel)
        return edited

    return run(work)


def _changed(tunnel: Tunnel, command: EditTunnel) -> Tunnel:
    """Return what the change makes of what is published here."""
    fields = ("local_host", "local_port", "type")
    given = {f: getattr(command, f) for f in fields}
    set_ones = {f: v for f, v in given.items() if v is not msgspec.UNSET}
    return msgspec.structs.replace(tunnel, **set_ones)


def _show_edited(edited: Edited, *, json: bool) -> None:
    from chmlfrp.cli.tunnel.look import word_value

    if json:
        out_json(edited)
        return
    if not edited.differences:
        out(say("没有变化", "nothing is different"))
    for item in edited.differences:
        before, after = word_value(item.before), word_value(item.after)
        out(f"{word_field(item.field)}{say('：', ': ')}{before} -> {after}")


async def _seen(client: "ControlClient", tunnel: Tunnel) -> TunnelView:
    """Return the new tunnel as the daemon shows it."""
    views = (await client.snapshot()).tunnels
    blank = TunnelView(id=tunnel.id, name=tunnel.name, tunnel=tunnel)
    return views.get(tunnel.id, blank)


async def _warn_if_silent(tunnel: Tunnel) -> None:
    """Say so if nothing on this machine waits for the tunnel's visitors."""
    import asyncio

    from chmlfrp.local.ports import listening

    host, port = tunnel.local_host, tunnel.local_port
    if tunnel.type is TunnelType.UDP:
        return
    if await asyncio.to_thread(listening, port, host) is False:
        err(
            Paint(say("注意：", "note: "), "yellow"),
            say(
                f"{host}:{port} 上现在没有程序在监听，先启动本地服务",
                f"nothing listens at {host}:{port} now; start the local service",
            ),
        )


def _is_confirmed(views: list[TunnelView]) -> bool:
    for view in views:
        err("  ", str(view.id), "  ", lines.title(view), "  ", view.address or "")
    question = say(
        f"从账户中删除这 {len(views)} 条隧道？[y/N] ",
        f"delete {len(views)} from the account? [y/N] ",
    )
    click.echo(question, err=True, nl=False)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


async def _delete_all(client: "ControlClient", views: list[TunnelView]) -> int:
    return max([await _delete(client, view) for view in views])


async def _delete(client: "ControlClient", view: TunnelView) -> int:
    from chmlfrp.cli.report import report

    try:
        await client.delete(view.id)
    except ChmlFrpError as error:
        err(lines.title(view), say("：", ": "))
        return report(error)
    out(say("已删除：", "deleted: "), f"{lines.title(view)} ({view.id})")
    return 0
