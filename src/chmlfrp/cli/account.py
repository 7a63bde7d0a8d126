"""`chmlfrp account`."""

from chmlfrp.cli.door import look_fresh
from chmlfrp.cli.lazy import noun
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import Part, out_fields, out_json
from chmlfrp.cli.session_lines import warn_of_trouble
from chmlfrp.errors import SignInRequired
from chmlfrp.model.account import Account
from chmlfrp.words.language import say

app = noun(say("账户", "The account."))


@app.command(help=say("显示账户资料。", "Show the account."))
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
