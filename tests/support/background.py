"""Plays stories in a process of its own while other tests run, which ask for what was seen.

It is a process of its own because tests count what theirs holds. A stand is a whole platform: more
of them at a time than the machine has cores would starve each other and the tests beside them, and
a starved platform is late, which is a fault of its own. So each has to take a seat.
"""

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import AbstractContextManager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import BoundedSemaphore
from typing import Any

import pytest

from tests.support.network import refuse_other_networks

# How long the last story may have to wait for its turn and be played.
PATIENCE_SECONDS = 900.0

_CONTEXT = get_context("spawn")
_SEATS = _CONTEXT.BoundedSemaphore(max(2, os.cpu_count() or 2))


class PlayError(AssertionError):
    """A story broke off; the text is what its own process saw of it."""


class Stage:
    """What those who play have: seats, and somebody to tell."""

    def __init__(self, seats: BoundedSemaphore, audience: Connection) -> None:
        self.seat: AbstractContextManager[bool] = seats
        self._audience = audience
        self._telling = threading.Lock()

    def tell(self, name: str, seen: Any) -> None:
        """Tell what was seen of a story."""
        self._send(name, seen, "")

    def break_off(self, names: Iterable[str], error: BaseException) -> None:
        """Tell why nothing, or nothing more, was seen of stories."""
        is_skip = isinstance(error, pytest.skip.Exception)
        reason = str(error) if is_skip else "".join(traceback.format_exception(error))
        for name in names:
            self._send(name, None, reason, is_skip=is_skip)

    def _send(self, name: str, seen: Any, reason: str, *, is_skip: bool = False) -> None:
        with self._telling:
            self._audience.send((name, seen, reason, is_skip))


# Begins to play; whatever is left of it is ended on the way out of the block.
Play = Callable[[Stage], AbstractContextManager[object]]


class Background:
    """A process that plays, and what has been heard of it so far."""

    def __init__(self, play: Play, names: Iterable[str]) -> None:
        """Begin; *play* is told by its name to the other process, so it stands in a module."""
        self._seen: dict[str, Future[Any]] = {name: Future() for name in names}
        self._stage, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_perform, args=(play, _SEATS, theirs))
        self._process.start()
        theirs.close()
        threading.Thread(target=self._listen, daemon=True).start()

    def seen(self, name: str) -> Any:
        """Return what was seen of a story, once it has been played."""
        return self._seen[name].result(timeout=PATIENCE_SECONDS)

    def all_seen(self) -> dict[str, Any]:
        """Return what was seen of each story that was played to its end so far."""
        over = {name: each for name, each in self._seen.items() if each.done()}
        return {name: each.result() for name, each in over.items() if not each.exception()}

    def end(self) -> None:
        """End it, whatever is still being played."""
        with suppress(OSError):
            self._stage.send("end")
        self._process.join()

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                name, seen, reason, is_skip = self._stage.recv()
                if reason:
                    kind = pytest.skip.Exception if is_skip else PlayError
                    self._seen[name].set_exception(kind(reason))
                else:
                    self._seen[name].set_result(seen)
        for each in self._seen.values():
            if not each.done():
                each.set_exception(PlayError("the process that plays has ended"))


def _perform(play: Play, seats: BoundedSemaphore, audience: Connection) -> None:
    """Play until the tests say that it is over, or are gone."""
    # Ctrl-C reaches this process too, and the tests say what follows from it.
    signal.signal(signal.SIGINT, lambda *_: None)
    refuse_other_networks()
    with play(Stage(seats, audience)), suppress(EOFError):
        audience.recv()
    # Stories that were broken off may still wait for what never comes now.
    os._exit(0)
