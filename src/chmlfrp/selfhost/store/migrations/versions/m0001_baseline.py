"""Accounts, nodes and tunnels."""

import sqlalchemy as sa
from alembic import op

revision = "0001_baseline"
down_revision: str | None = None


def upgrade() -> None:
    """Make the tables."""
    _nodes()
    _users()
    _tunnels()


def _nodes() -> None:
    op.create_table(
        "nodes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("area", sa.String(length=255), nullable=False),
        sa.Column("notes", sa.String(length=255), nullable=False),
        sa.Column("is_vip", sa.Boolean(), nullable=False),
        sa.Column("in_china", sa.Boolean(), nullable=False),
        sa.Column("allows_web", sa.Boolean(), nullable=False),
        sa.Column("allows_udp", sa.Boolean(), nullable=False),
        sa.Column("is_protected", sa.Boolean(), nullable=False),
        sa.Column("coordinates", sa.String(length=255), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("bind", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("http_port", sa.Integer(), nullable=False),
        sa.Column("https_port", sa.Integer(), nullable=False),
        sa.Column("dashboard_port", sa.Integer(), nullable=False),
        sa.Column("first_port", sa.Integer(), nullable=False),
        sa.Column("last_port", sa.Integer(), nullable=False),
        sa.Column("ports_chosen", sa.Boolean(), nullable=False),
        sa.Column("was_online", sa.Boolean(), nullable=False),
        sa.Column("node_token", sa.String(length=255), nullable=False),
        sa.Column("api_key", sa.String(length=255), nullable=False),
        sa.Column("plugin_key", sa.String(length=255), nullable=False),
        sa.Column("dashboard_password", sa.String(length=255), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(length=255), nullable=False),
        sa.Column("clients", sa.Integer(), nullable=False),
        sa.Column("proxies", sa.Integer(), nullable=False),
        sa.Column("connections", sa.Integer(), nullable=False),
        sa.Column("traffic_day", sa.String(length=255), nullable=False),
        sa.Column("traffic_in", sa.BigInteger(), nullable=False),
        sa.Column("traffic_out", sa.BigInteger(), nullable=False),
        sa.Column("machine", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_nodes"),
        sa.UniqueConstraint("name", name="uq_nodes_name"),
        sa.UniqueConstraint("plugin_key", name="uq_nodes_plugin_key"),
        sqlite_autoincrement=True,
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("qq", sa.String(length=255), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("token", sa.String(length=255), nullable=False),
        sa.Column("group", sa.String(length=255), nullable=False),
        sa.Column("tunnel_limit", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("member_until", sa.String(length=255), nullable=False),
        sa.Column("registered_on", sa.String(length=255), nullable=False),
        sa.Column("login_attempts", sa.Integer(), nullable=False),
        sa.Column("downloaded", sa.BigInteger(), nullable=False),
        sa.Column("uploaded", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.UniqueConstraint("name", name="uq_users_name"),
        sa.UniqueConstraint("qq", name="uq_users_qq"),
        sa.UniqueConstraint("token", name="uq_users_token"),
        sqlite_autoincrement=True,
    )


def _tunnels() -> None:
    op.create_table(
        "tunnels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("local_ip", sa.String(length=255), nullable=False),
        sa.Column("local_port", sa.Integer(), nullable=False),
        sa.Column("remote_port", sa.Integer(), nullable=True),
        sa.Column("domain", sa.String(length=255), nullable=True),
        sa.Column("encryption", sa.Boolean(), nullable=False),
        sa.Column("compression", sa.Boolean(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.String(length=255), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=True),
        sa.Column("client_version", sa.String(length=255), nullable=False),
        sa.Column("traffic_day", sa.String(length=255), nullable=False),
        sa.Column("traffic_in", sa.BigInteger(), nullable=False),
        sa.Column("traffic_out", sa.BigInteger(), nullable=False),
        sa.Column("connections", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_tunnels_node_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tunnels_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tunnels"),
        sa.UniqueConstraint("name", name="uq_tunnels_name"),
        sa.UniqueConstraint(
            "node_id", "remote_port", name="uq_tunnels_node_id_remote_port"
        ),
        sa.UniqueConstraint(
            "node_id", "type", "domain", name="uq_tunnels_node_id_type_domain"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tunnels_user_id", "tunnels", ["user_id"])
