"""The application's databases: a bounded number of connections, short deadlines, renewed often."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncmy
import psycopg
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from tests.scenarios.programs.breaker import Breaker

T = TypeVar("T")
# A pool that renews its connections now and then, as poolers are told to.
LIFETIME_SECONDS = 5.0
CONNECT_SECONDS = 0.8
STATEMENT_SECONDS = 0.8
REST_SECONDS = 1.0
KEPT_MESSAGES = 1000


class StoreError(Exception):
    """A database did not do its part; the text is its name."""


class Store:
    """One connection of this worker, made when it is needed and renewed when it is old."""

    name = ""
    errors: tuple[type[BaseException], ...] = (OSError, TimeoutError)

    def __init__(self) -> None:
        self._connection: Any = None
        self._born = 0.0
        self._breaker = Breaker(REST_SECONDS)

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """Run *work* on the connection; whatever goes wrong is a StoreError."""
        if self._breaker.is_open:
            raise StoreError(self.name)
        try:
            async with asyncio.timeout(CONNECT_SECONDS + STATEMENT_SECONDS):
                connection = await self._fresh()
                result = await work(connection)
        except self.errors as error:
            self._breaker.note(ok=False)
            await self._drop()
            raise StoreError(self.name) from error
        self._breaker.note(ok=True)
        return result

    async def _fresh(self) -> Any:
        if self._connection is not None and time.monotonic() - self._born > LIFETIME_SECONDS:
            await self._drop()
        if self._connection is None:
            async with asyncio.timeout(CONNECT_SECONDS):
                self._connection = await self._connect()
            self._born = time.monotonic()
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._close(connection)

    async def _connect(self) -> Any:
        raise NotImplementedError

    async def _close(self, connection: Any) -> None:
        await connection.close()


class Postgres(Store):
    """Accounts and orders."""

    name = "accounts_store"
    errors = (*Store.errors, psycopg.Error)

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def _connect(self) -> Any:
        options = "-c statement_timeout=500 -c lock_timeout=400"
        return await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, options=options, application_name="credit"
        )


class MariaDB(Store):
    """The ledger."""

    name = "ledger_store"
    errors = (*Store.errors, asyncmy.errors.MySQLError, asyncio.IncompleteReadError)

    def __init__(self, place: dict[str, Any]) -> None:
        super().__init__()
        self._place = place

    async def _connect(self) -> Any:
        return await asyncmy.connect(**self._place, connect_timeout=1, autocommit=True)

    async def _close(self, connection: Any) -> None:
        # The polite goodbye would wait for a server that may not answer.
        connection.close()


class Queue(Store):
    """Messages to the settlement, in Redis."""

    name = "queue"
    errors = (*Store.errors, RedisError)

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def push(self, message: str) -> None:
        async def work(client: Any) -> None:
            await client.lpush("settlement", message)
            await client.ltrim("settlement", 0, KEPT_MESSAGES)

        await self.run(work)

    async def _connect(self) -> Any:
        return Redis.from_url(
            self._url,
            socket_timeout=STATEMENT_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    async def _close(self, connection: Any) -> None:
        await connection.aclose()
