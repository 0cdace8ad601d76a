"""The one writer: the loop gives it work without waiting, a thread commits it in order."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import TypeVar

import sqlalchemy as sa
import structlog

from monitor.clock import Clock
from monitor.model.batch import Batch
from monitor.model.history import MonitorRun
from monitor.storage.errors import StoreClosedError, StoreUnavailableError, Trouble
from monitor.storage.figures import FigureBuffer
from monitor.storage.queue import MAX_WAITING, BatchItem, CallItem, WorkQueue
from monitor.storage.session import WriteSession
from monitor.storage.worker import Worker

BEAT_SECONDS = 1.0
PATIENCE_SECONDS = 5.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterStats:
    """Figures for metrics: what waits, and what was lost to bounds or to its own faults."""

    waiting: int
    committed: int
    rejected: int
    dropped_batches: int
    dropped_observations: int


class Writer:
    """Belongs to one event loop, in which every method is called."""

    def __init__(self, session: WriteSession, clock: Clock, max_waiting: int = MAX_WAITING) -> None:
        self._clock = clock
        self._figures = FigureBuffer()
        self._queue = WorkQueue(self._figures, max_waiting)
        self._session = session
        self._worker = Worker(session, self._queue, self._announce)
        self._log: structlog.typing.FilteringBoundLogger = structlog.get_logger("storage")
        self._dropped = 0
        self._on_commit: Callable[[Batch], None] = _ignore
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beats: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    def start(self, on_commit: Callable[[Batch], None] | None = None) -> None:
        """Begin a run of the monitor; *on_commit* gets each urgent batch after its commit."""
        self._on_commit = on_commit or _ignore
        self._loop = asyncio.get_running_loop()
        self._beat()
        self._beats = self._loop.create_task(self._beat_each_second())
        # A daemon, so that a server that never answers cannot keep the process from ending.
        Thread(target=self._run, name="store-writer", daemon=True).start()

    def submit(self, batch: Batch) -> None:
        """Take *batch* and return at once; its observation only counts for the rollups."""
        if batch.observation is not None:
            self._figures.observe(batch.observation)
        if batch.is_urgent:
            item = BatchItem(batch, self._clock.monotonic(), self._committed)
            if not self._queue.put(item):
                self._dropped += 1
                self._log.error("store_dropped_batch", at=batch.at.isoformat())

    async def call(self, work: Callable[[sa.Connection], T]) -> T:
        """Run *work* in a transaction of the writer, after all that was submitted before."""
        if self._loop is None:
            raise StoreClosedError("the writer was not started")
        future: asyncio.Future[T] = self._loop.create_future()
        if not self._queue.put(CallItem(work, future)):
            raise StoreClosedError("the store is closed, or too much waits for it")
        return await future

    async def flush(self) -> None:
        """Return when everything submitted so far, figures included, is committed."""
        self._beat()
        await self.call(_nothing)

    async def close(self, timeout: float = 10.0) -> None:
        """Write what waits, for at most *timeout* seconds, and end the thread."""
        if self._loop is None:
            self._session.close()
            return
        if self._beats is not None:
            self._beats.cancel()
        self._beat()
        self._queue.close()
        try:
            await asyncio.wait_for(self._ended.wait(), timeout)
        except TimeoutError:
            self._worker.abandon()
            self._give_up()

    @property
    def is_writable(self) -> bool:
        """Whether the last attempt succeeded and nothing waits longer than it should."""
        return self.last_error is None and self.oldest_uncommitted_seconds() < PATIENCE_SECONDS

    @property
    def last_error(self) -> Trouble | None:
        """What the last attempt to write failed of, or None where it succeeded."""
        return self._worker.trouble

    def oldest_uncommitted_seconds(self) -> float:
        """Return for how long the oldest batch has waited; 0 where none waits."""
        oldest = self._queue.oldest_batch()
        return 0.0 if oldest is None else self._clock.monotonic() - oldest.submitted_at

    def uncommitted(self) -> tuple[Batch, ...]:
        """Return the batches that wait, oldest first: what may have to leave from memory."""
        waiting = self._queue.waiting()
        return tuple(each.batch for each in waiting if isinstance(each, BatchItem))

    def current_run(self, now: datetime) -> MonitorRun | None:
        """Return the run that is going on, whether or not it could be written yet."""
        return self._figures.current_run(now)

    @property
    def stats(self) -> WriterStats:
        return WriterStats(
            waiting=len(self._queue),
            committed=self._worker.committed,
            rejected=self._worker.rejected,
            dropped_batches=self._dropped,
            dropped_observations=self._figures.dropped,
        )

    async def _beat_each_second(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._beat()

    def _beat(self) -> None:
        """Say that the loop is alive, and have the figures written."""
        self._figures.beat(self._clock.now())
        self._queue.request_figures()

    def _run(self) -> None:
        try:
            self._worker.run()
        finally:
            self._post(self._ended.set)

    def _announce(self, outcomes: Sequence[Callable[[], None]]) -> None:
        self._post(lambda: self._tell(outcomes))

    def _post(self, callback: Callable[[], object]) -> None:
        # A loop that was closed while a write hung has nobody left to tell.
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(callback)

    def _tell(self, outcomes: Sequence[Callable[[], None]]) -> None:
        for outcome in outcomes:
            try:
                outcome()
            except Exception:  # noqa: BLE001 - a listener's fault must not keep others from news
                self._log.exception("store_listener_failed")

    def _committed(self, batch: Batch) -> None:
        self._on_commit(batch)

    def _give_up(self) -> None:
        left = self._queue.waiting()
        self._log.error("store_closed_unwritten", waiting=len(left))
        for item in left:
            item.refuse(StoreUnavailableError(self.last_error or Trouble.OTHER))


def _ignore(_batch: Batch) -> None:
    """Nobody asked to be told of commits."""


def _nothing(_connection: sa.Connection) -> None:
    """Be written after everything else."""
