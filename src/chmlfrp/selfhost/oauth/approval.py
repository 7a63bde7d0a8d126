"""Who has signed in on the page, and which programs wait for an answer."""

import secrets

from sqlalchemy import delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from chmlfrp.selfhost.store.account import is_shut_out
from chmlfrp.selfhost.store.grants import (
    APPROVED,
    DENIED,
    PENDING,
    Client,
    Device,
    WebSession,
    digest,
)
from chmlfrp.selfhost.store.models import User

SESSION_MS = 15 * 60 * 1000


async def open_session(session: AsyncSession, user_id: int, *, now_ms: int) -> str:
    """Return the secret of a new session on the page."""
    await session.execute(delete(WebSession).where(WebSession.expires_ms <= now_ms))
    secret = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            token_hash=digest(secret), user_id=user_id, expires_ms=now_ms + SESSION_MS
        )
    )
    return secret


async def close_session(session: AsyncSession, secret: str) -> None:
    """Sign out of the page."""
    await session.execute(
        delete(WebSession).where(WebSession.token_hash == digest(secret))
    )


async def who(session: AsyncSession, secret: str, *, now_ms: int) -> User | None:
    """Return who has signed in with that session, None if it is over."""
    query = (
        select(User)
        .join(WebSession, WebSession.user_id == User.id)
        .where(WebSession.token_hash == digest(secret), WebSession.expires_ms > now_ms)
    )
    user = await session.scalar(query)
    return None if user is None or is_shut_out(user) else user


async def waiting(
    session: AsyncSession, user_code: str, *, now_ms: int
) -> tuple[Device, Client] | None:
    """Return the program that shows this code, None if none waits."""
    query = (
        select(Device, Client)
        .join(Client, Client.client_id == Device.client_id)
        .where(Device.user_code == as_written(user_code))
        .where(Device.state == PENDING, Device.expires_ms > now_ms)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def decide(
    session: AsyncSession, device: Device, user: User, *, is_allowed: bool
) -> bool:
    """Write the answer down; return False if there was one already."""
    done = await session.execute(
        update(Device)
        .where(Device.device_hash == device.device_hash, Device.state == PENDING)
        .values(state=APPROVED if is_allowed else DENIED, user_id=user.id)
    )
    return isinstance(done, CursorResult) and done.rowcount == 1


def as_written(user_code: str) -> str:
    """Return the code as the program shows it, however it was typed."""
    letters = "".join(c for c in user_code.upper() if c.isalnum())[:16]
    return f"{letters[:4]}-{letters[4:]}"
