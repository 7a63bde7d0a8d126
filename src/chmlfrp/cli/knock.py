"""`chmlfrp knock`: links that let friends in, and the page that they open."""

import time
from typing import TYPE_CHECKING

import click

from chmlfrp.cli.ask import ask_secret
from chmlfrp.cli.door import run
from chmlfrp.cli.events import span_s
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json, with_tunnels
from chmlfrp.cli.output import Part, err, out, out_fields, out_json, out_table
from chmlfrp.control.knock import (
    KnockMade,
    KnockRevoked,
    KnockView,
    MakeKnock,
    OpenPage,
    PageView,
)
from chmlfrp.control.protocol import Message
from chmlfrp.errors import InvalidInput
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

app = noun(
    say(
        "敲门：朋友先打开链接，才能连接",
        "Knocking: friends open a link before they can connect.",
    )
)

_NEVER = "never"


class MadeAnswer(Message, frozen=True, kw_only=True):
    """`knock make --json`: the one answer with what opens the link."""

    link: KnockView
    path: str
    url: str
    open_tunnels: tuple[int, ...]


@app.command(help=say("生成一个链接。", "Make a link."))
@with_tunnels
@click.option(
    "--password",
    "has_password",
    is_flag=True,
    help=say("打开时要输入密码（会询问）。", "It asks for a password, typed here now."),
)
@click.option(
    "--password-stdin",
    is_flag=True,
    help=say("从标准输入读取这个密码。", "Read that password from stdin."),
)
@click.option(
    "--once",
    is_flag=True,
    help=say("不要密码，只能用一次（默认）。", "No password, good once (as usual)."),
)
@click.option(
    "--uses",
    type=int,
    metavar="N",
    help=say("最多放行几个地址。", "Let in so many addresses at most."),
)
@click.option(
    "--expires",
    default="1d",
    metavar="TIME",
    help=say(
        "链接多久有效：30m、12h、7d 或 never；默认 1d。",
        "How long it can be opened: 30m, 12h, 7d or never; 1d as usual.",
    ),
)
@click.option(
    "--lasts",
    default="12h",
    metavar="TIME",
    help=say(
        "敲门后可以连接多久；默认 12h。", "How long a knock lets in; 12h as usual."
    ),
)
@with_json
def make(
    tunnels: tuple[str, ...],
    has_password: bool,
    password_stdin: bool,
    once: bool,
    uses: int | None,
    expires: str,
    lasts: str,
    is_json: bool,
) -> None:
    """Make a link and print it, this once."""
    has_password = has_password or password_stdin
    if has_password and once:
        raise InvalidInput("--once and --password exclude each other", field="once")
    if not tunnels:
        raise InvalidInput("no tunnel was named", field="tunnel")
    expires_s = None if expires == _NEVER else span_s(expires, field="expires")
    lasts_s = span_s(lasts, field="lasts")
    password = None
    if has_password:
        password = ask_secret(
            say("链接的密码", "password of the link"), stdin=password_stdin
        )

    async def work(client: "ControlClient") -> KnockMade:
        from chmlfrp.cli.tunnel.find import find

        _, views = await find(client, list(tunnels))
        command = MakeKnock(
            tunnels=tuple(view.id for view in views),
            password=password,
            expires_s=expires_s,
            lasts_s=lasts_s,
            uses=uses,
        )
        return await client.knock.make(command)

    _tell_made(run(work), is_json=is_json)


@app.command("list", help=say("有哪些链接。", "Which links there are."))
@with_json
def links(is_json: bool) -> None:
    """Print the links, the newest first."""

    async def work(client: "ControlClient") -> list[KnockView]:
        return await client.knock.links()

    found = run(work)
    if is_json:
        out_json(found)
    elif found:
        out_table(_head(), [_row(link) for link in found])
    else:
        err(say("没有链接；生成：", "there is no link; make one: "), _HOW)


@app.command(
    help=say("收回一个链接和它放行的地址。", "End a link, and whom it let in.")
)
@click.argument(
    "link_id",
    metavar="ID",
    help=say("链接的编号，开头几位就够。", "Id of the link; its beginning will do."),
)
@with_json
def revoke(link_id: str, is_json: bool) -> None:
    """End a link; whom it let in has to leave."""

    async def work(client: "ControlClient") -> KnockRevoked:
        return await client.knock.revoke(link_id)

    done = run(work)
    if is_json:
        out_json(done)
    else:
        count, ended = done.admitted, done.ended
        out(
            done.id,
            "  ",
            say(
                f"已收回；{count} 个地址不能再来，断开 {ended} 个连接",
                f"revoked; {count} addresses may come no more, {ended} connections ended",
            ),
        )


@app.command(
    help=say(
        "敲门页在哪里；写了节点就把它发布出去。",
        "Where the page is; with a node, publish it.",
    )
)
@click.option("--node", default="", metavar="NODE", help=say("节点。", "Node."))
@click.option(
    "--domain",
    metavar="DOMAIN",
    help=say("用 http 隧道和这个域名；不写用 tcp 隧道。", "An http tunnel; else tcp."),
)
@click.option("--name", metavar="NAME", help=say("隧道的名称。", "Name of the tunnel."))
@click.option(
    "--remote-port", type=int, help=say("tcp 隧道的远程端口。", "Of the tcp tunnel.")
)
@with_json
def page(
    node: str,
    domain: str | None,
    name: str | None,
    remote_port: int | None,
    is_json: bool,
) -> None:
    """Have the page listen, publish it if a node is named, and print where it is."""
    if not node and (domain or name or remote_port):
        raise InvalidInput("no node was named", field="node")
    command = OpenPage(node=node, name=name, domain=domain, remote_port=remote_port)

    async def work(client: "ControlClient") -> PageView:
        return await client.knock.open_page(command)

    _tell_page(run(work), is_json=is_json)


_HOW = "chmlfrp knock make TUNNEL"


def _head() -> tuple[str, ...]:
    return (
        say("编号", "ID"),
        say("隧道", "TUNNELS"),
        say("方式", "KIND"),
        say("有效到", "UNTIL"),
        say("剩余次数", "LEFT"),
        say("已放行", "LET IN"),
        say("链接", "LINK"),
    )


def _row(link: KnockView) -> tuple[str, ...]:
    until = "-" if link.expires_at is None else _time(link.expires_at)
    return (
        link.id,
        ", ".join(link.names) or ", ".join(map(str, link.tunnels)),
        say("密码", "password") if link.has_password else say("一次性", "one-time"),
        until,
        "-" if link.uses_left is None else str(link.uses_left),
        str(link.admitted),
        link.url or "-",
    )


def _tell_made(made: KnockMade, *, is_json: bool) -> None:
    if is_json:
        answer = MadeAnswer(
            link=made.link,
            path=made.path.reveal(),
            url=made.url.reveal(),
            open_tunnels=made.open_tunnels,
        )
        out_json(answer)
        return
    out(made.url.reveal() or made.path.reveal())
    if not made.url:
        err(
            say(
                "敲门页还没有公开，这只是路径；先发布：",
                "the page is not published, so this is a path only; publish it: ",
            ),
            "chmlfrp knock page --node NODE",
        )
    if not made.link.has_password:
        err(say("链接只显示这一次", "the link is shown this once"))
    for number in made.open_tunnels:
        err(
            say(
                f"隧道 {number} 不敲门也能进；只让朋友进：",
                f"tunnel {number} lets people in without a knock; friends only: ",
            ),
            f"chmlfrp guard on {number} --knock-hours 12",
        )


def _tell_page(view: PageView, *, is_json: bool) -> None:
    if is_json:
        out_json(view)
        return
    state = (
        say("在听", "listens") if view.is_open else say("没有在听", "does not listen")
    )
    fields: list[tuple[str, Part]] = [
        (say("本机", "local"), f"{view.host}:{view.port}  {state}"),
    ]
    if view.tunnel is not None:
        fields.append((say("隧道", "tunnel"), view.name or str(view.tunnel)))
        fields.append((say("公网", "public"), view.url or "-"))
    out_fields(fields)
    if view.tunnel is None:
        err(
            say(
                "还没有隧道通到这里；发布：",
                "no tunnel leads there; publish it: ",
            ),
            "chmlfrp knock page --node NODE",
        )
    elif not view.is_guarded:
        err(
            say(
                "这条隧道的守卫没开，敲门页看不到访客；打开：",
                "that tunnel's guard is off, so the page cannot see who comes: ",
            ),
            f"chmlfrp guard on {view.tunnel}",
        )


def _time(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
