"""The log of an account: what was done, from where."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.params import Caller
from chmlfrp.selfhost.store.people import LogLine

KEPT_MS = 180 * 24 * 3600 * 1000


def write(
    session: AsyncSession,
    user_id: int,
    action: str,
    caller: Caller,
    *,
    now_ms: int,
    category: str = "account",
    status: str = "success",
    about: str | None = None,
) -> None:
    """Add a line; never give it a token, a password or a code."""
    session.add(
        LogLine(
            user_id=user_id,
            at_ms=now_ms,
            action=action,
            category=category,
            status=status,
            ip_address=caller.address,
            user_agent=caller.agent[:255],
            resource_name=about and about[:255],
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """Which lines are wanted; times in Unix milliseconds, both included."""

    action: str = ""
    category: str = ""
    start_ms: int | None = None
    end_ms: int | None = None


async def page(
    session: AsyncSession,
    user_id: int,
    query: LogQuery,
    *,
    number: int,
    size: int,
    now_ms: int,
) -> tuple[list[LogLine], int]:
    """Return the lines of page `number` (from 1), newest first, and how many fit."""
    where = _where(user_id, query, now_ms)
    total = await session.scalar(
        select(func.count()).select_from(LogLine).where(*where)
    )
    lines = await session.scalars(
        select(LogLine)
        .where(*where)
        .order_by(LogLine.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    )
    return list(lines), total or 0


async def prune(session: AsyncSession, *, now_ms: int) -> None:
    """Forget what is older than 180 days."""
    await session.execute(delete(LogLine).where(LogLine.at_ms < now_ms - KEPT_MS))


def _where(user_id: int, query: LogQuery, now_ms: int) -> list[ColumnElement[bool]]:
    start_ms = max(query.start_ms or 0, now_ms - KEPT_MS)
    where = [LogLine.user_id == user_id, LogLine.at_ms >= start_ms]
    if query.end_ms is not None:
        where.append(LogLine.at_ms <= query.end_ms)
    if query.action:
        where.append(LogLine.action == query.action)
    if query.category:
        where.append(LogLine.category == query.category)
    return where
