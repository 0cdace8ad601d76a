"""Where a simulated monitor keeps its state: the real store, on SQLite."""

import asyncio
from datetime import datetime
from pathlib import Path

from monitor.model.batch import Batch, SavedState
from monitor.storage.store import Store, open_store

# The writer's queue is bounded; so many batches go in before it is waited for.
_AT_ONCE = 20_000


class StandingClock:
    """A clock that stands where the simulation stands."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        """Return the simulated time."""
        return self.time

    def monotonic(self) -> float:
        """Return the same in seconds."""
        return self.time.timestamp()


class SqliteKeeper:
    """Writes batches when somebody asks for them, as the store's own writer does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batches: list[Batch] = []
        self.written = 0

    def keep(self, batch: Batch) -> None:
        """Take a batch; it is written before the next start."""
        self._batches.append(batch)

    def reopen(self, now: datetime) -> SavedState:
        """Write what was kept, close the store, and return what the next start finds."""
        asyncio.run(self._write(now))
        store = self._open(now)
        saved = store.load()
        asyncio.run(store.close())
        return saved

    async def _write(self, now: datetime) -> None:
        store = self._open(now)
        store.writer.start()
        batches, self._batches = self._batches, []
        for start in range(0, len(batches), _AT_ONCE):
            for batch in batches[start : start + _AT_ONCE]:
                store.writer.submit(batch)
            await store.writer.call(lambda _: None)
        self.written += len(batches)
        await store.close(60)

    def _open(self, now: datetime) -> Store:
        return open_store("", self._folder, StandingClock(now))
