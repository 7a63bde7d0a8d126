"""Counting wrong guesses, and the bans that follow; shared by all workers."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.locked import locked
from chmlfrp.selfhost.store.people import Attempts


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many guesses in how long, and for how long it is over then."""

    tries: int
    window_ms: int
    ban_ms: int


@dataclass(frozen=True, slots=True)
class Who:
    """Whose guesses are counted together."""

    kind: str
    key: str


async def ban_left(session: AsyncSession, who: Who, *, now_ms: int) -> int:
    """Return the milliseconds that the ban still lasts, 0 without one."""
    row = await session.get(Attempts, (who.kind, who.key))
    return 0 if row is None else max(0, row.banned_until_ms - now_ms)


async def count(session: AsyncSession, who: Who, limit: Limit, *, now_ms: int) -> int:
    """Count one; return how many there are in this window, the ban set at the last."""
    row = await locked(session, Attempts, kind=who.kind, key=who.key)
    if now_ms - row.last_ms > limit.window_ms:
        row.count = 0
    row.count += 1
    row.last_ms = now_ms
    counted = row.count
    if counted >= limit.tries:
        row.count = 0
        row.banned_until_ms = now_ms + limit.ban_ms
    return counted


async def forget(session: AsyncSession, who: Who) -> None:
    """Take back what was counted; a ban stays."""
    row = await session.get(Attempts, (who.kind, who.key))
    if row is not None and row.count:
        row.count = 0
