"""`chmlfrp tunnel list` and `show`."""

import time
from datetime import datetime

import click
import msgspec

from chmlfrp.cli.door import look_fresh
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json, with_tunnel
from chmlfrp.cli.output import Part, err, out, out_fields, out_json
from chmlfrp.cli.session_lines import warn_of_trouble
from chmlfrp.cli.shapes import tunnel_answer, tunnel_answers
from chmlfrp.cli.tunnel import lines
from chmlfrp.cli.tunnel.pick import need_account, pick
from chmlfrp.control.protocol import TunnelView
from chmlfrp.model.ladder import RUNGS
from chmlfrp.model.tunnel import Tunnel
from chmlfrp.words.age import word_ago
from chmlfrp.words.field import word_field
from chmlfrp.words.ladder import RUNG_NAMES, quoted, word_rung
from chmlfrp.words.language import say


@verb("list")
@click.option("--group", metavar="TEXT", help=say("只列这个分组。", "That group only."))
@with_json
def list_tunnels(group: str | None, is_json: bool) -> None:
    """Print all tunnels of the account, or those of a group."""
    snapshot = look_fresh()
    need_account(snapshot)
    warn_of_trouble(snapshot)
    if group is not None:
        shown = {i: v for i, v in snapshot.tunnels.items() if v.options.group == group}
        snapshot = msgspec.structs.replace(snapshot, tunnels=shown)
    if is_json:
        out_json(tunnel_answers(snapshot))
    elif snapshot.tunnels:
        lines.show_table(snapshot.tunnels.values())
        for line in lines.cached(snapshot.tunnels.values(), wall=time.time()):
            out(line)
        for line in lines.troubles(snapshot):
            out(line)
    else:
        example = "chmlfrp tunnel create --type tcp --local-port 25565 --node …"
        err(say("还没有隧道。创建一条：", "no tunnels yet; make one: "), example)


@verb()
@with_tunnel
@with_json
def show(tunnel: str, is_json: bool) -> None:
    """Print all that is known of one tunnel."""
    snapshot = look_fresh()
    need_account(snapshot)
    warn_of_trouble(snapshot)
    view = pick(snapshot, tunnel)
    if is_json:
        out_json(tunnel_answer(view, now=snapshot.now))
        return
    out_fields([*_own(view), *_decided(view.tunnel), *_optional(view), *_ladder(view)])
    if line := lines.trouble(view, now=snapshot.now):
        out(line)


def _own(view: TunnelView) -> list[tuple[str, Part]]:
    return [
        (say("编号", "id"), str(view.id)),
        (word_field("name"), view.name or "-"),
        (say("状态", "state"), lines.summary(view)),
        (say("公网地址", "address"), view.address or "-"),
        (say("本地", "local"), lines.local_address(view)),
    ]


def _decided(tunnel: Tunnel | None) -> list[tuple[str, Part]]:
    if tunnel is None:
        return []
    fields = ("type", "node", "remote_port", "domain", "encryption", "compression")
    pairs: list[tuple[str, Part]] = [
        (word_field(name), word_value(value))
        for name in fields
        if (value := getattr(tunnel, name)) is not None
    ]
    if tunnel.extra:
        pairs.append((word_field("extra"), tunnel.extra))
    return pairs


def _optional(view: TunnelView) -> list[tuple[str, Part]]:
    from chmlfrp.words.options import word_coming, word_options

    pairs: list[tuple[str, Part]] = [
        (word_field(field), text) for field, text in word_options(view.options)
    ]
    if coming := word_coming(view.options.schedule, datetime.now()):
        pairs.append((word_field("next"), coming))
    return pairs


def _ladder(view: TunnelView) -> list[tuple[str, Part]]:
    pairs: list[tuple[str, Part]] = []
    for name in RUNGS:
        rung = getattr(view.ladder, name)
        words = word_rung(name, rung.state)
        if name == "record" and view.cached_at is not None:
            age = word_ago(time.time() - view.cached_at)
            words += say(f"（{age}的内容）", f" (as the service said {age})")
        if name == "core" and view.pid is not None:
            words += say(f"（进程 {view.pid}）", f" (process {view.pid})")
        if name == "link" and view.is_link_encrypted is not None:
            is_tls = view.is_link_encrypted
            words += say("，TLS", ", TLS") if is_tls else say("，未加密", ", in clear")
        if rung.reason is not None and rung.reason.detail:
            words += quoted(rung.reason.detail)
        pairs.append((str(RUNG_NAMES[name]), words))
    return pairs


def word_value(value: str | int | bool | None) -> str:
    """Return the value of a tunnel's field as people read it."""
    if isinstance(value, bool):
        return say("是", "yes") if value else say("否", "no")
    return "-" if value in (None, "") else str(value)
