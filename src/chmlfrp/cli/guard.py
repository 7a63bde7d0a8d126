"""`chmlfrp guard`: who may come in through a tunnel."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json, with_tunnel
from chmlfrp.cli.output import Part, err, out, out_fields, out_json
from chmlfrp.cli.standing import admit, lift, standings
from chmlfrp.control.guard import Blocked, BlockVisitor, TryRules, Verdict
from chmlfrp.errors import InvalidInput
from chmlfrp.model.guard import (
    COUNTRY_LETTERS,
    LIMITS,
    UNBANNED,
    Ban,
    Guard,
    PassOn,
    parse_country,
    parse_network,
)
from chmlfrp.model.schedule import format_windows, parse_windows
from chmlfrp.model.tunnel import ALL_TUNNELS
from chmlfrp.words.guard import UNNAMED, word_rule
from chmlfrp.words.language import Both, say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

app = noun(say("守卫：谁可以进来", "The guard: who may come in."))

for _each in (standings, lift, admit):
    app.add_command(_each)

_OFF = "off"
EVERY = "@all"
"""In the place of a tunnel: the rules for all tunnels."""
_NAMES: dict[str, Both] = {
    "allow": Both("允许", "allow"),
    "deny": Both("拒绝", "deny"),
    "max_connections": Both("连接总数上限", "most connections"),
    "max_per_address": Both("每个地址的连接上限", "most of one address"),
    "new_per_minute": Both("每个地址每分钟新连接", "new ones a minute, of one address"),
    "bytes_per_second": Both("每秒字节", "bytes per second"),
    "idle_timeout_s": Both("空闲断开（秒）", "idle time-out, s"),
    "allow_countries": Both("允许的国家", "countries allowed"),
    "deny_countries": Both("拒绝的国家", "countries denied"),
    "knock_hours": Both("先敲门，有效小时", "knock first, for hours"),
}
_BANS: dict[str, Both] = {
    "after": Both("这么多次快速失败后自动封禁", "ban after so many fast failures"),
    "shorter_s": Both("失败：短于多少秒", "a failure is shorter than, s"),
    "fewer_bytes": Both("失败：少于多少字节", "a failure carries less than, bytes"),
    "within_s": Both("多少秒内的失败算数", "failures count for, s"),
    "minutes": Both("封禁多少分钟", "banned for, minutes"),
}
_with_networks = click.argument(
    "networks",
    nargs=-1,
    required=True,
    metavar="ADDRESS...",
    help=say(
        "地址、网段或国家（CN）。", "Addresses, networks (CIDR) or countries (CN)."
    ),
)
_with_remove = click.option(
    "--remove", is_flag=True, help=say("从名单里去掉。", "Take them off the list.")
)


def _limits(function: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(LIMITS):
        option = "--" + name.replace("_", "-")
        text = say(f"{_NAMES[name]}；off 取消。", f"{_NAMES[name]}; or off.")
        function = click.option(option, name, metavar="NUMBER", help=text)(function)
    for name, called in reversed(_BANS.items()):
        option, text = (
            "--ban-" + name.replace("_", "-"),
            say(f"{called}。", f"{called}."),
        )
        function = click.option(option, f"ban_{name}", metavar="NUMBER", help=text)(
            function
        )
    return click.option(
        "--ban-spare",
        metavar="ADDRESS,...",
        help=say("永不自动封禁的网段；off 取消。", "Never banned; or off."),
    )(function)


@app.command(help=say("显示规则。", "Show the rules."))
@with_tunnel
@with_json
def show(tunnel: str, is_json: bool) -> None:
    """Print the rules of a tunnel."""
    _tell(_change(tunnel, lambda guard: guard), is_json=is_json)
    _tell_unnamed(tunnel)


def _tell_unnamed(tunnel: str) -> None:
    """Say so where rules about addresses cannot tell visitors apart."""
    if tunnel != EVERY and not _names_senders(tunnel):
        err(str(UNNAMED))


def _names_senders(tunnel: str) -> bool:
    """Whether the core says who comes to the tunnel, as far as a door is open."""

    async def work(client: "ControlClient") -> bool:
        number = await id_of(client, tunnel)
        doors = await client.guard.traffic()
        return all(door.names_senders for door in doors if door.tunnel == number)

    return run(work)


@app.command(help=say("打开守卫，或修改限制。", "Turn it on, or change its limits."))
@with_tunnel
@_limits
@click.option(
    "--hours",
    metavar="HOURS",
    help=say("开放的时段，如 “mon-fri 9:00-18:00”。", "Hours in which it is open."),
)
@click.option(
    "--pass-on",
    type=click.Choice([str(each) for each in PassOn]),
    help=say(
        "把访客地址告诉本地服务：用 PROXY 协议，或（http 隧道）用请求头。",
        "Tell the service the visitor's address: by the PROXY protocol, or in an http"
        " request's headers.",
    ),
)
@click.option(
    "--asleep",
    metavar="TEXT",
    help=say(
        "本地的 Minecraft（Java）服务器没开时，服务器列表里显示的话；off 取消。",
        "What the list of Minecraft (Java) servers shows while yours is down; or off.",
    ),
)
@with_json
def on(
    tunnel: str,
    hours: str | None,
    pass_on: str | None,
    asleep: str | None,
    is_json: bool,
    **limits: Any,
) -> None:
    """Turn the guard of a tunnel on."""
    bans = {name: limits.pop(f"ban_{name}") for name in (*_BANS, "spare")}
    said: dict[str, Any] = {
        name: _number(text, name) for name, text in limits.items() if text is not None
    }
    ban = _ban({name: text for name, text in bans.items() if text is not None})
    is_on = tunnel != EVERY

    def banned(guard: Guard) -> Ban:
        return msgspec.structs.replace(guard.ban, **ban) if ban else guard.ban

    if hours is not None:
        said["hours"] = () if hours == _OFF else parse_windows(hours)
    if pass_on is not None:
        said["pass_on"] = PassOn(pass_on)
    if asleep is not None:
        said["asleep"] = "" if asleep == _OFF else asleep
    changed = _change(
        tunnel,
        lambda guard: msgspec.structs.replace(
            guard,
            is_on=is_on,
            ban=banned(guard),
            **said,
        ),
    )
    _tell(changed, is_json=is_json)
    _tell_unnamed(tunnel)
    if tunnel == EVERY and changed.ban.after is not None:
        _tell_unbanned()


def _tell_unbanned() -> None:
    """Say at which tunnels a ban for all does not count."""

    async def work(client: "ControlClient") -> list[str]:
        tunnels = (await client.snapshot()).tunnels.values()
        return [v.name for v in tunnels if v.tunnel and v.tunnel.type in UNBANNED]

    names = ", ".join(sorted(run(work)))
    if names:
        zh = f"自动封禁不看 http 和 udp 隧道：{names}。那里的失败不算，封禁的地址仍进不去"
        en = (
            f"failures at http and udp tunnels do not count: {names}; who is banned does "
            "not get in there either"
        )
        err(say(zh, en))


@app.command(help=say("关闭守卫，规则保留。", "Turn it off; the rules are kept."))
@with_tunnel
@with_json
def off(tunnel: str, is_json: bool) -> None:
    """Turn the guard of a tunnel off."""
    changed = _change(tunnel, lambda g: msgspec.structs.replace(g, is_on=False))
    _tell(changed, is_json=is_json)


@app.command(help=say("只允许这些地址。", "Let in these alone."))
@with_tunnel
@_with_networks
@_with_remove
@with_json
def allow(tunnel: str, networks: tuple[str, ...], remove: bool, is_json: bool) -> None:
    """Put networks on the list of those who may come in."""
    changed = _change(tunnel, lambda g: _listed(g, "allow", networks, remove=remove))
    _tell(changed, is_json=is_json)
    _tell_unnamed(tunnel)


@app.command(help=say("拒绝这些地址。", "Turn these away."))
@with_tunnel
@_with_networks
@_with_remove
@with_json
def deny(tunnel: str, networks: tuple[str, ...], remove: bool, is_json: bool) -> None:
    """Put networks on the list of those who may not come in."""
    changed = _change(tunnel, lambda g: _listed(g, "deny", networks, remove=remove))
    _tell(changed, is_json=is_json)
    _tell_unnamed(tunnel)


@app.command(help=say("试一个地址会怎样。", "Try what an address would meet."))
@with_tunnel
@click.option(
    "--from",
    "address",
    required=True,
    metavar="ADDRESS",
    help=say("访客的地址。", "Where the visitor comes from."),
)
@click.option(
    "--at",
    default="",
    metavar="TIME",
    help=say(
        "在什么时候：18:00 或 2026-11-23T18:00。",
        "When: 18:00 or 2026-11-23T18:00, local time.",
    ),
)
@click.option(
    "--rules",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=say(
        "用文件里的规则试，不生效；格式同 guard show --json。",
        "Try the rules in this file, as guard show --json writes them; none is set.",
    ),
)
@with_json
def test(tunnel: str, address: str, at: str, file: Path | None, is_json: bool) -> None:
    """Print what the guard would do with a visitor, and why."""
    rules = None if file is None else _rules_in(file)

    async def work(client: "ControlClient") -> Verdict:
        number = await place_of(client, tunnel)
        if rules is None:
            return await client.guard.test(number, address, at=at)
        command = TryRules(address=address, at=at, guard=rules)
        return await client.guard.test_rules(number, command)

    verdict = run(work)
    if is_json:
        out_json(verdict)
        return
    who = f"{verdict.address} {verdict.country}".rstrip()
    out(who, "  ", _verdict(verdict), _if_off(verdict))
    if not verdict.names_senders:
        zh = "守卫无从知道这个地址来没来，上面是对所有人的判断"
        en = "the guard cannot know this address; the above is what is done with everybody"
        err(say(zh, en))
        err(str(UNNAMED))


@app.command(help=say("立刻断开并拦截一个地址。", "Cut and refuse an address at once."))
@with_tunnel
@click.argument(
    "address", metavar="ADDRESS", help=say("访客的地址。", "The visitor's address.")
)
@click.option(
    "--minutes",
    type=int,
    default=60,
    help=say("多久，默认 60 分钟。", "For how long; 60 as usual."),
)
@with_json
def block(tunnel: str, address: str, minutes: int, is_json: bool) -> None:
    """Turn an address away for a while, and end its connections."""
    command = BlockVisitor(address=address, minutes=minutes)

    async def work(client: "ControlClient") -> Blocked:
        return await client.guard.block(await place_of(client, tunnel), command)

    done = run(work)
    if is_json:
        out_json(done)
    else:
        zh = f"已拦截 {minutes} 分钟，断开 {done.ended} 个连接"
        en = f"blocked for {minutes} minutes, {done.ended} connections ended"
        out(done.address, "  ", say(zh, en))
    _tell_unnamed(tunnel)


def _change(tunnel: str, change: Callable[[Guard], Guard]) -> Guard:
    """Return the tunnel's guard after the change; unchanged, nothing is set."""

    async def work(client: "ControlClient") -> Guard:
        if tunnel == EVERY:
            common = change(await client.guard.rules())
            return await client.guard.set_rules(common)
        tunnel_id = await id_of(client, tunnel)
        options = await client.options(tunnel_id)
        guard = change(options.guard)
        if guard == options.guard:
            return guard
        guard.check()
        changed = msgspec.structs.replace(options, guard=guard)
        return (await client.set_options(tunnel_id, changed)).guard

    return run(work)


async def place_of(client: "ControlClient", tunnel: str) -> int:
    """Return the id of a tunnel, or what stands for all."""
    return ALL_TUNNELS if tunnel == EVERY else await id_of(client, tunnel)


async def id_of(client: "ControlClient", tunnel: str) -> int:
    """Return the id of a tunnel."""
    from chmlfrp.cli.tunnel.find import find

    _, (view,) = await find(client, [tunnel])
    return view.id


def _listed(
    guard: Guard, name: str, networks: tuple[str, ...], *, remove: bool
) -> Guard:
    countries = [text for text in networks if len(text) == COUNTRY_LETTERS]
    meant = {
        name: [
            str(parse_network(text, field=name))
            for text in networks
            if text not in countries
        ],
        f"{name}_countries": [parse_country(text) for text in countries],
    }
    after: dict[str, tuple[str, ...]] = {}
    for field, texts in meant.items():
        known: tuple[str, ...] = getattr(guard, field)
        kept = [text for text in known if text not in texts]
        after[field] = tuple(kept if remove else dict.fromkeys((*known, *texts)))
    return msgspec.structs.replace(guard, **after)


def _ban(said: dict[str, str]) -> dict[str, Any]:
    """Return the fields of a ban that were said."""
    ban: dict[str, Any] = {
        name: _number(text, f"ban.{name}")
        for name, text in said.items()
        if name != "spare"
    }
    spare = said.get("spare")
    if spare is not None:
        texts = [] if spare == _OFF else spare.split(",")
        ban["spare"] = tuple(str(parse_network(t, field="ban.spare")) for t in texts)
    for name, value in ban.items():
        if value is None and name != "after":
            raise InvalidInput(
                f"ban.{name} cannot be off", hint="ban-after can", field="ban"
            )
    return ban


def _rules_in(file: Path) -> Guard:
    """Return the rules that a file holds; raises InvalidInput."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Guard)
    except (OSError, msgspec.MsgspecError) as error:
        raise InvalidInput(f"{file} holds no rules: {error}", field="file") from error


def _number(text: str, name: str) -> int | None:
    if text.strip() == _OFF:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(
            f"{name} cannot be {text}", hint="a whole number from 1, or off", field=name
        )
    return int(text)


def _tell(guard: Guard, *, is_json: bool) -> None:
    if is_json:
        out_json(guard)
        return
    state = say("打开", "on") if guard.is_on else say("关闭", "off")
    fields: list[tuple[str, Part]] = [(say("守卫", "guard"), state)]
    for name, called in _NAMES.items():
        value = getattr(guard, name)
        if value:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            fields.append((str(called), text))
    if guard.hours:
        fields.append((say("时段", "hours"), format_windows(guard.hours)))
    if guard.ban.after is not None:
        fields += [
            (str(called), str(getattr(guard.ban, name)))
            for name, called in _BANS.items()
        ]
        if guard.ban.spare:
            fields.append((say("不封禁", "never banned"), ", ".join(guard.ban.spare)))
    if guard.pass_on is not PassOn.NOTHING:
        how = str(guard.pass_on)
        by = how if guard.pass_on is PassOn.HEADERS else f"PROXY {how}"
        fields.append((say("告知服务", "passed on"), by))
    if guard.asleep:
        fields.append((say("服务器没开时", "while asleep"), guard.asleep))
    out_fields(fields)


def _verdict(verdict: Verdict) -> str:
    if verdict.rule is None:
        return say("可以进来", "may come in")
    why = word_rule(verdict.rule) + (f" ({verdict.why})" if verdict.why else "")
    if verdict.is_global:
        why += say("，全局规则", ", a rule for all tunnels")
    return say(f"被拒绝：{why}", f"is turned away: {why}")


def _if_off(verdict: Verdict) -> str:
    return "" if verdict.is_on else say("（守卫关闭）", " (the guard is off)")
