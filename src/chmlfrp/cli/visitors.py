"""`chmlfrp traffic` and `chmlfrp visitors`: what the guard's doors counted."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out_json, out_table
from chmlfrp.control.guard import DoorTraffic, TrafficPoint, VisitorView
from chmlfrp.model.guard import Rule
from chmlfrp.words.guard import word_bytes, word_rule
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

_STEPS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_NOBODY = (
    "没有打开守卫的隧道在运行：chmlfrp guard on 隧道",
    "no guarded tunnel runs: chmlfrp guard on TUNNEL",
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
@with_json
def traffic(by: str | None, is_json: bool) -> None:
    """Print what each guarded tunnel carried: since its door was opened, or over time."""
    if by is not None:
        _over_time(_STEPS[by], is_json=is_json)
        return

    async def work(client: "ControlClient") -> list[DoorTraffic]:
        return await client.guard.traffic()

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_traffic_head(), [_traffic_row(row) for row in found])
    else:
        err(say(*_NOBODY))


def _over_time(step_s: int, *, is_json: bool) -> None:
    async def work(client: "ControlClient") -> list[TrafficPoint]:
        return await client.guard.history(step_s)

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_points_head(), [_point_row(row) for row in found])
    else:
        err(say("没有记录", "nothing is kept"))


@verb()
@click.option(
    "--live", is_flag=True, help=say("只看正在连接的。", "Those inside at the moment.")
)
@with_json
def visitors(live: bool, is_json: bool) -> None:
    """Print who came, the last one first."""

    async def work(client: "ControlClient") -> list[VisitorView]:
        return await client.guard.visitors(is_live=live)

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_visitors_head(), [_visitor_row(row) for row in found])
    else:
        err(say("没有访客", "nobody came"))


def _traffic_head() -> tuple[str, ...]:
    return (
        say("编号", "ID"),
        say("隧道", "TUNNEL"),
        say("在线", "OPEN"),
        say("连接", "CONNECTIONS"),
        say("流入", "IN"),
        say("流出", "OUT"),
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
        say("隧道", "TUNNEL"),
        say("最近", "LAST"),
        say("在线", "OPEN"),
        say("连接", "CONNECTIONS"),
        say("流入", "IN"),
        say("流出", "OUT"),
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
        _refused(row.refused),
    )


def _visitor_row(row: VisitorView) -> tuple[str, ...]:
    return (
        row.address,
        str(row.tunnel),
        time.strftime("%m-%d %H:%M:%S", time.localtime(row.last)),
        str(row.open),
        str(row.connections),
        word_bytes(row.bytes_in),
        word_bytes(row.bytes_out),
        _refused(row.refused),
    )


def _refused(counts: Mapping[Rule, int]) -> str:
    return ", ".join(f"{word_rule(rule)} {n}" for rule, n in counts.items()) or "-"
