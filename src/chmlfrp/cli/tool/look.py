"""`chmlfrp tool ports`, `port` and `lan`."""

import asyncio

import click
import msgspec

from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Paint, Part, err, out, out_json, out_table
from chmlfrp.local import lanworld
from chmlfrp.local.listeners import Listener, listeners
from chmlfrp.model.exposure import Danger, Exposed
from chmlfrp.words.exposure import EXPOSURES, word_exposed
from chmlfrp.words.language import say

_COLOURS = {Danger.SEVERE: "red", Danger.HIGH: "yellow", Danger.CAUTION: "white"}


class PortAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A line of `tool ports --json`."""

    listener: Listener
    exposed: Exposed | None = None


@verb()
@click.option("--udp", is_flag=True, help=say("也列出 UDP。", "UDP as well."))
@with_json
def ports(udp: bool, is_json: bool) -> None:
    """Print the listening ports of this machine."""
    rows = [_answer(row) for row in listeners() if udp or row.protocol == "tcp"]
    if is_json:
        out_json(rows)
        return
    head = (
        say("端口", "PORT"),
        say("协议", "PROTOCOL"),
        say("地址", "ADDRESS"),
        say("程序", "PROGRAM"),
        say("公开时是", "PUBLISHED IT IS"),
    )
    out_table(head, [_row(row) for row in rows])


@verb()
@click.argument("number", type=click.IntRange(1, 65535), metavar="PORT")
@with_json
def port(number: int, is_json: bool) -> int:
    """Print who listens at the port; 1 if nobody does."""
    rows = [_answer(row) for row in listeners() if row.port == number]
    if is_json:
        out_json(rows)
    for row in [] if is_json else rows:
        listener = row.listener
        program = _program(listener)
        out(f"{listener.protocol}  {', '.join(listener.addresses)}  {program}")
        if row.exposed is not None:
            err(Paint(say("注意：", "note: "), "yellow"), word_exposed(row.exposed))
    if not rows and not is_json:
        err(say(f"没有程序在监听 {number}", f"nothing listens at {number}"))
    return 0 if rows else 1


@verb()
@click.option(
    "--wait",
    type=click.FloatRange(min=0.1, max=60),
    default=2 * lanworld.EVERY_S,
    metavar="SECONDS",
)
@with_json
def lan(wait: float, is_json: bool) -> None:
    """Print the worlds that are open to the LAN."""
    found = asyncio.run(lanworld.find_worlds(wait))
    if is_json:
        out_json(found)
    for world in [] if is_json else found:
        out(f"{world.host}:{world.port}  {world.name}")
    if not found and not is_json:
        err(
            say(
                "没有发现世界：在游戏里选“对局域网开放”",
                "no world was heard of: choose “Open to LAN” in the game",
            )
        )


def _answer(row: Listener) -> PortAnswer:
    return PortAnswer(listener=row, exposed=row.exposed())


def _row(row: PortAnswer) -> list[Part]:
    listener = row.listener
    found: Part = "-"
    if row.exposed is not None:
        text = str(EXPOSURES[row.exposed.what])
        found = Paint(text, _COLOURS[row.exposed.danger])
    addresses = ", ".join(listener.addresses)
    port = str(listener.port)
    return [port, listener.protocol, addresses, _program(listener), found]


def _program(listener: Listener) -> str:
    if listener.pid is None:
        return say("（别的用户的程序）", "(another user's)")
    return f"{listener.process} ({listener.pid})"
