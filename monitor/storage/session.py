"""The writing connection: opened again after a loss, one transaction for a group of work."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from monitor.storage.engines import Engines
from monitor.storage.errors import StoreLocked, StoreUnavailableError, Trouble
from monitor.storage.guards import AdvisoryLock, Guard, SqliteFile
from monitor.storage.trouble import trouble_of

Work = Callable[[sa.Connection], object]

# What a waiting connection outlives: it is the same store once the trouble is over.
_PASSING = frozenset({Trouble.LOCKED, Trouble.GONE})


class WriteSession:
    """Used by one thread at a time."""

    def __init__(self, engines: Engines) -> None:
        self._engine = engines.writer
        self._guard: Guard = SqliteFile(engines.file) if engines.file else AdvisoryLock()
        self._connection: sa.Connection | None = None

    def open(self) -> sa.Connection:
        """Return the connection; StoreLocked where another monitor took the store meanwhile."""
        if self._connection is None:
            connection = self._engine.connect()
            try:
                self._guard.opened(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def write(self, group: Sequence[Work]) -> list[object]:
        """Commit all of *group*, in order, and return what each part gave; or nothing of it."""
        try:
            return self._write(group)
        except StoreLocked as error:
            raise StoreUnavailableError(Trouble.LOCK_LOST, str(error)) from error
        except Exception as error:
            if trouble_of(error) not in (None, *_PASSING) or self._is_replaced():
                self.close()
            raise

    def _write(self, group: Sequence[Work]) -> list[object]:
        connection = self.open()
        self._guard.check()
        with connection.begin():
            results = [work(connection) for work in group]
        # The commit reached our file; only if that is still the one at the path, it counts.
        self._guard.check()
        return results

    def _is_replaced(self) -> bool:
        guard = self._guard
        return isinstance(guard, SqliteFile) and guard.is_replaced()

    def close(self) -> None:
        """Close the connection, and with it PostgreSQL's lock; errors of a dead one are nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
