"""Tables about what accounts do: codes, attempts, points, messages, cards, a log.

Times are Unix times in milliseconds. Codes are kept as hashes only.
"""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chmlfrp.selfhost.store.models import Base


class MailCode(Base):
    """The last code mailed to an address for one purpose."""

    __tablename__ = "mail_codes"

    purpose: Mapped[str] = mapped_column(String(32), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(default="")
    code_hash: Mapped[str] = mapped_column(default="")
    """Empty once it has been used."""
    sent_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    tries: Mapped[int] = mapped_column(default=0)


class Attempts(Base):
    """How often somebody has guessed wrong lately, and until when that is over."""

    __tablename__ = "attempts"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    last_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    banned_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class SignIn(Base):
    """Points for one day; one row a day and account."""

    __tablename__ = "sign_ins"
    __table_args__ = (UniqueConstraint("user_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    day: Mapped[str] = mapped_column(String(10), index=True)
    points: Mapped[int]
    at_ms: Mapped[int] = mapped_column(BigInteger)


class Message(Base):
    """What the owner tells one account, or everyone."""

    __tablename__ = "messages"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(default=1)
    """1 usual, 2 important, 3 urgent."""
    at_ms: Mapped[int] = mapped_column(BigInteger)


class GiftCard(Base):
    """A code that is worth points, or days in a group, once."""

    __tablename__ = "gift_cards"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    points: Mapped[int | None]
    group: Mapped[str | None]
    days: Mapped[int | None]
    made_ms: Mapped[int] = mapped_column(BigInteger)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    used_ms: Mapped[int | None] = mapped_column(BigInteger)


class LogLine(Base):
    """Something that an account did or that was done to it."""

    __tablename__ = "account_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at_ms: Mapped[int] = mapped_column(BigInteger, index=True)
    action: Mapped[str] = mapped_column(String(32))
    category: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16))
    ip_address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str]
    resource_name: Mapped[str | None]
    extra_data: Mapped[dict[str, Any] | None]
