"""One monitor per store, and a store that is still the same: locks and the file's identity."""

import fcntl
import os
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa

from monitor.storage.errors import StoreLocked, StoreUnavailableError, Trouble

# Any constant will do, as long as every monitor asks for the same.
ADVISORY_KEY = 4_871_236_094_110_385


class FileLock:
    """An flock, which the kernel releases however the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; StoreLocked where another monitor has it."""
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = file.read(20).strip() or "unknown"
            file.close()
            raise StoreLocked(f"another monitor (process {holder}) holds {self._path}") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back; the file stays, so that two starters never lock two files."""
        if self._file:
            self._file.close()
            self._file = None


class Guard(Protocol):
    """Asserts before and after each transaction that this is still our store."""

    def opened(self, connection: sa.Connection) -> None: ...

    def check(self) -> None: ...


class SqliteFile:
    """The identity of the database file.

    A file that is deleted or moved away stays open and takes every write, into nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None

    def opened(self, connection: sa.Connection) -> None:
        """Remember which file a new connection has opened."""
        del connection
        self.remember()

    def remember(self) -> bool:
        """Take the file that is at the path now for ours; False where there is none."""
        self._identity = self._present()
        return self._identity is not None

    def check(self) -> None:
        """StoreUnavailableError where the path no longer leads to that file."""
        if not self.is_same():
            raise StoreUnavailableError(Trouble.GONE, "the database file is not where it was")

    def is_same(self) -> bool:
        """Whether the path leads to the file that was opened."""
        return self._present() == self._identity is not None

    def is_replaced(self) -> bool:
        """Whether the path leads to another file, such as a restored backup."""
        return self._present() not in (None, self._identity)

    def _present(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino


class AdvisoryLock:
    """PostgreSQL's lock, held by the very session that writes: if one is lost, so is the other."""

    def opened(self, connection: sa.Connection) -> None:
        """Take the lock for the session; StoreLocked where another monitor has it."""
        with connection.begin():
            taken = connection.scalar(sa.select(sa.func.pg_try_advisory_lock(ADVISORY_KEY)))
        if not taken:
            raise StoreLocked("another monitor holds the lock of this PostgreSQL database")

    def check(self) -> None:
        """Nothing to do: a session that is lost fails by itself."""
