"""Tables of the authorisation server, and taking back what it gave.

Times are Unix times in milliseconds. Codes and tokens are kept as hashes only.
"""

import hashlib
import time

from sqlalchemy import BigInteger, ForeignKey, String, Text, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from chmlfrp.selfhost.store.models import Base

PENDING, APPROVED, DENIED, USED = "pending", "approved", "denied", "used"


class Client(Base):
    """A program that people may let in; with a secret it is a confidential one."""

    __tablename__ = "oauth_clients"

    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(default="")
    made_ms: Mapped[int] = mapped_column(BigInteger)


class Device(Base):
    """A program that waits for somebody to let it in."""

    __tablename__ = "oauth_devices"

    device_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_code: Mapped[str] = mapped_column(String(16), unique=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.client_id"))
    scope: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default=PENDING)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    interval_s: Mapped[int]
    polled_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class Grant(Base):
    """What somebody let a program do, until it is taken back."""

    __tablename__ = "oauth_grants"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("oauth_clients.client_id"))
    scope: Mapped[str] = mapped_column(Text)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    revoked_ms: Mapped[int | None] = mapped_column(BigInteger)


class Refresh(Base):
    """A refresh token: good once; the second use ends the whole grant."""

    __tablename__ = "oauth_refresh_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("oauth_grants.id"), index=True)
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    used_ms: Mapped[int | None] = mapped_column(BigInteger)


class SigningKey(Base):
    """A key that access tokens are signed with, as a private JWK."""

    __tablename__ = "oauth_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    jwk: Mapped[str] = mapped_column(Text)
    made_ms: Mapped[int] = mapped_column(BigInteger)


class WebSession(Base):
    """Somebody who has signed in on the approval page."""

    __tablename__ = "oauth_web_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    expires_ms: Mapped[int] = mapped_column(BigInteger)


def digest(token: str) -> str:
    """Return how a random token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


async def revoke_all(session: AsyncSession, user_id: int) -> None:
    """Take back everything that the account has let in, and sign it out of pages."""
    await session.execute(
        update(Grant)
        .where(Grant.user_id == user_id, Grant.revoked_ms.is_(None))
        .values(revoked_ms=int(time.time() * 1000))
    )
    await session.execute(delete(WebSession).where(WebSession.user_id == user_id))
    await session.execute(
        update(Device)
        .where(Device.user_id == user_id, Device.state == APPROVED)
        .values(state=DENIED)
    )
