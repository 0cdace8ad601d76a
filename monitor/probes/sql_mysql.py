"""MySQL and MariaDB for the sql probe."""

import math
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncmy
from asyncmy.connection import Connection
from asyncmy.cursors import DictCursor
from asyncmy.errors import MySQLError

from monitor.model.observation import Phase, Stage
from monitor.model.signals import Signal, SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_mysql_tls import EncryptedConnection
from monitor.probes.sql_session import (
    APPLICATION_NAME,
    Rows,
    connected_socket,
    server_seconds,
)
from monitor.probes.sql_spec import SqlSpec
from monitor.probes.sql_tls import context_of
from monitor.probes.tls_diagnosis import fault_of

_NO_SUCH_TABLE = 1146
_MOST_ROWS = 100

_CREATE = (
    "CREATE TABLE IF NOT EXISTS {table} "
    "(id int PRIMARY KEY, beats bigint NOT NULL, at datetime(6) NOT NULL)"
)
_BEAT = (
    "INSERT INTO {table} (id, beats, at) VALUES (1, 1, UTC_TIMESTAMP(6)) "
    "ON DUPLICATE KEY UPDATE beats = beats + 1, at = UTC_TIMESTAMP(6)"
)
_READ = "SELECT beats FROM {table} WHERE id = 1"


async def connect(spec: SqlSpec, address: str, context: ProbeContext) -> "MySqlSession":
    """Connect to *address* and log in, encrypted where the URL asks for it."""
    recording, target = context.recording, spec.target
    tls = context_of(target.identity) if target.identity else None
    recording.enter(Stage.CONNECT)
    with recording.timing(Phase.CONNECT):
        opened = await connected_socket(address, target.port)
    recording.enter(Stage.PROTOCOL)
    login: dict[str, Any] = {
        "sock": opened,
        "host": target.host,
        "user": target.user,
        # Bytes, because a text would be sent as Latin-1.
        "password": spec.secret.encode(),
        "database": target.database or None,
        "autocommit": None,
        "program_name": APPLICATION_NAME,
    }
    async with _translated():
        if tls:
            connection: Connection = EncryptedConnection(tls, recording, **login)
            await connection.connect()
        else:
            with recording.timing(Phase.LOGIN):
                connection = await asyncmy.connect(**login)
    return MySqlSession(connection, context.remaining_seconds)


class MySqlSession:
    """A connection that is logged in; every statement is bounded on the server too."""

    def __init__(self, connection: Connection, remaining_seconds: Callable[[], float]) -> None:
        self._connection = connection
        self._remaining_seconds = remaining_seconds

    async def value(self, query: str) -> object:
        await self._run(self._limits(self._remaining_seconds()))
        return await self._run(query)

    async def beat(self, table: str) -> None:
        await self._run(self._limits(self._remaining_seconds()))
        try:
            await self._run(_BEAT.format(table=table))
        except SqlError as error:
            if error.code != _NO_SUCH_TABLE:
                raise
            await self._run(_CREATE.format(table=table))
            await self._run(_BEAT.format(table=table))
        await self._run(_READ.format(table=table))

    async def figures(self) -> Sequence[Signal]:
        read_only = await self._run("SELECT @@global.read_only")
        return (Signal(SignalKind.READ_ONLY, bool(read_only)),)

    async def rows(self, statement: str, seconds: float) -> Rows:
        await self._run(self._limits(seconds))
        async with _translated(), self._connection.cursor(DictCursor) as cursor:
            await cursor.execute(statement)
            return list(await cursor.fetchmany(_MOST_ROWS))

    async def close(self) -> None:
        self.leave()

    def leave(self) -> None:
        self._connection.close()

    async def _run(self, statement: str) -> object:
        async with _translated(), self._connection.cursor() as cursor:
            await cursor.execute(statement)
            row = await cursor.fetchone()
            return row[0] if row else None

    def _limits(self, seconds: float) -> str:
        left = max(0.001, server_seconds(seconds))
        # Lock waits are counted in whole seconds, so theirs is only a second line.
        waits = (
            f"innodb_lock_wait_timeout = {math.ceil(left)}, lock_wait_timeout = {math.ceil(left)}"
        )
        if "mariadb" in self._connection.get_server_info().lower():
            return f"SET SESSION autocommit = 1, max_statement_time = {left:.3f}, {waits}"
        return f"SET SESSION autocommit = 1, max_execution_time = {int(left * 1000) or 1}, {waits}"


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    """Turn the driver's errors into ours; an OSError is a connection that broke."""
    try:
        yield
    except MySQLError as error:
        cause = error.__cause__
        if isinstance(cause, ssl.SSLError):
            raise SqlError(str(cause), tls=fault_of(cause)) from error
        if isinstance(cause, OSError):
            raise SqlError(str(error), errno=cause.errno, lost=True) from error
        code = error.args[0] if error.args and isinstance(error.args[0], int) else ""
        detail = str(error.args[-1]) if error.args else type(error).__name__
        raise SqlError(detail, sqlstate=str(error.sqlstate or ""), code=code) from error
    except OSError as error:
        raise SqlError(str(error), errno=error.errno, lost=True) from error
