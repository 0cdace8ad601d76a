"""Work on its way to the writer's thread: ordered, bounded, and seen by both sides."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition
from typing import Any, Protocol

import sqlalchemy as sa

from monitor.model.batch import Batch
from monitor.storage.batches import save_batch
from monitor.storage.figures import FigureBuffer, Figures

MAX_WAITING = 100_000
# One commit costs about as much as ten batches, so those that wait share one.
GROUP = 200


class Item(Protocol):
    """A piece of work that is written whole or not at all; told of its end in the loop."""

    def save(self, connection: sa.Connection) -> object: ...

    def settle(self, result: object) -> None: ...

    def refuse(self, error: Exception) -> None: ...


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A batch of the engine; *submitted_at* is monotonic."""

    batch: Batch
    submitted_at: float
    on_commit: Callable[[Batch], None]

    def save(self, connection: sa.Connection) -> None:
        save_batch(connection, self.batch)

    def settle(self, result: object) -> None:
        del result
        self.on_commit(self.batch)

    def refuse(self, error: Exception) -> None:
        """Nobody waits for a batch; the worker has logged and counted it."""


@dataclass(frozen=True, slots=True)
class CallItem:
    """A write that somebody awaits."""

    work: Callable[[sa.Connection], Any]
    future: asyncio.Future[Any]

    def save(self, connection: sa.Connection) -> object:
        return self.work(connection)

    def settle(self, result: object) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def refuse(self, error: Exception) -> None:
        if not self.future.done():
            self.future.set_exception(error)


@dataclass(frozen=True, slots=True)
class FiguresItem:
    """The figures of the last second."""

    figures: Figures

    def save(self, connection: sa.Connection) -> None:
        self.figures.save(connection)

    def settle(self, result: object) -> None:
        """Nobody waits for figures."""

    def refuse(self, error: Exception) -> None:
        """Nobody waits for figures."""


class WorkQueue:
    """First in, first out; what was taken counts as waiting until it is `done`."""

    def __init__(self, figures: FigureBuffer, max_waiting: int = MAX_WAITING) -> None:
        self._figures = figures
        self._max_waiting = max_waiting
        self._changed = Condition()
        self._items: deque[Item] = deque()
        self._taken: Sequence[Item] = ()
        self._figures_due = False
        self._closed = False

    def put(self, item: Item) -> bool:
        """Append *item*; False where the queue is full or closed."""
        with self._changed:
            if self._closed or len(self._items) >= self._max_waiting:
                return False
            self._items.append(item)
            self._changed.notify()
            return True

    def request_figures(self) -> None:
        """Let the next group carry the figures."""
        with self._changed:
            self._figures_due = True
            self._changed.notify()

    def take(self) -> Sequence[Item]:
        """Wait for work and return a group of it; nothing once the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._figures_due or self._closed)
            group = [self._items.popleft() for _ in range(min(GROUP, len(self._items)))]
            if self._figures_due:
                group.append(FiguresItem(self._figures.take()))
                self._figures_due = False
            self._taken = group
            return group

    def done(self) -> None:
        """Forget the group that was taken."""
        with self._changed:
            self._taken = ()

    def close(self) -> None:
        """Accept nothing more; what waits can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def waiting(self) -> list[Item]:
        """Return what is not yet written, oldest first."""
        with self._changed:
            return [*self._taken, *self._items]

    def oldest_batch(self) -> BatchItem | None:
        """Return the batch that has waited longest."""
        with self._changed:
            for group in (self._taken, self._items):
                for item in group:
                    if isinstance(item, BatchItem):
                        return item
        return None

    def __len__(self) -> int:
        with self._changed:
            return len(self._taken) + len(self._items)
