"""The tables around nodes: what they were told, what they did, and the zone."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chmlfrp.selfhost.store.models import Base


class NodeOrder(Base):
    """Something a node is to do, read by whichever worker its agent asks."""

    __tablename__ = "node_orders"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int] = mapped_column(index=True)
    user_token: Mapped[str]
    """Whose session is meant."""
    tunnel_name: Mapped[str] = mapped_column(default="")
    """The proxy that is to close; empty: everything of that user."""
    due_ms: Mapped[int] = mapped_column(BigInteger)
    """Not before; a client that leaves by itself until then is left alone."""
    is_done: Mapped[bool] = mapped_column(default=False)


class NodeSample(Base):
    """A node at one poll; kept for a day."""

    __tablename__ = "node_samples"
    __table_args__ = (UniqueConstraint("node_id", "taken_s"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int]
    taken_s: Mapped[int] = mapped_column(BigInteger, index=True)
    """Unix time of the poll."""
    numbers: Mapped[dict[str, Any]]


class NodeDay(Base):
    """How many polls of a day found the node online; kept for 90 days."""

    __tablename__ = "node_days"
    __table_args__ = (UniqueConstraint("node_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    node_id: Mapped[int]
    day: Mapped[str]
    polls: Mapped[int] = mapped_column(default=0)
    found_online: Mapped[int] = mapped_column(default=0)


class TunnelDay(Base):
    """A tunnel's traffic of one day; outlives the tunnel, for its owner's sum."""

    __tablename__ = "tunnel_days"
    __table_args__ = (UniqueConstraint("tunnel_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tunnel_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(index=True)
    day: Mapped[str]
    traffic_in: Mapped[int] = mapped_column(BigInteger, default=0)
    traffic_out: Mapped[int] = mapped_column(BigInteger, default=0)


class FreeDomain(Base):
    """A domain under which accounts may have names."""

    __tablename__ = "free_domains"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    domain: Mapped[str] = mapped_column(unique=True)
    remarks: Mapped[str | None]
    has_filing: Mapped[bool] = mapped_column(default=False)
    """Filed with the authorities, as sites on mainland nodes must be."""
    least_ttl_s: Mapped[int] = mapped_column(default=60)


class FreeRecord(Base):
    """A name that an account has under a free domain; one of each name."""

    __tablename__ = "free_records"
    __table_args__ = (
        UniqueConstraint("domain_id", "record"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    domain_id: Mapped[int] = mapped_column(ForeignKey("free_domains.id"))
    record: Mapped[str]
    type: Mapped[str]
    target: Mapped[str] = mapped_column(Text)
    ttl: Mapped[str]
    remarks: Mapped[str | None] = mapped_column(Text)

    domain: Mapped[FreeDomain] = relationship(lazy="raise")
