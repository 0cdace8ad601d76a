"""SQLite for the sql probe: a file that must exist, read and written in a thread of its own."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiosqlite

from monitor.model.observation import Phase, Stage
from monitor.model.signals import Signal
from monitor.probes.context import ProbeContext
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_session import server_seconds
from monitor.probes.sql_spec import SqlSpec

_CREATE = (
    "CREATE TABLE IF NOT EXISTS {table} "
    "(id INTEGER PRIMARY KEY, beats INTEGER NOT NULL, at TEXT NOT NULL)"
)
_BEAT = (
    "INSERT INTO {table} (id, beats, at) VALUES (1, 1, datetime('now')) "
    "ON CONFLICT (id) DO UPDATE SET beats = beats + 1, at = datetime('now')"
)
_READ = "SELECT beats FROM {table} WHERE id = 1"

# How long a thread is waited for after the deadline; a dead disk holds it for good.
_CLOSE_SECONDS = 0.1
_ROWS_AT_ONCE = 64


async def connect(spec: SqlSpec, _address: str, context: ProbeContext) -> "SqliteSession":
    """Open the file; `mode=rw` because SQLite would otherwise create one that is missing."""
    recording = context.recording
    recording.enter(Stage.CONNECT)
    file = _File(spec.target.database)
    with recording.timing(Phase.CONNECT):
        async with _translated():
            try:
                connection = await aiosqlite.Connection(file.open, _ROWS_AT_ONCE)
            except BaseException:
                file.abandon()
                raise
    return SqliteSession(connection, context.remaining_seconds)


class _File:
    """A file that is opened in a thread, and closed where nobody waits for it any more.

    The library lets go of what it opened too late without closing it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._abandoned = False

    def open(self) -> sqlite3.Connection:
        # isolation_level None is autocommit: a write is durable when its statement ends.
        connection = sqlite3.connect(
            f"file:{quote(self._path)}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        with self._lock:
            self._connection = connection
            if self._abandoned:
                connection.close()
        return connection

    def abandon(self) -> None:
        with self._lock:
            self._abandoned = True
            if self._connection is not None:
                self._connection.close()


class SqliteSession:
    """An open file; a lock is waited for until shortly before the deadline."""

    def __init__(
        self, connection: aiosqlite.Connection, remaining_seconds: Callable[[], float]
    ) -> None:
        self._connection = connection
        self._remaining_seconds = remaining_seconds

    async def value(self, query: str) -> object:
        await self._limit()
        return await self._run(query)

    async def beat(self, table: str) -> None:
        await self._limit()
        await self._run(_CREATE.format(table=table))
        await self._run(_BEAT.format(table=table))
        await self._run(_READ.format(table=table))

    async def figures(self) -> Sequence[Signal]:
        return ()

    async def close(self) -> None:
        await self._connection.interrupt()
        closing = asyncio.ensure_future(self._connection.close())
        await asyncio.wait({closing}, timeout=max(_CLOSE_SECONDS, self._remaining_seconds()))

    async def _limit(self) -> None:
        left = int(server_seconds(self._remaining_seconds()) * 1000)
        await self._run(f"PRAGMA busy_timeout = {left}")

    async def _run(self, statement: str) -> object:
        async with _translated():
            cursor = await self._connection.execute(statement)
            row = await cursor.fetchone()
            await cursor.close()
            return row[0] if row else None


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "")
        raise SqlError(str(error), code=code) from error
