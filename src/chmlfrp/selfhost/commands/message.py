"""`message send` and `message list`."""

import sys
import time
from typing import Annotated

import typer
from sqlalchemy import select

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
from chmlfrp.selfhost.commands.user_edit import find
from chmlfrp.selfhost.rules.account import check_title
from chmlfrp.selfhost.store import message
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.people import Message
from chmlfrp.selfhost.wire_people import NewMessage, new_message
from chmlfrp.words.language import say

app = noun(say("发给账户的消息。", "Messages to accounts."))


@verb(
    app,
    "send",
    say("发消息，内容从标准输入读（Markdown）。", "Send a message; Markdown on stdin."),
)
def send(
    *,
    title: Annotated[str, typer.Argument(help=say("标题。", "Its title."))],
    data: Data,
    to: Annotated[
        str | None,
        typer.Option(
            help=say("发给一个账户；不写为所有人。", "One account; else everyone.")
        ),
    ] = None,
    priority: Annotated[
        int,
        typer.Option(help=say("1 普通，2 重要，3 紧急。", "1 to 3; 3 is urgent.")),
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Send a message to one account or everyone."""

    def read() -> str:
        check_title(title, field="title")
        if priority not in (1, 2, 3):
            raise InvalidInput(
                f"{priority} is no priority",
                hint="use 1 (usual), 2 (important) or 3 (urgent)",
                field="priority",
            )
        text = "" if sys.stdin.isatty() else sys.stdin.read().strip()
        if not text:
            raise InvalidInput(
                "a message needs a text", hint="pass it on stdin", field="text"
            )
        return text

    text = checked(read)

    async def work(database: Database) -> Message:
        async with database.write() as session:
            user = None if to is None else await find(session, to)
            return await message.add(
                session,
                user_id=None if user is None else user.id,
                title=title,
                content=text,
                priority=priority,
                now_ms=int(time.time() * 1000),
            )

    _print([new_message(with_database(data, work))], as_json=as_json, is_one=True)


@verb(app, "list", say("列出消息。", "List the messages."))
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the messages, oldest first."""

    async def work(database: Database) -> list[Message]:
        async with database.read() as session:
            return list(await session.scalars(select(Message).order_by(Message.id)))

    lines = [new_message(one) for one in with_database(data, work)]
    _print(lines, as_json=as_json)


def _print(lines: list[NewMessage], *, as_json: bool, is_one: bool = False) -> None:
    if as_json:
        answer_json(lines[0] if is_one else lines)
        return
    for line in lines:
        whom = line.target_users or say("所有人", "everyone")
        answer(f"{line.id}\t{line.publish_time}\t{line.priority}\t{whom}\t{line.title}")
