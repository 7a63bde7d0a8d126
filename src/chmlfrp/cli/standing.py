"""`chmlfrp guard list`, `lift`, `admit`: who is turned away or let in for a while."""

import time
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import Verb
from chmlfrp.cli.options import with_json, with_tunnel
from chmlfrp.cli.output import err, out, out_json, out_table
from chmlfrp.control.guard import AdmitVisitor, Lifted, LiftVisitor, Standing
from chmlfrp.model.tunnel import ALL_TUNNELS
from chmlfrp.words.guard import word_rule
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

_with_address = click.argument(
    "address", metavar="ADDRESS", help=say("访客的地址。", "The visitor's address.")
)


@click.command(
    "list",
    cls=Verb,
    help=say("谁被拦截、封禁或放行。", "Who is blocked, banned or admitted."),
)
@with_json
def standings(is_json: bool) -> None:
    """Print who is turned away or admitted for a while."""

    async def work(client: "ControlClient") -> list[Standing]:
        return await client.guard.standings()

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_head(), [_row(each) for each in found])
    else:
        err(say("没有拦截、封禁或放行的地址", "nobody is blocked, banned or admitted"))


@click.command(
    "lift",
    cls=Verb,
    help=say("解除拦截或封禁，或收回放行。", "Lift a block or ban, or take a pass."),
)
@with_tunnel
@_with_address
@click.option(
    "--pass",
    "is_pass",
    is_flag=True,
    help=say("收回放行。", "Take back that it may come."),
)
@with_json
def lift(tunnel: str, address: str, is_pass: bool, is_json: bool) -> None:
    """Turn an address away no more."""
    command = LiftVisitor(address=address, is_pass=is_pass)

    async def work(client: "ControlClient") -> Lifted:
        from chmlfrp.cli.guard import place_of

        return await client.guard.lift(await place_of(client, tunnel), command)

    done = run(work)
    if is_json:
        out_json(done)
    elif done.was:
        out(done.address, "  ", say("已解除", "lifted"))
    else:
        out(done.address, "  ", say("本来就没有", "there was nothing to lift"))


@click.command(
    "admit",
    cls=Verb,
    help=say("让一个地址不敲门就进来。", "Let an address come without a knock."),
)
@with_tunnel
@_with_address
@click.option(
    "--hours",
    type=int,
    default=12,
    help=say("多久，默认 12 小时。", "For how long; 12 as usual."),
)
@with_json
def admit(tunnel: str, address: str, hours: int, is_json: bool) -> None:
    """Let an address come for a while, as if it had knocked."""
    command = AdmitVisitor(address=address, hours=hours)

    async def work(client: "ControlClient") -> Standing:
        from chmlfrp.cli.guard import id_of

        return await client.guard.admit(await id_of(client, tunnel), command)

    done = run(work)
    if is_json:
        out_json(done)
    else:
        until = _time(done.until)
        out(done.address, "  ", say(f"可以进来，到 {until}", f"may come until {until}"))


def _head() -> tuple[str, ...]:
    return (
        say("地址", "ADDRESS"),
        say("国家", "COUNTRY"),
        say("隧道", "TUNNEL"),
        say("状态", "STATE"),
        say("到", "UNTIL"),
    )


def _row(row: Standing) -> tuple[str, ...]:
    state = say("放行", "admitted") if row.rule is None else word_rule(row.rule)
    tunnel = row.name or str(row.tunnel)
    if row.tunnel == ALL_TUNNELS:
        tunnel = say("所有隧道", "all tunnels")
    return row.address, row.country or "-", tunnel, state, _time(row.until)


def _time(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
