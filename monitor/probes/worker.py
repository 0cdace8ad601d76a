"""Runs what may block, such as a look at a disk, beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

# The call of another run of the same check, such as one that a person asked for, ends within this
# time, unless it hangs.
PATIENCE_SECONDS = 0.25
LOOK_SECONDS = 0.01


class StillBusyError(Exception):
    """The call before has not returned yet."""


class Worker:
    """One call at a time, each in a daemon thread of its own.

    A disk that hangs costs one thread, whatever the number of runs, and never delays the exit.
    """

    def __init__(self) -> None:
        self._busy = False

    async def run(self, function: Callable[[], T]) -> T:
        """Return what *function* returns; StillBusyError where the call before goes on."""
        looks = int(PATIENCE_SECONDS / LOOK_SECONDS)
        while self._busy and looks:
            await asyncio.sleep(LOOK_SECONDS)
            looks -= 1
        if self._busy:
            raise StillBusyError
        done: Future[T] = Future()
        # From here on a run that is cancelled leaves the call alone.
        done.set_running_or_notify_cancel()
        self._busy = True
        thread = threading.Thread(target=self._work, args=(function, done), daemon=True)
        try:
            thread.start()
        except RuntimeError:
            self._busy = False
            raise
        return await asyncio.wrap_future(done)

    def _work(self, function: Callable[[], T], done: "Future[T]") -> None:
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - raised again where the call is awaited
            self._busy = False
            done.set_exception(error)
        else:
            self._busy = False
            done.set_result(result)
