"""The gateway's bounded pool of connections to the ledger."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import make_conninfo

from monitor.demo.layout import Layout
from monitor.demo.ports import HOST

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Result = TypeVar("Result")

SIZE = 8
WAIT_SECONDS = 0.4
STATEMENT_MILLISECONDS = 900
TOTAL_SECONDS = 1.5

ROLE = "app"
DATABASE = "ledger"


class LedgerUnavailableError(Exception):
    """The ledger did not do its part; `code` says how that showed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def connection_text(layout: Layout, port: int, **options: str | int) -> str:
    """Return how the ordinary role connects to the ledger."""
    password = layout.ledger_password.read_text(encoding="utf-8").strip()
    return make_conninfo(
        "", host=HOST, port=port, user=ROLE, dbname=DATABASE, password=password, **options
    )


class LedgerPool:
    """At most SIZE connections; opened when needed, so that recovery is seen at once."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._free = asyncio.Semaphore(SIZE)
        self._idle: list[Connection] = []

    async def run(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Do one transaction; every failure of the ledger is a LedgerUnavailableError.

        The work is a task that is left behind at the deadline: cancelling a query of a
        frozen server can take longer than a user waits.
        """
        task = asyncio.ensure_future(self._transact(work))
        done, _ = await asyncio.wait({task}, timeout=TOTAL_SECONDS)
        if not done:
            task.cancel()
            code = "timeout"
            raise LedgerUnavailableError(code)
        try:
            return task.result()
        except psycopg.Error as error:
            raise LedgerUnavailableError(error.sqlstate or "connection") from error
        except TimeoutError:
            code = "pool_exhausted"
            raise LedgerUnavailableError(code) from None

    async def _transact(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        async with self._connection() as connection:
            return await work(connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        async with asyncio.timeout(WAIT_SECONDS):
            await self._free.acquire()
        try:
            connection = self._idle.pop() if self._idle else await self._connect()
            try:
                async with connection.transaction():
                    yield connection
            except psycopg.OperationalError:
                # A lost server takes every idle connection with it.
                await self.close()
                raise
            finally:
                await self._put_back(connection)
        finally:
            self._free.release()

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(
            self._conninfo,
            autocommit=True,
            options=f"-c statement_timeout={STATEMENT_MILLISECONDS}",
            application_name="gateway",
        )

    async def _put_back(self, connection: Connection) -> None:
        usable = psycopg.pq.TransactionStatus.IDLE
        if not connection.closed and connection.info.transaction_status == usable:
            self._idle.append(connection)
        else:
            await connection.close()

    async def close(self) -> None:
        """Close what is idle."""
        idle, self._idle = self._idle, []
        for connection in idle:
            await connection.close()
