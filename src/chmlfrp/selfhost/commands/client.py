"""`client add`, `client list` and `client remove`: programs that OAuth lets in."""

import secrets
import time
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import delete, select

from chmlfrp.errors import InvalidInput
from chmlfrp.selfhost.commands.plain import noun, verb
from chmlfrp.selfhost.commands.shared import (
    AsJson,
    Data,
    answer,
    answer_json,
    checked,
    with_database,
)
from chmlfrp.selfhost.rules.account import check_title
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.grants import Client, Device, Grant, Refresh, digest
from chmlfrp.words.language import say

app = noun(say("可用 OAuth 登录的程序。", "Programs that sign in by OAuth."))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLine:
    """A program as it is listed."""

    client_id: str
    name: str
    confidential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient(ClientLine):
    """A program as it is made; the secret is shown this once."""

    client_secret: str | None


@verb(app, "add", say("登记程序。", "Register a program."))
def add(
    *,
    name: Annotated[
        str, typer.Argument(help=say("授权页显示的名称。", "Its name on the page."))
    ],
    data: Data,
    confidential: Annotated[
        bool,
        typer.Option(
            "--confidential",
            help=say("给它一个密钥，只显示一次。", "Give it a secret, shown once."),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Register a program and print its id, and its secret if it gets one."""
    checked(lambda: check_title(name, field="name"))
    client_id = secrets.token_hex(12)
    secret = secrets.token_urlsafe(32) if confidential else ""

    async def work(database: Database) -> None:
        async with database.write() as session:
            session.add(
                Client(
                    client_id=client_id,
                    name=name,
                    secret_hash=digest(secret) if secret else "",
                    made_ms=int(time.time() * 1000),
                )
            )

    with_database(data, work)
    if as_json:
        made = NewClient(
            client_id=client_id,
            name=name,
            confidential=confidential,
            client_secret=secret or None,
        )
        answer_json(made)
        return
    answer(client_id)
    if secret:
        answer(secret)


@verb(app, "list", say("列出程序。", "List the programs."))
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the programs."""

    async def work(database: Database) -> list[Client]:
        async with database.read() as session:
            return list(await session.scalars(select(Client).order_by(Client.made_ms)))

    lines = [
        ClientLine(
            client_id=one.client_id, name=one.name, confidential=bool(one.secret_hash)
        )
        for one in with_database(data, work)
    ]
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        answer(f"{line.client_id}\t{line.name}")


@verb(
    app, "remove", say("移除程序，并收回它的授权。", "Remove a program and its grants.")
)
def remove(
    *,
    client_id: Annotated[str, typer.Argument(help=say("程序编号。", "Its id."))],
    data: Data,
) -> None:
    """Remove a program; its tokens open nothing any more."""

    async def work(database: Database) -> None:
        async with database.write() as session:
            if await session.get(Client, client_id) is None:
                raise InvalidInput(
                    f"there is no program {client_id!r}",
                    hint="see the names with: chmlfrp selfhost client list",
                    field="client_id",
                )
            given = select(Grant.id).where(Grant.client_id == client_id)
            await session.execute(delete(Refresh).where(Refresh.grant_id.in_(given)))
            for table in (Grant, Device):
                await session.execute(delete(table).where(table.client_id == client_id))
            await session.execute(delete(Client).where(Client.client_id == client_id))

    with_database(data, work)
    answer(say(f"已移除 {client_id}", f"removed {client_id}"))
