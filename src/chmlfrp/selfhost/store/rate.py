"""Counting requests per key and minute, so that all workers count together."""

from sqlalchemy import BigInteger, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chmlfrp.selfhost.store.models import Base


class Taken(Base):
    """How much of a limit was handed to workers in one window."""

    __tablename__ = "taken"

    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Windows since 1970; all have one length."""
    count: Mapped[int]


async def take(session: AsyncSession, key: str, window: int, count: int) -> int:
    """Add `count` in one statement; return what was taken before."""
    dialect = session.get_bind().dialect.name
    made = (postgresql if dialect == "postgresql" else sqlite).insert(Taken)
    added = made.values(key=key, window=window, count=count).on_conflict_do_update(
        index_elements=[Taken.key, Taken.window],
        set_={"count": Taken.count + made.excluded.count},
    )
    total = await session.scalar(added.returning(Taken.count))
    return (total or count) - count


async def forget_old(session: AsyncSession, *, window: int) -> None:
    """Drop what was counted before the window."""
    await session.execute(delete(Taken).where(Taken.window < window))
