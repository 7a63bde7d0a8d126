"""`giftcard make` and `giftcard list`."""

import time
from dataclasses import dataclass
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
    with_database,
)
from chmlfrp.selfhost.rules.account import check_count, check_group, check_title
from chmlfrp.selfhost.store import giftcard
from chmlfrp.selfhost.store.database import Database
from chmlfrp.selfhost.store.giftcard import Worth
from chmlfrp.selfhost.store.people import GiftCard
from chmlfrp.words.language import say

app = noun(say("礼品卡。", "Gift cards."))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """A card as it is listed; nobody knows its code any more."""

    id: int
    name: str
    points: int | None
    group: str | None
    days: int | None
    used_by: int | None


@verb(
    app,
    "make",
    say("制作礼品卡；卡号只显示这一次。", "Make cards; their codes are shown once."),
)
def make(
    *,
    name: Annotated[str, typer.Argument(help=say("卡名。", "What it is called."))],
    data: Data,
    points: Annotated[
        int | None, typer.Option(help=say("积分。", "Points that it gives."))
    ] = None,
    group: Annotated[
        str | None, typer.Option(help=say("用户组。", "Group that it lets into."))
    ] = None,
    days: Annotated[
        int | None, typer.Option(help=say("会员天数。", "Days in the group."))
    ] = None,
    count: Annotated[int, typer.Option(help=say("多少张。", "How many."))] = 1,
    as_json: AsJson = False,
) -> None:
    """Make cards and print their codes, one a line."""

    def read() -> Worth:
        is_points = points is not None and group is None and days is None
        is_days = points is None and group is not None and days is not None
        if not (is_points or is_days):
            raise InvalidInput(
                "a card is worth points, or days in a group",
                hint="use --points N, or --group GROUP --days N",
                field="points",
            )
        check_title(name, field="name")
        if group is not None:
            check_group(group)
        for field, number in (("points", points), ("days", days), ("count", count)):
            if number is not None:
                check_count(number, field=field)
        return Worth(name=name, points=points, group=group, days=days)

    worth = checked(read)

    async def work(database: Database) -> list[str]:
        now_ms = int(time.time() * 1000)
        async with database.write() as session:
            return [
                await giftcard.make(session, worth, now_ms=now_ms) for _ in range(count)
            ]

    codes = with_database(data, work)
    if as_json:
        answer_json(codes)
        return
    for code in codes:
        answer(code)


@verb(app, "list", say("列出礼品卡及是否已用。", "List the cards and who used them."))
def show(*, data: Data, as_json: AsJson = False) -> None:
    """List the cards, without their codes."""

    async def work(database: Database) -> list[GiftCard]:
        async with database.read() as session:
            return await giftcard.everything(session)

    lines = [_line(card) for card in with_database(data, work)]
    if as_json:
        answer_json(lines)
        return
    for line in lines:
        worth = f"{line.group} {line.days}" if line.group else str(line.points)
        used = say(f"账户 {line.used_by}", f"account {line.used_by}")
        state = say("未用", "unused") if line.used_by is None else used
        answer(f"{line.id}\t{line.name}\t{worth}\t{state}")


def _line(card: GiftCard) -> CardLine:
    return CardLine(
        id=card.id,
        name=card.name,
        points=card.points,
        group=card.group,
        days=card.days,
        used_by=card.used_by,
    )
