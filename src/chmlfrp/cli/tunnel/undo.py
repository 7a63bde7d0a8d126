"""`chmlfrp tunnel deleted` and `undelete`."""

import time
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run, said_if_slow
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.control.archive import DeletedTunnel, RestoreTunnel
from chmlfrp.errors import InvalidInput
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.words.field import word_field
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient


@verb()
@with_json
def deleted(is_json: bool) -> None:
    """Print what was deleted, the latest first."""
    found = run(lambda client: client.archive.deleted())
    if is_json:
        out_json(found)
    elif found:
        head = (
            word_field("number"),
            say("时间", "time"),
            word_field("name"),
            word_field("type"),
            word_field("node"),
            say("公网", "public"),
        )
        out_table(head, [_row(one) for one in found])
    else:
        err(say("最近没有删除过隧道", "nothing was deleted lately"))


@verb()
@click.argument("tunnel", required=False, metavar="[NUMBER|NAME]")
@click.option(
    "--any-port",
    is_flag=True,
    help=say(
        "原来的公网端口被占用时换一个。", "Another public port if the old one is taken."
    ),
)
@click.option("--start", is_flag=True, help=say("立即启动。", "Start it at once."))
@with_json
def undelete(tunnel: str | None, any_port: bool, start: bool, is_json: bool) -> None:
    """Make a deleted tunnel again, the latest without a name."""
    command = RestoreTunnel(start=start, any_port=any_port)

    async def work(client: "ControlClient") -> Tunnel:
        number = _number(await client.archive.deleted(), tunnel)
        text = say("正在创建隧道…", "creating the tunnel …")
        return await said_if_slow(client.archive.restore(number, command), text)

    made = run(work)
    if is_json:
        out_json(made)
    else:
        out(say("已重新创建隧道", "made again: tunnel"), f" {made.name} ({made.id})")


def _number(found: list[DeletedTunnel], wanted: str | None) -> int:
    """Return the number of the tunnel that is meant; the latest of a name counts."""
    if not found:
        raise InvalidInput("nothing was deleted lately", field="tunnel")
    for one in found:
        if wanted in (None, str(one.number), one.tunnel.name):
            return one.number
    raise InvalidInput(
        f"the account has no tunnel {wanted}",
        hint="see what there is: chmlfrp tunnel deleted",
        field="tunnel",
    )


def _row(one: DeletedTunnel) -> tuple[str, ...]:
    spec = one.tunnel
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
    public = spec.domain or str(spec.remote_port or "-")
    return str(one.number), at, spec.name, str(spec.type), spec.node, public
