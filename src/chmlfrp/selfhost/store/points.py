"""Points for coming by, once a day."""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.models import User
from chmlfrp.selfhost.store.people import SignIn


async def sign_in(
    session: AsyncSession, user_id: int, *, day: date, points: int, now_ms: int
) -> bool:
    """Add the points of that day; return False where they were given already."""
    row = SignIn(user_id=user_id, day=day.isoformat(), points=points, at_ms=now_ms)
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    await give(session, user_id, points)
    return True


async def give(session: AsyncSession, user_id: int, points: int) -> None:
    """Add points; a negative number takes some."""
    await session.execute(
        update(User).where(User.id == user_id).values(points=User.points + points)
    )


async def summary(
    session: AsyncSession, user_id: int
) -> tuple[int | None, int, int, str]:
    """Return the last time, the points, how often, and the last day, "" for never."""
    row = await session.execute(
        select(
            func.max(SignIn.at_ms),
            func.coalesce(func.sum(SignIn.points), 0),
            func.count(),
            func.coalesce(func.max(SignIn.day), ""),
        ).where(SignIn.user_id == user_id)
    )
    last_ms, points, times, day = row.one()
    return last_ms, int(points), times, day


async def how_many(session: AsyncSession, day: date) -> int:
    """Return how many accounts came by on that day."""
    query = select(func.count()).where(SignIn.day == day.isoformat())
    return await session.scalar(query) or 0
