"""`user add` and `user list`."""

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    say,
    with_database,
)
from chmlfrp.selfhost.password import Passwords
from chmlfrp.selfhost.rules.account import FREE, GROUPS, check_new_account
from chmlfrp.selfhost.store import account
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.models import User

app = typer.Typer(no_args_is_help=True, help="Accounts of the service.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLine:
    """An account as the commands print it; never its token."""

    id: int
    username: str
    usergroup: str
    email: str | None
    qq: str | None
    regtime: str


@app.command("add")
def add(
    *,
    name: Annotated[str, typer.Argument(help="User name to sign in with.")],
    data: Data,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin.")
    ] = False,
    group: Annotated[
        str, typer.Option(help="One of " + ", ".join(GROUPS) + ".")
    ] = FREE,
    email: Annotated[str | None, typer.Option(help="Signs in as well.")] = None,
    qq: Annotated[str | None, typer.Option(help="Signs in as well.")] = None,
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
                today=datetime.now().astimezone().date(),
            )

    def ask() -> str:
        given = _read_password(from_stdin=password_stdin)
        check_new_account(name=name, password=given, group=group, email=email, qq=qq)
        return given

    password = checked(ask)
    line = _line(with_database(data, work))
    if as_json:
        answer_json(line)
    else:
        answer(f"added {line.username} (id {line.id}, {line.usergroup})")


@app.command("list")
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the accounts."""

    async def work(database: Database) -> list[User]:
        async with database.read() as session:
            return await account.everyone(session)

    lines = [_line(user) for user in with_database(data, work)]
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        answer(f"{line.id}\t{line.username}\t{line.usergroup}\t{line.email or ''}")
    if not lines:
        say("no accounts yet: chmlfrp selfhost user add NAME --data DIR")


def _line(user: User) -> UserLine:
    return UserLine(
        id=user.id,
        username=user.name,
        usergroup=user.group,
        email=user.email,
        qq=user.qq,
        regtime=user.registered_on,
    )


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput(
            "there is no terminal to ask for the password on",
            hint="pass it with --password-stdin",
            field="password",
        )
    answered: str = typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True, err=True
    )
    return answered
