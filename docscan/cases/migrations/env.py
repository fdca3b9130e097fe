"""Runs migrations on the connection that `open_store` hands over, inside its transaction."""

from alembic import context

from docscan.cases.tables import Base

context.configure(
    transactional_ddl=True,
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter a column: Alembic copies the table
)
with context.begin_transaction():
    context.run_migrations()
