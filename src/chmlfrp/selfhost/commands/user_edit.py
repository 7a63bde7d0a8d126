"""`user edit`, `user ban`, `user unban`, `user password` and `user retoken`."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.commands.plain import verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    with_database,
)
from chmlfrp.selfhost.commands.user import app, read_password, user_line
from chmlfrp.selfhost.password import Passwords
from chmlfrp.selfhost.rules.account import (
    check_contacts,
    check_count,
    check_group,
    check_password,
    check_tunnel_limit,
    new_token,
    read_date,
)
from chmlfrp.selfhost.store import account, grants, order
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import User
from chmlfrp.words.language import say

FOR_GOOD_MS = 2**52
"""A time that no clock shows."""

Name = Annotated[
    str,
    typer.Argument(help=say("用户名、邮箱或 QQ 号。", "User name, mail or QQ number.")),
]
Text = Annotated[str | None, typer.Option(help=say("新的值。", "The new value."))]


@verb(app, "edit", say("修改账户。", "Change an account."))
def edit(
    *,
    name: Name,
    data: Data,
    group: Text = None,
    until: Annotated[
        str | None,
        typer.Option(help=say("会员的最后一天。", "The last day in the group.")),
    ] = None,
    tunnels: Annotated[
        int | None,
        typer.Option(
            help=say("隧道数量上限；0 由用户组决定。", "Tunnels; 0 as its group.")
        ),
    ] = None,
    bandwidth: Annotated[
        int | None,
        typer.Option(
            help=say("带宽（Mbps）；0 由用户组决定。", "Mbit/s; 0 as its group.")
        ),
    ] = None,
    points: Annotated[
        int | None, typer.Option(help=say("积分。", "Its points."))
    ] = None,
    email: Text = None,
    qq: Text = None,
    real_name: Annotated[
        bool | None,
        typer.Option(help=say("是否已实名。", "Whether it is known who it is.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change an account."""

    def read() -> dict[str, object]:
        check_contacts(email=email, qq=qq)
        check_tunnel_limit(tunnels or None)
        if group is not None:
            check_group(group)
        if bandwidth:
            check_count(bandwidth, field="bandwidth")
        if points:
            check_count(points, field="points")
        values: dict[str, object | None] = {
            "group": group,
            "member_until": None if until is None else read_date(until),
            "points": points,
            "email": None if email is None else email.lower(),
            "qq": qq,
            "has_real_name": real_name,
        }
        changes = {k: v for k, v in values.items() if v is not None}
        for key, limit in (("tunnel_limit", tunnels), ("bandwidth_mbps", bandwidth)):
            if limit is not None:
                changes[key] = limit or None
        return changes

    changes = checked(read)

    async def work(_: AsyncSession, user: User) -> None:
        for key, value in changes.items():
            setattr(user, key, value)

    _finish(_change(data, name, work), as_json=as_json)


@verb(app, "ban", say("封禁账户及其隧道。", "Shut an account and its tunnels out."))
def ban(
    *,
    name: Name,
    data: Data,
    minutes: Annotated[
        int | None,
        typer.Option(
            help=say("多少分钟；不写为永久。", "For how long; else for good.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Shut an account out at once: API, programs and tunnels."""
    if minutes is not None:
        checked(lambda: check_count(minutes, field="minutes"))

    async def work(session: AsyncSession, user: User) -> None:
        now_ms = int(time.time() * 1000)
        until_ms = FOR_GOOD_MS if minutes is None else now_ms + minutes * 60_000
        user.banned_until_ms = until_ms
        await order.drop_user(session, user)
        await grants.revoke_all(session, user.id)

    _finish(_change(data, name, work), as_json=as_json)


@verb(app, "unban", say("解除封禁。", "Let an account in again."))
def unban(*, name: Name, data: Data, as_json: AsJson = False) -> None:
    """Let an account in again."""

    async def work(_: AsyncSession, user: User) -> None:
        user.banned_until_ms = None

    _finish(_change(data, name, work), as_json=as_json)


@verb(app, "password", say("设置新密码。", "Set another password."))
def set_password(
    *,
    name: Name,
    data: Data,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help=say("从标准输入读密码。", "Read the password from stdin."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Set another password; programs that were let in are out."""

    def ask() -> str:
        given = read_password(from_stdin=password_stdin)
        check_password(given)
        return given

    password = checked(ask)

    async def work(session: AsyncSession, user: User) -> None:
        user.password_hash = await Passwords().hash(password)
        await grants.revoke_all(session, user.id)

    _finish(_change(data, name, work), as_json=as_json)


@verb(
    app,
    "retoken",
    say("更换用户令牌，旧配置失效。", "Give another user token; old configs die."),
)
def retoken(*, name: Name, data: Data, as_json: AsJson = False) -> None:
    """Give another user token; tunnels with the old one are closed for good."""

    async def work(session: AsyncSession, user: User) -> None:
        await order.drop_user(session, user)
        user.token = new_token()

    _finish(_change(data, name, work), as_json=as_json)


async def find(session: AsyncSession, name: str) -> User:
    """Return the account that signs in with `name`.

    Raises:
        InvalidInput: there is none.
    """
    user = await account.by_login(session, name)
    if user is None:
        raise InvalidInput(
            f"there is no account {name!r}",
            hint="see the names with: chmlfrp selfhost user list",
            field="name",
        )
    return user


def _change(
    data: Data, name: str, work: Callable[[AsyncSession, User], Awaitable[None]]
) -> User:
    async def change(database: Database) -> User:
        async with database.write() as session:
            user = await find(session, name)
            await work(session, user)
            await account.flush(session)
            return user

    return with_database(data, change)


def _finish(user: User, *, as_json: bool) -> None:
    line = user_line(user)
    if as_json:
        answer_json(line)
        return
    state = say("，已封禁", ", shut out") if line.banned else ""
    answer(
        say(
            f"{line.username}：{line.usergroup}，到 {line.term}，最多 {line.tunnel} "
            f"条隧道，{line.integral} 积分{state}",
            f"{line.username}: {line.usergroup} until {line.term}, up to "
            f"{line.tunnel} tunnels, {line.integral} points{state}",
        )
    )
