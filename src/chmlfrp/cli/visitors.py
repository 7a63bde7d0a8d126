"""`chmlfrp traffic` and `chmlfrp visitors`: what the guard's doors counted."""

import time
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import can_ask, err, out, out_json, out_table
from chmlfrp.control.guard import DoorTraffic, Forgotten, TrafficPoint, VisitorView
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import Rule
from chmlfrp.words.guard import UNNAMED, word_bytes, word_players, word_rule
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

T = TypeVar("T")

_STEPS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_NOBODY = (
    "没有打开守卫的隧道在运行：chmlfrp guard on 隧道",
    "no guarded tunnel runs: chmlfrp guard on TUNNEL",
)

_with_tunnel = click.option(
    "--tunnel", metavar="TUNNEL", help=say("只看这个隧道的。", "Of this tunnel alone.")
)
_with_address = click.option(
    "--from",
    "address",
    default="",
    metavar="ADDRESS",
    help=say("只看这个地址的。", "Of this address alone."),
)


@verb()
@click.option(
    "--by",
    type=click.Choice(list(_STEPS)),
    help=say(
        "按时间列出：秒（一小时内）、分（一天）、时（一月）、日（一年）。",
        "Over time: an hour's seconds, a day's minutes, a month's hours, a year's days.",
    ),
)
@click.option(
    "--live", is_flag=True, help=say("每秒刷新，直到 Ctrl-C。", "Anew each second.")
)
@_with_tunnel
@_with_address
@with_json
def traffic(
    by: str | None, live: bool, tunnel: str | None, address: str, is_json: bool
) -> None:
    """Print what each guarded tunnel carried: since its door was opened, or over time."""
    if by is not None or tunnel or address:
        _over_time(_STEPS[by or "hour"], tunnel, address, is_json=is_json)
        return

    async def work(client: "ControlClient") -> list[DoorTraffic]:
        return await client.guard.traffic()

    if live and not is_json:
        _show_live(work, _show_traffic)
        return
    found = run(work)
    if is_json:
        out_json(found)
    else:
        _show_traffic(found)


@verb()
def metrics() -> None:
    """Print what tunnels do, in the text format of Prometheus."""

    async def work(client: "ControlClient") -> str:
        return await client.guard.metrics()

    for line in run(work).splitlines():
        out(line)


def _over_time(step_s: int, tunnel: str | None, address: str, *, is_json: bool) -> None:
    async def work(client: "ControlClient") -> list[TrafficPoint]:
        chosen = await _id(client, tunnel)
        return await client.guard.history(step_s, tunnel=chosen, address=address)

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_points_head(), [_point_row(row) for row in found])
    else:
        err(say("没有记录", "nothing is kept"))


@verb()
@click.option(
    "--live",
    is_flag=True,
    help=say(
        "只看正在连接的；在终端上每秒刷新。",
        "Those inside at the moment; on a terminal anew each second.",
    ),
)
@_with_tunnel
@_with_address
@click.option(
    "--names",
    is_flag=True,
    help=say("查询地址的域名（反向 DNS）。", "Ask for names by reverse DNS."),
)
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=1000,
    metavar="NUMBER",
    help=say("最多多少个，默认 1000。", "So many at most; 1000 as usual."),
)
@click.option(
    "--export",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=say(
        "写入 .csv 或 .json 文件，地址只留网段。",
        "Write a .csv or .json file, with networks in the place of addresses.",
    ),
)
@click.option(
    "--unmasked",
    is_flag=True,
    help=say("导出完整地址。", "Export whole addresses."),
)
@click.option(
    "--delete",
    is_flag=True,
    help=say("忘记他们（全部，或选中的）。", "Forget them: all, or those chosen."),
)
@click.option(
    "--yes", is_flag=True, help=say("删除前不再询问。", "Do not ask before that.")
)
@with_json
def visitors(
    live: bool,
    tunnel: str | None,
    address: str,
    names: bool,
    most: int,
    export: Path | None,
    unmasked: bool,
    delete: bool,
    yes: bool,
    is_json: bool,
) -> None:
    """Print who came, the last one first; or write or forget them."""
    if delete:
        _forget(tunnel, address, is_sure=yes, is_json=is_json)
        return

    async def work(client: "ControlClient") -> list[VisitorView]:
        return await client.guard.visitors(
            is_live=live,
            tunnel=await _id(client, tunnel),
            address=address,
            with_names=names,
            most=most,
        )

    if live and export is None and not is_json:
        _show_live(work, _show_visitors)
        return
    found = run(work)
    if export is not None:
        _hand_out(export, found, is_masked=not unmasked)
    elif is_json:
        out_json(found)
    else:
        _show_visitors(found)


def _show_live(
    ask: "Callable[[ControlClient], Coroutine[Any, Any, list[T]]]",
    show: "Callable[[list[T], int | None], None]",
) -> None:
    from chmlfrp.cli.live import drawn, is_drawn

    async def work(client: "ControlClient") -> None:
        if is_drawn():
            await drawn(lambda: ask(client), show)
        else:
            show(await ask(client), None)

    run(work)


def _show_traffic(found: list[DoorTraffic], room: int | None = None) -> None:
    if found:
        out_table(_traffic_head(), [_traffic_row(row) for row in found[:room]])
    else:
        err(say(*_NOBODY))


def _show_visitors(found: list[VisitorView], room: int | None = None) -> None:
    if not found:
        err(say("没有访客", "nobody came"))
        return
    out_table(_visitors_head(), [_visitor_row(row) for row in found[:room]])
    if room is not None and len(found) > room:
        more = len(found) - room
        err(say(f"还有 {more} 个", f"and {more} more"))
    if any(row.is_everybody for row in found):
        err(f"0.0.0.0: {UNNAMED}")


def _hand_out(path: Path, found: list[VisitorView], *, is_masked: bool) -> None:
    from chmlfrp.care.handout import masked, write

    write(path, [masked(view) for view in found] if is_masked else found)
    err(say(f"{len(found)} 个访客，写入 {path}", f"{len(found)} visitors, in {path}"))


def _forget(tunnel: str | None, address: str, *, is_sure: bool, is_json: bool) -> None:
    if not is_sure and not can_ask():
        raise InvalidInput("visitors are not deleted without a yes", hint="add --yes")
    if not is_sure:
        question = say("删除这些访客记录？", "Delete what is known of these visitors?")
        click.confirm(question, abort=True, err=True)

    async def work(client: "ControlClient") -> Forgotten:
        chosen = await _id(client, tunnel)
        return await client.guard.forget(tunnel=chosen, address=address)

    done = run(work)
    if is_json:
        out_json(done)
    else:
        zh, en = f"已删除 {done.visitors} 条", f"{done.visitors} deleted"
        out(say(zh, en))


async def _id(client: "ControlClient", tunnel: str | None) -> int | None:
    from chmlfrp.cli.tunnel.find import find

    if tunnel is None:
        return None
    _, (view,) = await find(client, [tunnel])
    return view.id


def _traffic_head() -> tuple[str, ...]:
    return (
        say("编号", "ID"),
        say("隧道", "TUNNEL"),
        say("在线", "OPEN"),
        say("连接", "CONNECTIONS"),
        say("流入", "IN"),
        say("流出", "OUT"),
        say("此刻", "NOW"),
        say("拒绝", "REFUSED"),
    )


def _points_head() -> tuple[str, ...]:
    return (
        say("时间", "TIME"),
        say("隧道", "TUNNEL"),
        say("连接", "CONNECTIONS"),
        say("流入", "IN"),
        say("流出", "OUT"),
        say("拒绝", "REFUSED"),
    )


def _point_row(row: TrafficPoint) -> tuple[str, ...]:
    return (
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(row.at)),
        str(row.tunnel),
        str(row.connections),
        word_bytes(row.bytes_in),
        word_bytes(row.bytes_out),
        str(row.refused),
    )


def _visitors_head() -> tuple[str, ...]:
    return (
        say("地址", "ADDRESS"),
        say("国家", "COUNTRY"),
        say("隧道", "TUNNEL"),
        say("最近", "LAST"),
        say("在线", "OPEN"),
        say("连接", "CONNECTIONS"),
        say("流入", "IN"),
        say("流出", "OUT"),
        say("此刻", "NOW"),
        say("拒绝", "REFUSED"),
    )


def _traffic_row(row: DoorTraffic) -> tuple[str, ...]:
    return (
        str(row.tunnel),
        row.name,
        str(row.open),
        str(row.connections),
        word_bytes(row.bytes_in),
        word_bytes(row.bytes_out),
        _rate(row),
        _refused(row.refused),
    )


def _visitor_row(row: VisitorView) -> tuple[str, ...]:
    return (
        " ".join(filter(None, (row.address, row.host, *word_players(row.players)))),
        row.country or "-",
        row.name or str(row.tunnel),
        time.strftime("%m-%d %H:%M:%S", time.localtime(row.last)),
        str(row.open),
        str(row.connections),
        word_bytes(row.bytes_in),
        word_bytes(row.bytes_out),
        _rate(row),
        _refused(row.refused),
    )


def _rate(row: DoorTraffic | VisitorView) -> str:
    """Return how fast it goes, in and out; a dash where nothing goes."""
    if not row.rate_in and not row.rate_out:
        return "-"
    came, went = word_bytes(int(row.rate_in)), word_bytes(int(row.rate_out))
    return f"↓{came}/s ↑{went}/s"


def _refused(counts: Mapping[Rule, int]) -> str:
    return ", ".join(f"{word_rule(rule)} {n}" for rule, n in counts.items()) or "-"
