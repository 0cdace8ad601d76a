"""The one place where exceptions of the libraries become our words."""

import sqlite3

import psycopg
import sqlalchemy as sa

from monitor.storage.errors import StoreError, StoreUnavailableError, Trouble

_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.LOCKED,
    sqlite3.SQLITE_LOCKED: Trouble.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Trouble.LOCKED,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_AUTH: Trouble.READ_ONLY,
    sqlite3.SQLITE_FULL: Trouble.DISK_FULL,
    sqlite3.SQLITE_IOERR: Trouble.INPUT_OUTPUT,
    sqlite3.SQLITE_CANTOPEN: Trouble.GONE,
    sqlite3.SQLITE_CORRUPT: Trouble.CORRUPT,
    sqlite3.SQLITE_NOTADB: Trouble.CORRUPT,
}

# Longest prefix first: a SQLSTATE is a class of two characters and a code within it.
_SQLSTATES = (
    ("25006", Trouble.READ_ONLY),
    ("53100", Trouble.DISK_FULL),
    ("55P03", Trouble.LOCKED),
    ("40", Trouble.LOCKED),
    ("58", Trouble.INPUT_OUTPUT),
    ("XX", Trouble.CORRUPT),
    ("08", Trouble.UNREACHABLE),
    ("57P", Trouble.UNREACHABLE),
    ("53", Trouble.UNREACHABLE),
    ("28", Trouble.UNREACHABLE),
    ("3D", Trouble.UNREACHABLE),
)

_FAULT_OF_THE_DATA = (sa.exc.IntegrityError, sa.exc.DataError)


def trouble_of(error: BaseException) -> Trouble | None:
    """Return what is wrong with the store, or None where the data or our code is at fault."""
    if isinstance(error, StoreUnavailableError):
        return error.trouble
    if isinstance(error, _FAULT_OF_THE_DATA):
        return None
    if isinstance(error, sa.exc.DBAPIError):
        return _trouble_of_driver(error.orig)
    if isinstance(error, sa.exc.TimeoutError):
        return Trouble.UNREACHABLE
    return Trouble.INPUT_OUTPUT if isinstance(error, OSError) else None


def as_store_error(error: Exception) -> StoreError:
    """Return *error* as an error of this room, without statements or parameters."""
    if isinstance(error, StoreError):
        return error
    trouble = trouble_of(error)
    if trouble is None:
        return StoreError(f"{type(error).__name__} while using the store")
    return StoreUnavailableError(trouble)


def _trouble_of_driver(error: BaseException | None) -> Trouble:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return _SQLITE.get(code & 0xFF, Trouble.OTHER)
    if isinstance(error, psycopg.Error):
        return _trouble_of_sqlstate(error)
    return Trouble.OTHER


def _trouble_of_sqlstate(error: psycopg.Error) -> Trouble:
    if error.sqlstate is None:
        # The server said nothing: the connection was refused, lost or timed out.
        return Trouble.UNREACHABLE if isinstance(error, _NO_ANSWER) else Trouble.OTHER
    found = (trouble for prefix, trouble in _SQLSTATES if error.sqlstate.startswith(prefix))
    return next(found, Trouble.OTHER)


_NO_ANSWER = (psycopg.OperationalError, psycopg.InterfaceError)
