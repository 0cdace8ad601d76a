"""Engines for SQLite and PostgreSQL: one that writes, one that only reads."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from monitor.storage.errors import UnsupportedUrlError

DATABASE_FILE = "monitor.sqlite3"
READERS = 3

# Seconds a statement waits for another process; the writer tries again by itself.
_BUSY_SECONDS = 0.5

_POSTGRES_SESSION = {
    "lock_timeout": "2s",
    # A session whose client vanished must not hold the monitor's lock for hours.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


@dataclass(frozen=True, kw_only=True)
class Engines:
    """The two engines of a store; *file* is None for PostgreSQL."""

    writer: sa.Engine
    reader: sa.Engine
    file: Path | None

    def dispose(self) -> None:
        """Close all idle connections."""
        self.reader.dispose()
        self.writer.dispose()


def make_engines(url: str, data_dir: Path) -> Engines:
    """Return the engines for *url*; empty means SQLite in *data_dir*. Nothing connects yet."""
    parsed = _parse(url) if url else sa.URL.create("sqlite", database=DATABASE_FILE)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engines(data_dir / (parsed.database or DATABASE_FILE))
    if backend == "postgresql":
        return _postgres_engines(parsed.set(drivername="postgresql+psycopg"))
    raise UnsupportedUrlError(f"store url: sqlite or postgresql expected, not {backend!r}")


def _parse(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # The library's message quotes the URL, password and all.
        raise UnsupportedUrlError("store url: not a database URL") from None


def create_file(file: Path) -> None:
    """Create an empty database that only its owner may read; -wal and -shm take its mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))


def _sqlite_engines(file: Path) -> Engines:
    # mode=rw: a file that vanished is an error to report, not an empty database to start with.
    uri = f"file:{quote(str(file.absolute()))}?mode=rw"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    writer = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)
    _prepare(writer, ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"])
    # BEGIN alone takes the write lock only at the first write, where waiting for it may fail.
    _begin_with(writer, "BEGIN IMMEDIATE")
    reader = sa.create_engine(
        "sqlite://", creator=connect, poolclass=sa.QueuePool, pool_size=READERS, max_overflow=0
    )
    _prepare(reader, ["query_only=ON"])
    # The driver begins nothing for SELECT; several of them shall see one state.
    _begin_with(reader, "BEGIN")
    return Engines(writer=writer, reader=reader, file=file)


def _prepare(engine: sa.Engine, pragmas: list[str]) -> None:
    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()


def _begin_with(engine: sa.Engine, statement: str) -> None:
    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)


def _postgres_engines(url: sa.URL) -> Engines:
    writer = sa.create_engine(
        url, poolclass=sa.NullPool, connect_args=_postgres_arguments(_POSTGRES_SESSION)
    )
    reader = sa.create_engine(
        url,
        pool_size=READERS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args=_postgres_arguments({**_POSTGRES_SESSION, "statement_timeout": "15s"}),
        execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    )
    return Engines(writer=writer, reader=reader, file=None)


def _postgres_arguments(settings: dict[str, str]) -> dict[str, Any]:
    return {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "options": " ".join(f"-c {key}={value}" for key, value in settings.items()),
        "application_name": "availability-monitor",
    }
