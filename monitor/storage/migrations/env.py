"""What Alembic executes: migrations run on the caller's connection, in its transaction."""

from alembic import context

# SQLite can roll back DDL; Alembic does not assume so by itself.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
