"""`chmlfrp account show`, `traffic`, `messages` and `attendance`."""

from typing import TYPE_CHECKING

import click

from chmlfrp.cli.door import look_fresh, run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Part, err, out, out_fields, out_json, out_table
from chmlfrp.cli.session_lines import warn_of_trouble
from chmlfrp.errors import SignInRequired
from chmlfrp.model.account import Account
from chmlfrp.model.message import MessagePage
from chmlfrp.model.traffic import TunnelTraffic
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.account import AttendanceView
    from chmlfrp.control.client import ControlClient


@verb()
@with_json
def show(is_json: bool) -> None:
    """Print the account; raises SignInRequired without one."""
    snapshot = look_fresh()
    account = snapshot.session.account
    if account is None:
        raise SignInRequired("nobody is signed in", hint="chmlfrp login")
    warn_of_trouble(snapshot)
    if is_json:
        out_json(account)
    else:
        out_fields(_fields(account))


@verb()
@click.argument(
    "tunnel",
    required=False,
    metavar="[TUNNEL]",
    help=say("隧道的名称或编号，不写则看整个账户。", "One tunnel's only; else all."),
)
@with_json
def traffic(tunnel: str | None, is_json: bool) -> None:
    """Print what went through, day by day, the oldest first."""
    if tunnel is not None:
        _tunnel_traffic(tunnel, json=is_json)
        return
    days = run(lambda client: client.account.week())
    if is_json:
        out_json(days)
    else:
        head = (say("日期", "DAY"), say("流入", "IN"), say("流出", "OUT"))
        out_table(
            head, [(day.day, size(day.in_bytes), size(day.out_bytes)) for day in days]
        )


@verb()
@click.option("--page", type=click.IntRange(min=1), default=1, metavar="N")
@with_json
def messages(page: int, is_json: bool) -> None:
    """Print the service's messages, newest first."""
    found: MessagePage = run(lambda client: client.account.messages(page))
    if is_json:
        out_json(found)
        return
    for message in found.messages:
        out(f"{message.published_at}  {message.title}".strip())
        for line in message.text.splitlines():
            out("  ", line)
        out()
    if found.pages > 1:
        err(say(f"第 {page}/{found.pages} 页", f"page {page} of {found.pages}"))


@verb()
@with_json
def attendance(is_json: bool) -> None:
    """Print how the daily visits stand; a visit is made on the service's page."""
    view: AttendanceView = run(lambda client: client.account.attendance())
    if is_json:
        out_json(view)
        return
    found = view.attendance
    out_fields(
        [
            (say("今天已签到", "came by today"), _yes(found.is_done_today)),
            (say("累计签到", "times"), str(found.times)),
            (say("累计积分", "points"), str(found.points)),
            (say("上次", "last"), found.last_at or "-"),
            (say("今天签到人数", "people today"), str(found.others_today)),
        ]
    )
    if view.page and not found.is_done_today:
        err(say("在网页上签到：", "come by on the web page: "), view.page)


def _tunnel_traffic(tunnel: str, *, json: bool) -> None:
    async def work(client: "ControlClient") -> TunnelTraffic:
        from chmlfrp.cli.tunnel.find import find

        _, (view,) = await find(client, [tunnel])
        return await client.account.tunnel_week(view.id)

    found = run(work)
    if json:
        out_json(found)
        return
    head = (say("几天前", "DAYS AGO"), say("流入", "IN"), say("流出", "OUT"))
    pairs = list(zip(found.in_bytes, found.out_bytes, strict=False))
    last = len(pairs) - 1
    out_table(
        head,
        [(str(last - at), size(i), size(o)) for at, (i, o) in enumerate(pairs)],
    )


def _fields(account: Account) -> list[tuple[str, Part]]:
    verified = account.is_real_name_verified
    until = account.member_until
    if until.startswith("9999"):
        until = say("永久", "for life")
    used, limit = account.tunnels_used, account.tunnel_limit
    return [
        (say("编号", "id"), str(account.id)),
        (say("用户名", "name"), account.name),
        (say("用户组", "group"), account.group or "-"),
        (say("会员到期", "member until"), until or "-"),
        (say("实名认证", "real name verified"), _yes(verified)),
        (say("邮箱", "e-mail"), account.email or "-"),
        ("QQ", account.qq or "-"),
        (say("隧道", "tunnels"), f"{used}/{limit}"),
        (
            say("带宽", "bandwidth"),
            say(
                f"{account.bandwidth_mbps} Mbps（国外节点为四倍）",
                f"{account.bandwidth_mbps} Mbps, four times that abroad",
            ),
        ),
        (say("积分", "points"), str(account.points)),
        (say("上传", "uploaded"), size(account.uploaded_bytes)),
        (say("下载", "downloaded"), size(account.downloaded_bytes)),
        (say("注册时间", "registered"), account.registered_on or "-"),
    ]


def _yes(value: bool) -> str:
    return say("是", "yes") if value else say("否", "no")


def size(count: float) -> str:
    """Return a number of bytes for people, for example `1.5 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
