"""The tables.

Uniqueness that clients rely on is a constraint here, so that it holds whoever writes at
the same time. `NAMES` gives constraints names that stay the same on other databases.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: String(255), dict[str, Any]: JSON}  # noqa: RUF012 - read once by SQLAlchemy


class User(Base):
    """An account; `token` is also the user name that frpc shows to the node."""

    __tablename__ = "users"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    qq: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    group: Mapped[str]
    tunnel_limit: Mapped[int | None]
    """How many tunnels it may have; None leaves that to its group."""
    points: Mapped[int] = mapped_column(default=0)
    member_until: Mapped[str] = mapped_column(default="9999-09-09")
    registered_on: Mapped[str]
    bandwidth_mbps: Mapped[int | None]
    """What it may carry; None leaves that to its group."""
    picture: Mapped[str | None]
    """The address of its avatar; None takes that of its QQ number."""
    has_real_name: Mapped[bool] = mapped_column(default=True)
    """Whether the owner knows who it is: true for whom the owner added."""
    real_name_tries: Mapped[int] = mapped_column(default=0)
    banned_until_ms: Mapped[int | None] = mapped_column(BigInteger)
    """Until when the owner has shut it out, Unix time in milliseconds."""
    login_attempts: Mapped[int] = mapped_column(default=0)
    """Wrong passwords since the last right one."""
    downloaded: Mapped[int] = mapped_column(BigInteger, default=0)
    uploaded: Mapped[int] = mapped_column(BigInteger, default=0)


class Node(Base):
    """A machine with public ports, run by this service or by an agent elsewhere."""

    __tablename__ = "nodes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    area: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    is_vip: Mapped[bool] = mapped_column(default=False)
    in_china: Mapped[bool] = mapped_column(default=False)
    allows_web: Mapped[bool] = mapped_column(default=True)
    allows_udp: Mapped[bool] = mapped_column(default=True)
    is_protected: Mapped[bool] = mapped_column(default=False)
    coordinates: Mapped[str] = mapped_column(default="")
    host: Mapped[str]
    """Where clients and visitors reach it."""
    bind: Mapped[str]
    """The address that its ports are opened on."""
    port: Mapped[int]
    http_port: Mapped[int]
    https_port: Mapped[int]
    dashboard_port: Mapped[int]
    first_port: Mapped[int]
    last_port: Mapped[int]
    ports_chosen: Mapped[bool] = mapped_column(default=False)
    """A person named the ports: never choose others."""
    was_online: Mapped[bool] = mapped_column(default=False)
    """Its ports have been given out, so they stay."""
    node_token: Mapped[str]
    api_key: Mapped[str]
    plugin_key: Mapped[str] = mapped_column(unique=True)
    dashboard_password: Mapped[str]
    is_remote: Mapped[bool] = mapped_column(default=False)
    """An agent on another host runs it."""
    join_hash: Mapped[str | None] = mapped_column(unique=True)
    """SHA-256 of the key that an agent may join with, once."""
    agent_hash: Mapped[str | None] = mapped_column(unique=True)
    """SHA-256 of the key that its agent has had since it joined."""

    is_online: Mapped[bool] = mapped_column(default=False)
    seen_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    """When its agent last reported, Unix time."""
    boot: Mapped[str] = mapped_column(default="")
    """The start of its frps that it reports of."""
    reports: Mapped[int] = mapped_column(default=0)
    """The last report of that start that was taken."""
    polled: Mapped[int] = mapped_column(BigInteger, default=0)
    """Number of the last poll of its availability."""
    open_by_type: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[str] = mapped_column(default="")
    clients: Mapped[int] = mapped_column(default=0)
    proxies: Mapped[int] = mapped_column(default=0)
    connections: Mapped[int] = mapped_column(default=0)
    traffic_day: Mapped[str] = mapped_column(default="")
    traffic_in: Mapped[int] = mapped_column(BigInteger, default=0)
    traffic_out: Mapped[int] = mapped_column(BigInteger, default=0)
    machine: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """`node.machine.Machine` as last seen."""


class Tunnel(Base):
    """A tunnel of an account, and how it was last seen on its node."""

    __tablename__ = "tunnels"
    __table_args__ = (
        UniqueConstraint("node_id", "remote_port"),
        UniqueConstraint("node_id", "type", "domain"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    node_id: Mapped[int] = mapped_column(ForeignKey("nodes.id"))
    name: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    local_ip: Mapped[str]
    local_port: Mapped[int]
    remote_port: Mapped[int | None]
    domain: Mapped[str | None]
    encryption: Mapped[bool]
    compression: Mapped[bool]
    extra: Mapped[str] = mapped_column(Text, default="")

    is_online: Mapped[bool] = mapped_column(default=False)
    run_id: Mapped[str] = mapped_column(default="")
    """The client's session that last opened it."""
    started_ms: Mapped[int | None] = mapped_column(BigInteger)
    """When it was last opened, Unix time in milliseconds."""
    closed_ms: Mapped[int | None] = mapped_column(BigInteger)
    """When it was last closed, as above."""
    shut_run_id: Mapped[str] = mapped_column(default="")
    """A session that may not open it until `shut_until_ms`."""
    shut_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    client_version: Mapped[str] = mapped_column(default="")
    traffic_day: Mapped[str] = mapped_column(default="")
    traffic_in: Mapped[int] = mapped_column(BigInteger, default=0)
    traffic_out: Mapped[int] = mapped_column(BigInteger, default=0)
    connections: Mapped[int] = mapped_column(default=0)

    user: Mapped[User] = relationship(lazy="raise")
    node: Mapped[Node] = relationship(lazy="raise")
