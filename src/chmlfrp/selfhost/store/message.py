"""Messages of the owner."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.people import Message

HIGHEST_ID = 2**31 - 1
"""Databases refuse to look for a higher one."""


async def add(
    session: AsyncSession,
    *,
    user_id: int | None,
    title: str,
    content: str,
    priority: int,
    now_ms: int,
) -> Message:
    """Return the new message; None as `user_id` is everyone."""
    message = Message(
        user_id=user_id, title=title, content=content, priority=priority, at_ms=now_ms
    )
    session.add(message)
    await session.flush()
    return message


async def all_for(session: AsyncSession, user_id: int) -> list[Message]:
    """Return what the account may read, newest first."""
    query = select(Message).where(_readable(user_id)).order_by(Message.id.desc())
    return list(await session.scalars(query))


async def one_for(session: AsyncSession, user_id: int, number: int) -> Message | None:
    """Return the message, None if there is none or it is somebody else's."""
    if number > HIGHEST_ID:
        return None
    query = select(Message).where(_readable(user_id), Message.id == number)
    return await session.scalar(query)


async def page_for(
    session: AsyncSession,
    user_id: int,
    *,
    page: int,
    size: int,
    priority: int = 0,
    keyword: str = "",
) -> tuple[list[Message], int]:
    """Return a page (from 1), newest first, and how many fit; 0 is any priority."""
    where = [_readable(user_id)]
    if priority:
        where.append(Message.priority == priority)
    if keyword:
        found = (
            column.icontains(keyword, autoescape=True)
            for column in (Message.title, Message.content)
        )
        where.append(or_(*found))
    total = await session.scalar(
        select(func.count()).select_from(Message).where(*where)
    )
    query = select(Message).where(*where).order_by(Message.id.desc())
    rows = await session.scalars(query.limit(size).offset((page - 1) * size))
    return list(rows), total or 0


def _readable(user_id: int) -> ColumnElement[bool]:
    return or_(Message.user_id.is_(None), Message.user_id == user_id)
