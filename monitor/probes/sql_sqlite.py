"""SQLite for the sql probe: a file that must exist, read and written in a thread of its own."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import quote

import aiosqlite

from monitor.model.observation import Phase, Stage
from monitor.model.signals import Signal
from monitor.probes.context import ProbeContext
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_session import SERVER_MARGIN_SECONDS
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


async def connect(spec: SqlSpec, _address: str, context: ProbeContext) -> "SqliteSession":
    """Open the file; `mode=rw` because SQLite would otherwise create one that is missing."""
    recording = context.recording
    recording.enter(Stage.CONNECT)
    # isolation_level None is autocommit: a write is durable when its statement ends.
    opening = aiosqlite.connect(
        f"file:{quote(spec.target.database)}?mode=rw", uri=True, isolation_level=None
    )
    with recording.timing(Phase.CONNECT):
        async with _translated():
            connection = await opening
    return SqliteSession(connection, context.remaining_seconds)


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
        left = max(0, int((self._remaining_seconds() - SERVER_MARGIN_SECONDS) * 1000))
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
