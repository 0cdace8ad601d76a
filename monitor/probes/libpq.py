"""libpq driven by the event loop: connect, log in and run, with the SQLSTATE of every refusal."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import pq

from monitor.probes.libpq_verbosity import taken_apart, tell_sqlstate
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_session import connected_socket

Row = tuple[object, ...]
Rows = list[dict[str, object]]
_Table = tuple[list[str], list[Row]]
Connection = pq.abc.PGconn

# The types that are not text to us, by their fixed object ids.
_TYPES: dict[int, Callable[[str], object]] = {
    16: lambda text: text == "t",
    20: int,
    21: int,
    23: int,
    26: int,
    700: float,
    701: float,
    1700: float,
}

_ROWS = pq.ExecStatus.TUPLES_OK
_ERRORS = frozenset({pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE})

_MOST_ROWS = 100


async def open_connection(conninfo: str, address: str, port: int) -> Connection:
    """Return a connection whose TCP part stands; SqlError with the errno where it does not."""
    connection = pq.PGconn.connect_start(conninfo.encode())
    try:
        await _connected(connection, address, port)
    except BaseException:
        connection.finish()
        raise
    return connection


async def log_in(connection: Connection) -> None:
    """Finish the start-up; a refusal is an SqlError with the server's SQLSTATE."""
    ended = False
    tell_sqlstate(connection, on=True)
    while True:
        step = connection.connect_poll()
        if step == pq.PollingStatus.OK:
            break
        if step == pq.PollingStatus.FAILED:
            sqlstate, detail = taken_apart(_message(connection))
            raise SqlError(detail, sqlstate=sqlstate, lost=ended and not sqlstate)
        await _ready(connection.socket, writing=step == pq.PollingStatus.WRITING)
        ended = _has_ended(connection.socket)
    tell_sqlstate(connection, on=False)
    connection.nonblocking = 1


async def run(connection: Connection, statement: str) -> Row | None:
    """Run *statement* and return the first row of its last result that has any."""
    _, found = await _run(connection, statement, most=1)
    return found[0] if found else None


async def rows(connection: Connection, statement: str) -> Rows:
    """Run *statement* and return the rows of its last result that has any, by column."""
    names, found = await _run(connection, statement, most=_MOST_ROWS)
    return [dict(zip(names, row, strict=True)) for row in found]


async def _run(connection: Connection, statement: str, most: int) -> _Table:
    try:
        connection.send_query(statement.encode())
        while connection.flush():
            await _ready(connection.socket, writing=True)
        return await _last_table(connection, most)
    except psycopg.Error as error:
        raise SqlError(_message(connection) or str(error), lost=True) from error


async def _last_table(connection: Connection, most: int) -> _Table:
    table: _Table = ([], [])
    failure: SqlError | None = None
    while True:
        while connection.is_busy():
            await _ready(connection.socket, writing=False)
            # Where the connection has ended, what the server said before is the next result.
            with suppress(psycopg.Error):
                connection.consume_input()
        result = connection.get_result()
        if result is None:
            break
        if result.status in _ERRORS:
            failure = failure or _failure(result, connection)
        elif result.status == _ROWS and result.ntuples:
            table = _table(result, most)
    if failure:
        raise failure
    return table


def _table(result: pq.abc.PGresult, most: int) -> _Table:
    columns = range(result.nfields)
    names = [(result.fname(each) or b"").decode() for each in columns]
    found = [
        tuple(_decoded(result, number, each) for each in columns)
        for number in range(min(most, result.ntuples))
    ]
    return names, found


def _decoded(result: pq.abc.PGresult, number: int, column: int) -> object:
    raw = result.get_value(number, column)
    if raw is None:
        return None
    text = raw.decode("utf-8", errors="replace")
    convert = _TYPES.get(result.ftype(column))
    return convert(text) if convert else text


def _failure(result: pq.abc.PGresult, connection: Connection) -> SqlError:
    sqlstate = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
    detail = result.get_error_message()
    lost = not sqlstate and connection.status == pq.ConnStatus.BAD
    return SqlError(detail, sqlstate=sqlstate, lost=lost)


def _message(connection: Connection) -> str:
    return connection.get_error_message().strip()


async def _connected(connection: Connection, address: str, port: int) -> None:
    if connection.status == pq.ConnStatus.BAD:
        raise await _unreachable(address, port)
    await _ready(connection.socket, writing=True)
    with _borrowed(connection.socket) as borrowed:
        number = borrowed.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        raise SqlError(os.strerror(number), errno=number)


async def _unreachable(address: str, port: int) -> SqlError:
    """Return the errno that libpq does not tell, from a connection of our own."""
    try:
        connection = await connected_socket(address, port)
    except SqlError as error:
        return error
    connection.close()
    return SqlError("the connection could not be opened")


def _has_ended(descriptor: int) -> bool:
    """Say whether the server has nothing more to say, and leave what has arrived there."""
    with _borrowed(descriptor) as borrowed:
        try:
            return not borrowed.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    """Use libpq's descriptor as a socket without becoming its owner."""
    borrowed = socket.socket(fileno=descriptor)
    try:
        yield borrowed
    finally:
        borrowed.detach()


async def _ready(descriptor: int, *, writing: bool) -> None:
    """Wait until the descriptor can be written, or read."""
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    add, remove = (
        (loop.add_writer, loop.remove_writer) if writing else (loop.add_reader, loop.remove_reader)
    )
    add(descriptor, _settle, ready)
    try:
        await ready
    finally:
        remove(descriptor)


def _settle(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
