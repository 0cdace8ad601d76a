"""INSERT that may be repeated: SQLite and PostgreSQL spell it alike, in two modules."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return the INSERT of the connection's dialect, which has ON CONFLICT."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def add(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> int:
    """Insert what is not there yet, whatever it conflicts with; return how many rows were new."""
    if not rows:
        return 0
    statement = insert_into(connection, table).on_conflict_do_nothing()
    return connection.execute(statement, rows).rowcount


def put(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert rows, or replace those with the same primary key."""
    if not rows:
        return
    statement = insert_into(connection, table)
    rest = {each.name: statement.excluded[each.name] for each in _rest(table)}
    keys = [each.name for each in table.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), rows)


def _rest(table: sa.Table) -> list[sa.Column[Any]]:
    return [each for each in table.columns if not each.primary_key]
