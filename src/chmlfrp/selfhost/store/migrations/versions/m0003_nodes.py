"""Remote nodes, orders to them, history, and free sub-domains."""

import sqlalchemy as sa
from alembic import op

revision = "0003_nodes"
down_revision: str | None = "0002_people"

NUMBERED = {"sqlite_autoincrement": True}
"""What SQLite does not tell of a table that is made anew."""


def upgrade() -> None:
    """Make and change the tables."""
    _free_domains()
    _node_days()
    _node_orders()
    _node_samples()
    _tunnel_days()
    _free_records()
    _nodes()
    _tunnels()


def _free_domains() -> None:
    op.create_table(
        "free_domains",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("remarks", sa.String(length=255), nullable=True),
        sa.Column("has_filing", sa.Boolean(), nullable=False),
        sa.Column("least_ttl_s", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_free_domains"),
        sa.UniqueConstraint("domain", name="uq_free_domains_domain"),
        sqlite_autoincrement=True,
    )


def _node_days() -> None:
    op.create_table(
        "node_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=255), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("found_online", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node_days"),
        sa.UniqueConstraint("node_id", "day", name="uq_node_days_node_id_day"),
    )


def _node_orders() -> None:
    op.create_table(
        "node_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("user_token", sa.String(length=255), nullable=False),
        sa.Column("tunnel_name", sa.String(length=255), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node_orders"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_node_orders_node_id", "node_orders", ["node_id"])


def _node_samples() -> None:
    op.create_table(
        "node_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Integer(), nullable=False),
        sa.Column("taken_s", sa.BigInteger(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node_samples"),
        sa.UniqueConstraint(
            "node_id", "taken_s", name="uq_node_samples_node_id_taken_s"
        ),
    )
    op.create_index("ix_node_samples_taken_s", "node_samples", ["taken_s"])


def _tunnel_days() -> None:
    op.create_table(
        "tunnel_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tunnel_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=255), nullable=False),
        sa.Column("traffic_in", sa.BigInteger(), nullable=False),
        sa.Column("traffic_out", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tunnel_days"),
        sa.UniqueConstraint("tunnel_id", "day", name="uq_tunnel_days_tunnel_id_day"),
    )
    op.create_index("ix_tunnel_days_user_id", "tunnel_days", ["user_id"])


def _free_records() -> None:
    op.create_table(
        "free_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=255), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("ttl", sa.String(length=255), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["free_domains.id"], name="fk_free_records_domain_id"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_free_records_user_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_free_records"),
        sa.UniqueConstraint(
            "domain_id", "record", name="uq_free_records_domain_id_record"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_free_records_user_id", "free_records", ["user_id"])


def _nodes() -> None:
    with op.batch_alter_table("nodes", table_kwargs=NUMBERED) as table:
        table.add_column(
            sa.Column(
                "is_remote", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        table.add_column(sa.Column("join_hash", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("agent_hash", sa.String(length=255), nullable=True))
        table.add_column(
            sa.Column("seen_ms", sa.BigInteger(), nullable=False, server_default="0")
        )
        table.add_column(
            sa.Column("boot", sa.String(length=255), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("reports", sa.Integer(), nullable=False, server_default="0")
        )
        table.add_column(
            sa.Column("polled", sa.BigInteger(), nullable=False, server_default="0")
        )
        table.add_column(
            sa.Column("open_by_type", sa.JSON(), nullable=False, server_default="{}")
        )
        table.create_unique_constraint("uq_nodes_agent_hash", ["agent_hash"])
        table.create_unique_constraint("uq_nodes_join_hash", ["join_hash"])


def _tunnels() -> None:
    with op.batch_alter_table("tunnels", table_kwargs=NUMBERED) as table:
        table.add_column(sa.Column("closed_ms", sa.BigInteger(), nullable=True))
        table.add_column(
            sa.Column(
                "shut_run_id", sa.String(length=255), nullable=False, server_default=""
            )
        )
        table.add_column(
            sa.Column(
                "shut_until_ms", sa.BigInteger(), nullable=False, server_default="0"
            )
        )
