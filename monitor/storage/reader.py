"""Reads: each a short transaction of its own in a small pool of threads, beside the writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import sqlalchemy as sa

from monitor.storage.engines import READERS, Engines
from monitor.storage.errors import StoreClosedError, StoreUnavailableError, Trouble
from monitor.storage.guards import SqliteFile
from monitor.storage.trouble import as_store_error

T = TypeVar("T")

Query = Callable[[sa.Connection], T]


class Reader:
    """Runs queries; what a library raises leaves as a StoreError."""

    def __init__(self, engines: Engines) -> None:
        self._engine = engines.reader
        self._file = SqliteFile(engines.file) if engines.file else None
        self._file_lock = Lock()
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def read(self, query: Query[T]) -> T:
        """Run *query* without holding the loop."""
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, self.run, query)
        except RuntimeError as error:
            raise StoreClosedError("the store is closed") from error
        return await running

    def run(self, query: Query[T]) -> T:
        """Run *query* in this thread."""
        try:
            self._follow_file()
            with self._engine.connect() as connection, connection.begin():
                return query(connection)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise as_store_error(error) from error

    def close(self) -> None:
        """Accept no more queries; those under way may end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _follow_file(self) -> None:
        """Leave connections to a file that is no longer at its path."""
        if self._file is None:
            return
        with self._file_lock:
            if self._file.is_same():
                return
            self._engine.dispose()
            if not self._file.remember():
                raise StoreUnavailableError(Trouble.GONE, "the database file is not where it was")
