"""`user add`, `user list`; the rest is in `user_edit`."""

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.commands.plain import noun, verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    tell,
    with_database,
)
from chmlfrp.selfhost.password import Passwords
from chmlfrp.selfhost.rules.account import (
    FREE,
    GROUPS,
    MOST_TUNNELS,
    check_new_account,
    group_of,
)
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import User
from chmlfrp.words.language import say

app = noun(say("服务的账户。", "Accounts of the service."))

SignsInAsWell = Annotated[
    str | None, typer.Option(help=say("也可用来登录。", "Signs in as well."))
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """An account as the commands print it; never its token."""

    id: int
    username: str
    usergroup: str
    email: str | None
    qq: str | None
    tunnel: int
    """How many tunnels it may have."""
    integral: int
    term: str
    """The last day in its group."""
    banned: bool
    regtime: str


@verb(
    app,
    "add",
    say(
        "添加账户；询问密码时不显示。",
        "Add an account; asks for the password without showing it.",
    ),
)
def add(
    *,
    name: Annotated[
        str, typer.Argument(help=say("登录用的用户名。", "User name to sign in with."))
    ],
    data: Data,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help=say("从标准输入读密码。", "Read the password from stdin."),
        ),
    ] = False,
    group: Annotated[
        str,
        typer.Option(
            help=say(
                "用户组：" + "、".join(GROUPS) + "。",
                "One of " + ", ".join(GROUPS) + ".",
            )
        ),
    ] = FREE,
    email: SignsInAsWell = None,
    qq: SignsInAsWell = None,
    tunnels: Annotated[
        int | None,
        typer.Option(
            help=say(
                f"隧道数量上限，1 到 {MOST_TUNNELS}；不写则由用户组决定。",
                f"How many tunnels it may have, 1 to {MOST_TUNNELS}; "
                "else what its group may.",
            )
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add an account; asks for the password without showing it."""

    async def work(database: Database) -> User:
        password_hash = await Passwords().hash(password)
        async with database.write() as session:
            return await account.add(
                session,
                name=name,
                password_hash=password_hash,
                group=group,
                email=email,
                qq=qq,
                tunnel_limit=tunnels,
                today=datetime.now().astimezone().date(),
            )

    def ask() -> str:
        given = read_password(from_stdin=password_stdin)
        check_new_account(
            name=name,
            password=given,
            group=group,
            email=email,
            qq=qq,
            tunnel_limit=tunnels,
        )
        return given

    password = checked(ask)
    line = user_line(with_database(data, work))
    if as_json:
        answer_json(line)
    else:
        answer(_added(line))


@verb(app, "list", say("列出账户。", "List the accounts."))
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the accounts."""

    async def work(database: Database) -> list[User]:
        async with database.read() as session:
            return await account.everyone(session)

    lines = [user_line(user) for user in with_database(data, work)]
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        answer(
            f"{line.id}\t{line.username}\t{line.usergroup}\t{line.tunnel}\t"
            f"{line.email or ''}"
        )
    if not lines:
        tell(
            say("还没有账户，添加一个：", "no accounts yet; add one: ")
            + "chmlfrp selfhost user add NAME --data DIR"
        )


def user_line(user: User) -> UserLine:
    """Return the account as it is printed."""
    return UserLine(
        id=user.id,
        username=user.name,
        usergroup=user.group,
        email=user.email,
        qq=user.qq,
        tunnel=group_of(user.group, tunnel_limit=user.tunnel_limit).tunnels,
        integral=user.points,
        term=user.member_until,
        banned=account.is_shut_out(user),
        regtime=user.registered_on,
    )


def _added(line: UserLine) -> str:
    return say(
        f"已添加 {line.username}（编号 {line.id}，{line.usergroup}，"
        f"最多 {line.tunnel} 条隧道）",
        f"added {line.username} (id {line.id}, {line.usergroup}, "
        f"up to {line.tunnel} tunnels)",
    )


def read_password(*, from_stdin: bool) -> str:
    """Return a new password from stdin, or asked for twice without showing it.

    Raises:
        InvalidInput: there is nobody to ask, or the two differ.
    """
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput(
            "there is no terminal to ask for the password on",
            hint="pass it with --password-stdin",
            field="password",
        )
    first = _ask(say("密码", "Password"))
    if _ask(say("再输一次", "Once more")) != first:
        raise InvalidInput(
            "the two passwords differ",
            hint="type the same one twice",
            field="password",
        )
    return first


def _ask(label: str) -> str:
    answered: str = typer.prompt(label, hide_input=True, err=True)
    return answered
