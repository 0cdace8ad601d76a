"""The one place that reads the clocks; everybody else is given a `Clock` or a `now`."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time: `now` for people and records, `monotonic` for durations and deadlines."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...


def seconds_asleep() -> float:
    """Return how long the machine was suspended since it started, 0 where it cannot say.

    Only one of Linux' two steady clocks goes on while it sleeps (clock_gettime(2)).
    """
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class SystemClock:
    """The clocks of the operating system; wall time is aware and in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
