"""INSERT that may be repeated: SQLite and PostgreSQL spell it alike, in two modules."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, Any]


def insert_into(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """Return the INSERT of the connection's dialect, which has ON CONFLICT."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def add(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert what is not there yet, whatever it conflicts with."""
    if rows:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)


def add_one(connection: sa.Connection, table: sa.Table, row: Row) -> bool:
    """Insert *row* unless it conflicts; return whether it did not."""
    # The row count of an INSERT is not told by every driver; what it returned is.
    statement = insert_into(connection, table).on_conflict_do_nothing()
    inserted = connection.execute(statement.returning(*table.primary_key), row)
    return inserted.first() is not None


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


def execute_raw(
    connection: sa.Connection, statement: sa.Insert, rows: Sequence[dict[str, Any]]
) -> None:
    """Execute *statement* for many rows whose values are already what the driver takes.

    Binding and converting each row is half of the cost of a small one.
    """
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    names = compiled.positiontup
    if names is None:
        connection.exec_driver_sql(str(compiled), rows)
    else:
        take = itemgetter(*names)
        connection.exec_driver_sql(str(compiled), [take(row) for row in rows])
