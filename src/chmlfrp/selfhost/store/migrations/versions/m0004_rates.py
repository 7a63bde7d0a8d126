"""Counters of requests."""

import sqlalchemy as sa
from alembic import op

revision = "0004_rates"
down_revision: str | None = "0003_nodes"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "taken",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name="pk_taken"),
    )
