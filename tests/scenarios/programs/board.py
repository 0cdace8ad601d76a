"""What the workers of the application tell their master, in memory that they share."""

import mmap
import struct
import time
from dataclasses import dataclass

_ROW = struct.Struct("=ddQQQ")
ALIVE_SECONDS = 1.5


@dataclass(frozen=True, kw_only=True)
class Row:
    """One worker: its last sign of life, since when it is busy (0: idle), and its counts."""

    seen_at: float = 0.0
    busy_since: float = 0.0
    requests: int = 0
    orders: int = 0
    paid: int = 0


class Board:
    """One row per worker; every worker writes its own row only."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._memory = mmap.mmap(-1, _ROW.size * workers)

    def write(self, worker: int, row: Row) -> None:
        values = (row.seen_at, row.busy_since, row.requests, row.orders, row.paid)
        _ROW.pack_into(self._memory, worker * _ROW.size, *values)

    def rows(self) -> list[Row]:
        """Return every worker's row."""
        return [self._row(number) for number in range(self.workers)]

    def _row(self, worker: int) -> Row:
        seen_at, busy_since, *counts = _ROW.unpack_from(self._memory, worker * _ROW.size)
        requests, orders, paid = counts
        return Row(
            seen_at=seen_at, busy_since=busy_since, requests=requests, orders=orders, paid=paid
        )


def is_alive(row: Row) -> bool:
    """Whether a worker gave a sign of life a moment ago; one in a request need not."""
    return time.monotonic() - row.seen_at < ALIVE_SECONDS
