"""The writer's thread: takes groups of work, commits them, waits out what passes."""

from collections.abc import Callable, Iterator, Sequence
from threading import Event

import structlog

from monitor.storage.errors import Trouble
from monitor.storage.queue import Item, WorkQueue
from monitor.storage.session import WriteSession
from monitor.storage.trouble import as_store_error, trouble_of

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 1.0

Announce = Callable[[Sequence[Callable[[], None]]], None]


class Worker:
    """Runs in one thread; `announce` carries what happened to the loop, in order."""

    def __init__(self, session: WriteSession, queue: WorkQueue, announce: Announce) -> None:
        self._session = session
        self._queue = queue
        self._announce = announce
        self._abandoned = Event()
        self._log: structlog.typing.FilteringBoundLogger = structlog.get_logger("storage")
        self.trouble: Trouble | None = None
        self.committed = 0
        self.rejected = 0

    def run(self) -> None:
        """Work until the queue is closed and empty, or the work is abandoned."""
        while not self._abandoned.is_set() and (group := self._queue.take()):
            self._write(group)
            if not self._abandoned.is_set():
                self._queue.done()
        self._session.close()

    def abandon(self) -> None:
        """Stop waiting for a store that does not come back."""
        self._abandoned.set()

    def _write(self, group: Sequence[Item]) -> None:
        pauses = _pauses()
        while not self._abandoned.is_set():
            try:
                results = self._session.write([each.save for each in group])
            except Exception as error:  # noqa: BLE001 - the loop's edge: sorted, logged, counted
                trouble = trouble_of(error)
                if trouble is None:
                    self._isolate(group, error)
                    return
                self._suffer(trouble, error)
                self._abandoned.wait(next(pauses))
            else:
                self._succeed(group, results)
                return

    def _isolate(self, group: Sequence[Item], error: Exception) -> None:
        """Write the items one by one, so that the one at fault takes no other along."""
        if len(group) > 1:
            for item in group:
                self._write([item])
            return
        self.rejected += 1
        self._log.error("store_rejected_write", item=type(group[0]).__name__, exc_info=error)
        refusal = as_store_error(error)
        self._announce([lambda: group[0].refuse(refusal)])

    def _suffer(self, trouble: Trouble, error: Exception) -> None:
        if trouble is not self.trouble:
            self._log.error(
                "store_unwritable", trouble=trouble.value, error_type=type(error).__name__
            )
        self.trouble = trouble

    def _succeed(self, group: Sequence[Item], results: Sequence[object]) -> None:
        if self.trouble:
            self._log.info("store_writable_again", trouble=self.trouble.value)
        self.trouble = None
        self.committed += len(group)
        self._announce([_settling(*pair) for pair in zip(group, results, strict=True)])


def _settling(item: Item, result: object) -> Callable[[], None]:
    return lambda: item.settle(result)


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
