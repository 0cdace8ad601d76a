"""Faults in which the application has more to do than it can."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random

from tests.scenarios.network import Side
from tests.scenarios.stand import BASE_RATE, Stand
from tests.support.programs import require

RUSH_RATE = 200.0
RUSH_OVER_SECONDS = 20.0
STRESSORS = 4
QUOTA = 0.5


@contextmanager
def rush(stand: Stand, _: Random) -> Iterator[None]:
    """Have ten times the users come, within twenty seconds; they order and pay as ever."""
    try:
        stand.order("load", rate=RUSH_RATE, over=RUSH_OVER_SECONDS)
        yield
    finally:
        stand.order("load", rate=BASE_RATE)


@contextmanager
def workers_frozen(stand: Stand, random: Random) -> Iterator[None]:
    """Freeze all workers but one."""
    frozen = random.sample(stand.workers(), k=len(stand.workers()) - 1)
    try:
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in frozen:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def processor_starved(stand: Stand, _: Random) -> Iterator[None]:
    """Run stress-ng beside the application, in its control group, and halve their processor."""
    group = stand.group
    assert group is not None
    try:
        group.limit(QUOTA)
        command = [require("stress-ng"), "--cpu", STRESSORS, "--quiet"]
        stand.crew.start("stress", command, Side.INSIDE, group=group.path)
        yield
    finally:
        stand.crew.end("stress", signal.SIGKILL)
        group.limit(None)
