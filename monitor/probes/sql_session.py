"""What the sql probe needs of a database, whichever it is."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from monitor.model.signals import Signal
from monitor.probes.sql_errors import SqlError

APPLICATION_NAME = "availability-monitor"

# A share of what is left, as on a busy machine an answer is late by more than a moment.
_MARGIN_SHARE, _LEAST_MARGIN_SECONDS, _LONGEST_MARGIN_SECONDS = 0.15, 0.05, 0.5

Rows = Sequence[Mapping[str, object]]


def server_seconds(left_seconds: float) -> float:
    """Return when the server shall give up: before we do, so that its own code is what we see."""
    margin = min(_LONGEST_MARGIN_SECONDS, _MARGIN_SHARE * left_seconds)
    return max(0.0, left_seconds - max(_LEAST_MARGIN_SECONDS, margin))


class SqlSession(Protocol):
    """A fresh connection, logged in; every method raises SqlError and nothing else."""

    async def value(self, query: str) -> object:
        """Return the first column of the first row, or None without a row."""
        ...

    async def beat(self, table: str) -> None:
        """Roll the heartbeat row forward, make it durable and read it back."""
        ...

    async def figures(self) -> Sequence[Signal]:
        """Return what the server says of its load."""
        ...

    async def close(self) -> None:
        """Leave at once, without waiting for the server."""
        ...


@runtime_checkable
class DeepSession(SqlSession, Protocol):
    """A session that can tell more of its server, and may be kept open between two runs."""

    async def rows(self, statement: str, seconds: float) -> Rows:
        """Return the first rows of a statement that only reads, by column."""
        ...

    def leave(self) -> None:
        """Close at once, from wherever it is."""
        ...


async def connected_socket(address: str, port: int) -> socket.socket:
    """Connect to *address*; SqlError with the errno where that fails."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        connection = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise SqlError(str(error), errno=error.errno) from error
    try:
        connection.settimeout(0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, (address, port))
    except OSError as error:
        connection.close()
        raise SqlError(str(error), errno=error.errno) from error
    except BaseException:
        connection.close()
        raise
    return connection
