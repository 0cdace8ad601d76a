"""A worker of the application: serves one request at a time from the socket all workers share."""

import asyncio
import hashlib
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tests.scenarios.programs.board import Board, Row
from tests.scenarios.programs.channels import Channels, NoChannelError
from tests.scenarios.programs.orders import Inbox
from tests.scenarios.programs.stores import MariaDB, Postgres, Queue, StoreError
from tests.scenarios.programs.wire import Answer, Request, read_request

BEAT_SECONDS = 0.3
# What the scoring of an account takes; it stands for a model on another machine.
SCORING_SECONDS = 0.05
ACCOUNTS = 200

_QUOTA = "SELECT credit_line - used FROM accounts WHERE id = %s"
_ORDER = "INSERT INTO orders (account_id, amount) VALUES (%s, %s) RETURNING id"
_PAID = "UPDATE orders SET trade_no = %s, paid_at = now() WHERE id = %s"
_ENTRY = "INSERT INTO entries (order_id, amount) VALUES (%s, %s)"


class Worker:
    """The functions, with this worker's own connections."""

    def __init__(self, number: int, settings: dict[str, Any], board: Board, inbox: Inbox) -> None:
        self._number = number
        self._board = board
        self._inbox = inbox
        self._build = settings["build"]
        self._row = Row(seen_at=time.monotonic())
        # What cannot be written may still be read.
        self._reading = Postgres(settings["postgres"])
        self._writing = Postgres(settings["postgres"])
        self._ledger = MariaDB(settings["mariadb"])
        self._queue = Queue(settings["redis"])
        self._channels = Channels(settings["channels"], settings["ca_file"])
        self._routes: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "/healthz": self._healthz,
            "/quota": self._quota,
            "/pay": self._pay,
        }

    async def serve(self, listener: socket.socket) -> None:
        """Accept and answer, one after another, until SIGTERM."""
        loop = asyncio.get_running_loop()
        me = asyncio.current_task()
        assert me is not None
        loop.add_signal_handler(signal.SIGTERM, me.cancel)
        beat = loop.create_task(self._beat())
        with suppress(asyncio.CancelledError):
            while True:
                connection, _ = await loop.sock_accept(listener)
                await self._connection(connection)
        beat.cancel()

    async def _connection(self, connection: socket.socket) -> None:
        self._note(busy_since=time.monotonic())
        reader, writer = await asyncio.open_connection(sock=connection)
        try:
            request = await read_request(reader)
            writer.write((await self._answer(request)).encoded())
            await writer.drain()
        except (OSError, ValueError, EOFError, TimeoutError):
            # The client has gone or spoke nonsense; there is nobody to answer.
            pass
        finally:
            writer.close()
            self._note(busy_since=0.0, requests=self._row.requests + 1)

    async def _answer(self, request: Request) -> Answer:
        handler = self._routes.get(request.path)
        if handler is None:
            return failure(404, "not_found")
        try:
            return await handler(request)
        except StoreError as error:
            return failure(503, f"{error}_unavailable")
        except NoChannelError:
            return failure(502, "channel_unavailable")
        except (ValueError, KeyError):
            return failure(500, "internal")

    async def _healthz(self, _: Request) -> Answer:
        await self._work()
        return Answer(body={"status": "ok", "build": self._build})

    async def _quota(self, request: Request) -> Answer:
        await self._work()
        await asyncio.sleep(SCORING_SECONDS)
        account = int(request.query.get("account", 1)) % ACCOUNTS + 1
        available = await self._reading.run(lambda each: _one(each, _QUOTA, (account,)))
        return Answer(body={"account": account, "available": str(available)})

    async def _pay(self, request: Request) -> Answer:
        self._note(orders=self._row.orders + 1)
        await self._work()
        await asyncio.sleep(SCORING_SECONDS)
        account = int(request.query.get("account", 1)) % ACCOUNTS + 1
        amount = request.query.get("amount", "1.00")
        order = await self._writing.run(lambda each: _one(each, _ORDER, (account, amount)))
        trade = await self._channels.charge(str(order), amount)
        await self._ledger.run(lambda each: _execute(each, _ENTRY, (order, amount)))
        await self._writing.run(lambda each: each.execute(_PAID, (trade, order)))
        await self._queue.push(f"{order}:{trade}")
        self._note(paid=self._row.paid + 1)
        return Answer(body={"order": order, "paid": amount, "trade_no": trade})

    async def _work(self) -> None:
        """Do what a release does for each request; a bad one can be ordered."""
        orders = self._inbox.orders()
        if orders.get("broken"):
            raise KeyError("price list")
        hashlib.pbkdf2_hmac("sha256", b"credit", b"bench", 500)
        await asyncio.sleep(float(orders.get("extra_seconds", 0.0)))

    async def _beat(self) -> None:
        while True:
            self._note(seen_at=time.monotonic())
            await asyncio.sleep(BEAT_SECONDS)

    def _note(self, **changes: Any) -> None:
        self._row = replace(self._row, **changes)
        self._board.write(self._number, self._row)


def failure(status: int, code: str) -> Answer:
    """Return the application's error body."""
    return Answer(status=status, body={"error": {"code": code}})


async def _one(connection: Any, statement: str, values: tuple[Any, ...]) -> Any:
    cursor = await connection.execute(statement, values)
    row = await cursor.fetchone()
    return row[0]


async def _execute(connection: Any, statement: str, values: tuple[Any, ...]) -> None:
    async with connection.cursor() as cursor:
        await cursor.execute(statement, values)
