"""The options of a tunnel that the service knows nothing of, and `tunnel failover`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
import msgspec

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import Decorator, with_json, with_tunnel
from chmlfrp.cli.output import Part, out, out_fields, out_json
from chmlfrp.control.protocol import Difference, FailoverView
from chmlfrp.errors import InvalidInput
from chmlfrp.model.failover import Failover
from chmlfrp.model.options import TunnelOptions
from chmlfrp.model.schedule import Schedule, parse_moment, parse_windows
from chmlfrp.words.failover import word_verdict
from chmlfrp.words.field import word_field
from chmlfrp.words.language import say
from chmlfrp.words.options import word_options, word_plan

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

OFF = ("off", "never", "")
OWN_OPTIONS = (
    *("schedule", "idle_stop", "expires", "probe", "autostart"),
    *("failover", "failover_after", "failover_back", "failover_area"),
    *("failover_names", "group", "remark"),
)


def with_own_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what can be decided beyond the record."""
    options = (
        click.option(
            "--schedule",
            metavar="HOURS",
            help=say(
                "自动启停的时段，如 “mon-fri 18:00-23:30; sat,sun 09:00-01:00”；off 取消。",
                'Hours in which it runs, as "mon-fri 18:00-23:30; sat 9:00-12:00"; or off.',
            ),
        ),
        click.option(
            "--idle-stop",
            metavar="MINUTES",
            help=say(
                "这么多分钟没有访客就停止；off 取消。",
                "Stop after so many minutes without a visitor; or off.",
            ),
        ),
        click.option(
            "--expires",
            metavar="DATE",
            help=say(
                "到期后停止，如 2027-01-31 或 2027-01-31T18:00；never 取消。",
                "Stop then, as 2027-01-31 or 2027-01-31T18:00; or never.",
            ),
        ),
        click.option(
            "--failover",
            metavar="NODES",
            help=say(
                "节点故障时换到这些节点（逗号分隔，按顺序）；auto 自动挑选，off 关闭。",
                "Nodes to move to when its own fails, in order; auto chooses; or off.",
            ),
        ),
        click.option(
            "--failover-area",
            metavar="TEXT",
            help=say(
                "auto 只挑地区含此文字的节点。", "With auto: only nodes of that area."
            ),
        ),
        click.option(
            "--failover-names",
            metavar="NAMES",
            help=say(
                "跟着改指向的免费二级域名（逗号分隔）；off 取消。",
                "Free sub-domains that follow it, with commas between; or off.",
            ),
        ),
        click.option(
            "--failover-after",
            type=float,
            metavar="MINUTES",
            help=say("故障持续多久才转移。", "How long its node must have failed."),
        ),
        click.option(
            "--failover-back/--no-failover-back",
            default=None,
            help=say(
                "原节点恢复后是否回去。", "Whether it returns once its node is well."
            ),
        ),
        click.option(
            "--probe/--no-probe",
            default=None,
            help=say(
                "是否检查公网地址能否访问。", "Whether its public address is tried."
            ),
        ),
        click.option(
            "--autostart/--no-autostart",
            default=None,
            help=say(
                "是否随守护进程启动；否则保持上次的状态。",
                "Whether it starts with the daemon; if not, it is as it was left.",
            ),
        ),
    )
    every: tuple[Decorator, ...] = (*options, *_with_labels())
    for option in reversed(every):
        function = option(function)
    return function


def _with_labels() -> tuple[Decorator, ...]:
    """Return the options by which a person keeps tunnels apart."""
    return (
        click.option(
            "--group",
            metavar="TEXT",
            help=say("分组，留空取消。", "File it under this; empty for none."),
        ),
        click.option(
            "--remark",
            metavar="TEXT",
            help=say("备注，留空取消。", "What to remember of it; empty for nothing."),
        ),
    )


@dataclass(frozen=True, slots=True)
class OptionsChange:
    """What a person said of a tunnel's options; None where they said nothing."""

    schedule: dict[str, Any]
    failover: dict[str, Any]
    flags: dict[str, bool]
    labels: dict[str, str]

    @classmethod
    def read(cls, given: dict[str, Any]) -> "OptionsChange | None":
        """Return what was said, None if nothing was.

        Raises:
            InvalidInput: a text cannot be read.
        """
        if all(value is None for value in given.values()):
            return None
        return cls(_schedule(given), _failover(given), _flags(given), _labels(given))

    def on(self, options: TunnelOptions) -> TunnelOptions:
        """Return the options with the change in them."""
        replace = msgspec.structs.replace
        changed = replace(
            options,
            schedule=replace(options.schedule, **self.schedule),
            failover=replace(options.failover, **self.failover),
            **self.flags,
            **self.labels,
        )
        changed.check()
        return changed


async def set_options(
    client: "ControlClient", tunnel_id: int, change: OptionsChange
) -> tuple[Difference, ...]:
    """Change the options and return what is different then."""
    before = await client.options(tunnel_id)
    after = await client.set_options(tunnel_id, change.on(before))
    old, new = dict(word_options(before)), dict(word_options(after))
    return tuple(
        Difference(field=field, before=old.get(field), after=new.get(field))
        for field in dict.fromkeys((*old, *new))
        if old.get(field) != new.get(field)
    )


@verb()
@with_tunnel
@click.option(
    "--plan",
    "nodes",
    metavar="NODES",
    help=say(
        "按这些节点试算（逗号分隔，或 auto），不生效。",
        "Try these nodes, or auto, as a plan that is not set.",
    ),
)
@with_json
def failover(tunnel: str, nodes: str | None, is_json: bool) -> None:
    """Print how failover stands and where it would lead now."""
    named = _nodes(nodes) if nodes is not None else {}

    async def work(client: "ControlClient") -> FailoverView:
        from chmlfrp.cli.tunnel.find import find

        _, (view,) = await find(client, [tunnel])
        if not named:
            return await client.failover(view.id)
        plan = msgspec.structs.replace(view.options.failover, **named)
        return await client.try_failover(view.id, plan)

    found = run(work)
    if is_json:
        out_json(found)
        return
    out_fields(_standing(found))
    if not found.plan.is_on:
        out(
            say(
                "打开：chmlfrp tunnel edit … --failover auto",
                "turn it on: chmlfrp tunnel edit … --failover auto",
            )
        )


def _standing(view: FailoverView) -> list[tuple[str, Part]]:
    if view.would_move_to is None:
        to = say("没有合适的节点", "no node fits")
    elif view.would_keep_port:
        to = view.would_move_to
    else:
        other = say("（公网端口会变）", " (with another public port)")
        to = f"{view.would_move_to}{other}"
    moves = f"{view.moves_last_hour} / {view.plan.moves_per_hour}"
    return [
        (word_field("failover"), word_plan(view.plan)),
        (say("现状", "now"), word_verdict(view.verdict)),
        (word_field("node"), view.node),
        (say("原节点", "home"), view.home),
        (say("会转移到", "would move to"), to),
        (say("一小时内转移", "moves in the last hour"), moves),
    ]


def _schedule(given: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if (hours := given["schedule"]) is not None:
        said["windows"] = () if hours.strip() in OFF else parse_windows(hours)
    if (idle := given["idle_stop"]) is not None:
        said["idle_stop_min"] = None if idle.strip() in OFF else _minutes(idle)
    if (expires := given["expires"]) is not None:
        said["expires_at"] = None if expires.strip() in OFF else parse_moment(expires)
    Schedule(**said).check()
    return said


def _failover(given: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if (nodes := given["failover"]) is not None:
        said |= _nodes(nodes)
    if (follow := given["failover_names"]) is not None:
        parts = () if follow.strip() in OFF else follow.replace("，", ",").split(",")
        said["names"] = tuple(part.strip().lower() for part in parts)
    for field, name in (
        ("after_min", "failover_after"),
        ("is_back_wanted", "failover_back"),
        ("area", "failover_area"),
    ):
        if given[name] is not None:
            said[field] = given[name]
    Failover(**said).check()
    return said


def _nodes(text: str) -> dict[str, Any]:
    names = text.replace("，", ",").strip()
    is_on = names not in OFF
    parts = names.split(",") if is_on and names != "auto" else ()
    return {"is_on": is_on, "nodes": tuple(part.strip() for part in parts)}


def _flags(given: dict[str, Any]) -> dict[str, bool]:
    fields = {"is_probed": "probe", "is_started_with_daemon": "autostart"}
    return {
        field: given[name] for field, name in fields.items() if given[name] is not None
    }


def _labels(given: dict[str, Any]) -> dict[str, str]:
    fields = ("group", "remark")
    return {name: given[name].strip() for name in fields if given[name] is not None}


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(
            f"{text!r} is no number of minutes",
            hint="a whole number, or off",
            field="idle_stop",
        )
    return int(text)
