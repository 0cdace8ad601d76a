"""Errors of the drivers become our words; what is the data's fault is nobody's outage."""

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from monitor.storage.errors import StoreUnavailableError, Trouble
from monitor.storage.trouble import as_store_error, trouble_of


def of_sqlite(name: str, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> Exception:
    error = kind("secret detail")
    error.sqlite_errorcode = getattr(sqlite3, name)
    return _wrapped(error, sqlite3.Error)


def of_postgres(state: str) -> Exception:
    return _wrapped(psycopg.errors.lookup(state)("secret detail"), psycopg.Error)


def _wrapped(error: Exception, base: type[Exception]) -> Exception:
    return sa.exc.DBAPIError.instance("INSERT ..", {"secret": 1}, error, base)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (of_sqlite("SQLITE_BUSY"), Trouble.LOCKED),
        (of_sqlite("SQLITE_BUSY_SNAPSHOT"), Trouble.LOCKED),
        (of_sqlite("SQLITE_LOCKED"), Trouble.LOCKED),
        (of_sqlite("SQLITE_READONLY"), Trouble.READ_ONLY),
        (of_sqlite("SQLITE_READONLY_DBMOVED"), Trouble.READ_ONLY),
        (of_sqlite("SQLITE_FULL"), Trouble.DISK_FULL),
        (of_sqlite("SQLITE_IOERR_WRITE"), Trouble.INPUT_OUTPUT),
        (of_sqlite("SQLITE_IOERR_FSYNC"), Trouble.INPUT_OUTPUT),
        (of_sqlite("SQLITE_CANTOPEN"), Trouble.GONE),
        (of_sqlite("SQLITE_CORRUPT", sqlite3.DatabaseError), Trouble.CORRUPT),
        (of_sqlite("SQLITE_NOTADB", sqlite3.DatabaseError), Trouble.CORRUPT),
        (of_sqlite("SQLITE_ERROR"), Trouble.OTHER),
        (of_sqlite("SQLITE_CONSTRAINT_UNIQUE", sqlite3.IntegrityError), None),
        (of_postgres("57P01"), Trouble.UNREACHABLE),
        (of_postgres("57P03"), Trouble.UNREACHABLE),
        (of_postgres("53300"), Trouble.UNREACHABLE),
        (of_postgres("53100"), Trouble.DISK_FULL),
        (of_postgres("25006"), Trouble.READ_ONLY),
        (of_postgres("55P03"), Trouble.LOCKED),
        (of_postgres("40P01"), Trouble.LOCKED),
        (of_postgres("58030"), Trouble.INPUT_OUTPUT),
        (of_postgres("XX001"), Trouble.CORRUPT),
        (of_postgres("28P01"), Trouble.UNREACHABLE),
        (of_postgres("42P01"), Trouble.OTHER),
        (of_postgres("23505"), None),
        (of_postgres("22003"), None),
        (_wrapped(psycopg.OperationalError("refused"), psycopg.Error), Trouble.UNREACHABLE),
        (sa.exc.TimeoutError("pool"), Trouble.UNREACHABLE),
        (PermissionError(13, "denied"), Trouble.INPUT_OUTPUT),
        (StoreUnavailableError(Trouble.GONE), Trouble.GONE),
        (TypeError("no JSON form for set"), None),
        (sa.exc.StatementError("bad value", "INSERT", {}, TypeError("naive")), None),
    ],
)
def test_an_error_says_whose_fault_it_is(error: Exception, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble
    assert "secret" not in str(as_store_error(error))
