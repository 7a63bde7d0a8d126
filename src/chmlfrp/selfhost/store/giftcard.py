"""Gift cards: made by the owner, used once by somebody."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.refusal import Refusal
from chmlfrp.selfhost.rules.account import FOREVER, FREE
from chmlfrp.selfhost.store import points
from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.store.people import GiftCard

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a card gives: points, or days in a group."""

    name: str
    points: int | None = None
    group: str | None = None
    days: int | None = None


async def make(session: AsyncSession, worth: Worth, *, now_ms: int) -> str:
    """Return the code of a new card; only its hash is kept."""
    code = "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4)
    )
    session.add(
        GiftCard(
            code_hash=_hash(code),
            name=worth.name,
            points=worth.points,
            group=worth.group,
            days=worth.days,
            made_ms=now_ms,
        )
    )
    await session.flush()
    return code


async def redeem(
    session: AsyncSession, user: User, code: str, *, today: date, now_ms: int
) -> GiftCard | None:
    """Give the account what the card is worth and return it; None for no such card.

    Raises:
        Refusal: the card would take something away from the account.
    """
    query = select(GiftCard).where(GiftCard.code_hash == _hash(code)).with_for_update()
    card = await session.scalar(query)
    if card is None or card.used_ms is not None:
        return None
    if card.group is not None:
        _lengthen(user, card.group, card.days or 0, today)
    await points.give(session, user.id, card.points or 0)
    card.used_by, card.used_ms = user.id, now_ms
    return card


async def used_by(session: AsyncSession, user_id: int) -> list[GiftCard]:
    """Return the cards that the account has used, newest first."""
    query = select(GiftCard).where(GiftCard.used_by == user_id)
    return list(await session.scalars(query.order_by(GiftCard.used_ms.desc())))


async def everything(session: AsyncSession) -> list[GiftCard]:
    """Return all cards, oldest first; their codes are not known any more."""
    return list(await session.scalars(select(GiftCard).order_by(GiftCard.id)))


def _lengthen(user: User, group: str, days: int, today: date) -> None:
    start = today
    if user.group == group:
        if user.member_until == FOREVER:
            raise Refusal("您已是永久会员，无需使用此礼品卡")
        start = max(today, date.fromisoformat(user.member_until))
    elif user.group != FREE:
        raise Refusal(f"您目前是{user.group}，不能使用{group}的礼品卡")
    user.group = group
    user.member_until = (start + timedelta(days=days)).isoformat()


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().upper().encode()).hexdigest()
