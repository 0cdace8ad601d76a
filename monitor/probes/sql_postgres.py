"""PostgreSQL for the sql probe, on libpq itself: its steps can be timed and cut at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from psycopg import pq
from psycopg.conninfo import make_conninfo

from monitor.model.observation import Phase, Stage
from monitor.model.signals import Signal, SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.libpq import Row, log_in, open_connection, rows, run
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_postgres_tls import explained
from monitor.probes.sql_session import APPLICATION_NAME, Rows, server_seconds
from monitor.probes.sql_spec import SqlSpec

_UNDEFINED_TABLE = "42P01"

_CREATE = (
    "CREATE TABLE IF NOT EXISTS {table} "
    "(id int PRIMARY KEY, beats bigint NOT NULL, at timestamptz NOT NULL)"
)
_BEAT = (
    "INSERT INTO {table} AS old (id, beats, at) VALUES (1, 1, now()) "
    "ON CONFLICT (id) DO UPDATE SET beats = old.beats + 1, at = now() RETURNING beats"
)

# Every role may read these: what others wait for is hidden in pg_stat_activity, not in pg_locks.
# The reserved connections are none that an ordinary role can have.
_FIGURES = (
    "SELECT least(1, (SELECT sum(numbackends) FROM pg_stat_database)::float8 "
    "/ greatest(1, current_setting('max_connections')::int "
    "- current_setting('superuser_reserved_connections')::int "
    "- coalesce(current_setting('reserved_connections', true), '0')::int)), "
    "(SELECT count(*) FROM pg_locks WHERE NOT granted), "
    "current_setting('transaction_read_only')::bool OR pg_is_in_recovery()"
)


async def connect(spec: SqlSpec, address: str, context: ProbeContext) -> "PostgresSession":
    """Connect to *address* and log in."""
    recording = context.recording
    recording.enter(Stage.CONNECT)
    with recording.timing(Phase.CONNECT):
        connection = await open_connection(_conninfo(spec, address), address, spec.target.port)
    try:
        recording.enter(Stage.PROTOCOL)
        with recording.timing(Phase.LOGIN):
            await log_in(connection)
    except SqlError as error:
        connection.finish()
        seconds = context.remaining_seconds() / 2
        found = await explained(error, spec.target, address, seconds)
        if found.tls:
            recording.enter(Stage.TLS)
        raise found from error
    except BaseException:
        connection.finish()
        raise
    return PostgresSession(connection, context.remaining_seconds)


class PostgresSession:
    """A connection that is logged in; every statement is bounded on the server too."""

    def __init__(self, connection: pq.abc.PGconn, remaining_seconds: Callable[[], float]) -> None:
        self._connection = connection
        self._remaining_seconds = remaining_seconds

    async def value(self, query: str) -> object:
        await run(self._connection, self._begin())
        row = await run(self._connection, query)
        await run(self._connection, "COMMIT")
        return row[0] if row else None

    async def beat(self, table: str) -> None:
        try:
            await self._beat(table)
        except SqlError as error:
            if error.sqlstate != _UNDEFINED_TABLE:
                raise
            await run(self._connection, "ROLLBACK")
            await run(self._connection, _CREATE.format(table=table))
            await self._beat(table)

    async def figures(self) -> Sequence[Signal]:
        row = await run(self._connection, _FIGURES)
        return tuple(_signals(row)) if row else ()

    async def rows(self, statement: str, seconds: float) -> Rows:
        begin = f"BEGIN READ ONLY; SET LOCAL statement_timeout = {self._milliseconds(seconds)}"
        try:
            return await rows(self._connection, f"{begin}; {statement}; COMMIT")
        except SqlError as error:
            if not error.lost:
                await run(self._connection, "ROLLBACK")
            raise

    async def close(self) -> None:
        self.leave()

    def leave(self) -> None:
        self._connection.finish()

    async def _beat(self, table: str) -> None:
        await run(self._connection, self._begin())
        await run(self._connection, _BEAT.format(table=table))
        await run(self._connection, "COMMIT")

    def _begin(self) -> str:
        # SET LOCAL ends with the transaction: a pooler hands the server on without our limit.
        return (
            f"BEGIN; SET LOCAL statement_timeout = {self._milliseconds(self._remaining_seconds())}"
        )

    def _milliseconds(self, seconds: float) -> int:
        return max(1, int(server_seconds(seconds) * 1000))


def _signals(row: Row) -> Sequence[Signal]:
    used, waiters, read_only = row
    return (
        Signal(SignalKind.CONNECTIONS_USED_RATIO, round(float(str(used)), 4)),
        Signal(SignalKind.LOCK_WAITERS, int(str(waiters))),
        Signal(SignalKind.READ_ONLY, bool(read_only)),
    )


def _conninfo(spec: SqlSpec, address: str) -> str:
    target = spec.target
    fixed: Mapping[str, Any] = {
        "host": target.host,
        "hostaddr": address,
        "port": target.port,
        "user": target.user,
        "password": spec.secret,
        "dbname": target.database or target.user,
        "application_name": APPLICATION_NAME,
        "client_encoding": "UTF8",
        "gssencmode": "disable",
    }
    return make_conninfo(**{**dict(target.options), **fixed})
