"""Runs what may block, such as a look at a disk, beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

# The call of another run of the same check, such as one that a person asked for, ends within this
# time, unless it hangs.
PATIENCE_SECONDS = 0.25


class StillBusyError(Exception):
    """The call before has not returned yet."""


class Worker:
    """One call at a time, each in a daemon thread of its own.

    A disk that hangs costs one thread, whatever the number of runs, and never delays the exit.
    """

    def __init__(self) -> None:
        # Done once the last call has returned.
        self._over: Future[None] | None = None

    async def run(self, function: Callable[[], T]) -> T:
        """Return what *function* returns; StillBusyError where the call before goes on."""
        await self._wait()
        over, done = _begun(), _begun()
        self._over = over
        thread = threading.Thread(target=_work, args=(function, over, done), daemon=True)
        try:
            thread.start()
        except RuntimeError:
            over.set_result(None)
            raise
        return await asyncio.wrap_future(done)

    async def _wait(self) -> None:
        clock = asyncio.get_running_loop()
        deadline = clock.time() + PATIENCE_SECONDS
        while self._over is not None and not self._over.done():
            left = deadline - clock.time()
            if left <= 0:
                raise StillBusyError
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(self._over), left)


def _begun() -> "Future[Any]":
    """Return a future that a run which is cancelled leaves alone."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


def _work(function: Callable[[], T], over: "Future[None]", done: "Future[T]") -> None:
    try:
        result = function()
    except Exception as error:  # noqa: BLE001 - raised again where the call is awaited
        over.set_result(None)
        done.set_exception(error)
    else:
        over.set_result(None)
        done.set_result(result)
