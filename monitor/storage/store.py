"""The store's front: open it, start its writer, read from it, close it."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from monitor.clock import Clock
from monitor.model.batch import SavedState
from monitor.storage.engines import DATABASE_FILE, Engines, create_file, make_engines
from monitor.storage.guards import FileLock
from monitor.storage.history import HistoryReads
from monitor.storage.mail_store import MailStore
from monitor.storage.migrate import migrate
from monitor.storage.publishing import PublishingStore
from monitor.storage.queries import last_alive, saved_state
from monitor.storage.reader import Reader
from monitor.storage.retention import BITE, Retention, bites
from monitor.storage.session import WriteSession
from monitor.storage.trouble import as_store_error
from monitor.storage.writer import Writer

LOCK_FILE = "lock"


class Store(HistoryReads, PublishingStore, MailStore):
    """One database with one writer; made by `open_store`, which holds the lock for it."""

    def __init__(
        self,
        engines: Engines,
        session: WriteSession,
        locks: list[FileLock],
        clock: Clock,
        retention: Retention,
    ) -> None:
        self.writer = Writer(session, clock)
        self._engines = engines
        self._locks = locks
        self._clock = clock
        self._retention = retention
        self._reader = Reader(engines)
        # Read before the writer begins a run of its own.
        self._alive_until = self._reader.run(last_alive)

    def load(self) -> SavedState:
        """Return what the engine starts with; blocks, so it is for the start of the process."""
        query = partial(saved_state, now=self._clock.now(), alive_until=self._alive_until)
        return self._reader.run(query)

    async def prune(self, now: datetime) -> int:
        """Delete what is older than promised, in bites; return how many rows went."""
        total = 0
        for bite in bites(self._retention, now):
            while (deleted := await self.writer.call(bite.delete)) == BITE:
                total += deleted
            total += deleted
        return total

    async def close(self, timeout: float = 10.0) -> None:
        """Write what waits, for at most *timeout* seconds; then give the store to the next."""
        await self.writer.close(timeout)
        self._reader.close()
        await asyncio.to_thread(self._engines.dispose)
        for lock in self._locks:
            lock.release()


def open_store(url: str, data_dir: str | Path, clock: Clock, *, keep_days: int = 400) -> Store:
    """Lock, connect to and migrate the store; *url* empty means SQLite in *data_dir*.

    Raises StoreLocked, UnsupportedSchema, UnsupportedUrlError or StoreUnavailableError.
    """
    folder = Path(data_dir)
    engines = make_engines(url, folder)
    locks: list[FileLock] = []
    session = WriteSession(engines)
    try:
        _acquire(locks, folder, engines.file)
        if engines.file:
            create_file(engines.file)
        migrate(session.open())
        retention = Retention(keep=timedelta(days=keep_days))
        return Store(engines, session, locks, clock, retention)
    except BaseException as error:
        _undo(session, engines, locks)
        if isinstance(error, sa.exc.SQLAlchemyError | OSError):
            raise as_store_error(error) from error
        raise


def _acquire(locks: list[FileLock], folder: Path, file: Path | None) -> None:
    """Lock the folder, and a database that lies elsewhere on its own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths = [folder / LOCK_FILE]
    if file is not None and file != folder / DATABASE_FILE:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        paths.append(file.with_name(f"{file.name}.lock"))
    for path in paths:
        lock = FileLock(path)
        lock.acquire()
        locks.append(lock)


def _undo(session: WriteSession, engines: Engines, locks: list[FileLock]) -> None:
    session.close()
    engines.dispose()
    for lock in locks:
        lock.release()
