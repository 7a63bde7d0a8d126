"""Run by Alembic: the revisions on the connection that the caller opened."""

from alembic import context

from chmlfrp.selfhost.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite changes a column by making the table anew
)
with context.begin_transaction():
    context.run_migrations()
