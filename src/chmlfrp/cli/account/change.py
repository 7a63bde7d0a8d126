"""`chmlfrp account edit`, `password` and `token`."""

from typing import TYPE_CHECKING

import click
from msgspec import UNSET

from chmlfrp.cli.ask import ask_secret, confirm
from chmlfrp.cli.door import run
from chmlfrp.cli.lazy import verb
from chmlfrp.cli.options import with_json
from chmlfrp.cli.output import err, out, out_json
from chmlfrp.errors import InvalidInput
from chmlfrp.model.account import Account
from chmlfrp.words.account import word_consequences
from chmlfrp.words.language import say

if TYPE_CHECKING:
    from chmlfrp.control.client import ControlClient

with_password_stdin = click.option(
    "--password-stdin",
    is_flag=True,
    help=say(
        "从标准输入读取密码，一行一个。", "Read passwords from stdin, a line each."
    ),
)


@verb()
@click.option("--name", metavar="NAME", help=say("新的用户名。", "Another user name."))
@click.option("--qq", metavar="NUMBER", help=say("新的 QQ 号。", "Another QQ number."))
@click.option(
    "--avatar", metavar="URL", help=say("头像图片的地址。", "Where the picture is.")
)
@with_json
def edit(name: str | None, qq: str | None, avatar: str | None, is_json: bool) -> None:
    """Change the named fields of the account."""
    from chmlfrp.control.account import EditProfile

    if name is None and qq is None and avatar is None:
        raise InvalidInput(
            "nothing to change", hint="name at least one field, see --help"
        )
    command = EditProfile(
        name=UNSET if name is None else name,
        qq=UNSET if qq is None else qq,
        avatar_url=UNSET if avatar is None else avatar,
    )
    account: Account = run(lambda client: client.account.edit(command))
    if is_json:
        out_json(account)
    else:
        out(say("已修改：", "changed: "), account.name)


@verb()
@with_password_stdin
def password(password_stdin: bool) -> None:
    """Set another password; with `--password-stdin` the old one comes first."""
    from chmlfrp.control.account import ChangePassword

    old = ask_secret(say("现在的密码", "Present password"), stdin=password_stdin)
    new = ask_secret(
        say("新密码", "New password"), stdin=password_stdin, field="new_password"
    )
    command = ChangePassword(old=old, new=new)
    run(lambda client: client.account.change_password(command))
    out(say("密码已修改", "the password is changed"))


@verb()
@click.option(
    "--code",
    default="",
    metavar="CODE",
    help=say(
        "邮件验证码，服务要求时才需要。", "A mailed code, if the service wants one."
    ),
)
@click.option("-y", "--yes", is_flag=True, help=say("不再询问。", "Do not ask."))
@with_json
def token(code: str, yes: bool, is_json: bool) -> int:
    """Take another token; 1 if the person thinks better of it."""

    async def work(client: "ControlClient") -> int:
        from chmlfrp.control.account import RenewToken

        before = await client.account.token_consequences()
        for line in word_consequences(running=before.running):
            err("  ", line)
        if not confirm(say("重置令牌？", "take another token?"), yes=yes):
            err(say("没有重置", "nothing was changed"))
            return 1
        renewed = await client.account.renew_token(RenewToken(code=code))
        if is_json:
            out_json(renewed)
            return 0
        out(say("令牌已重置", "the token is another one now"))
        if renewed.is_sign_in_needed:
            err(say("请重新登录：chmlfrp login", "sign in again: chmlfrp login"))
        return 0

    return run(work)
