"""Figures of the schedule about itself, as plain values that the metrics read."""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from monitor.model.observation import MissedReason, Trigger

LATENESS_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
RECENT_BEATS = 60


class Histogram:
    """Counts of durations in fixed buckets."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self.total_seconds = 0.0

    def add(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.total_seconds += seconds

    @property
    def count(self) -> int:
        return sum(self._counts)

    def buckets(self) -> tuple[tuple[float, int], ...]:
        """Return (upper bound, how many were no longer than that), the last bound infinite."""
        bounds = (*self._bounds, float("inf"))
        return tuple(zip(bounds, accumulate(self._counts), strict=True))

    def quantile(self, share: float) -> float:
        """Return the upper bound of the bucket that holds the given share of all counts."""
        wanted = share * self.count
        return next(bound for bound, below in self.buckets() if below >= wanted)


@dataclass(slots=True, kw_only=True)
class ScheduleStats:
    """What the schedule counted since it was made; only the schedule writes it."""

    checks: int = 0
    in_flight: int = 0
    errors: int = 0
    clock_jumps: int = 0
    runs: dict[Trigger, int] = field(default_factory=lambda: dict.fromkeys(Trigger, 0))
    missed: dict[MissedReason, int] = field(default_factory=lambda: dict.fromkeys(MissedReason, 0))
    lateness: Histogram = field(default_factory=lambda: Histogram(LATENESS_BOUNDS))
    recent_lags: deque[float] = field(default_factory=lambda: deque((0.0,), maxlen=RECENT_BEATS))

    @property
    def loop_lag_seconds(self) -> float:
        """The worst lag of the event loop in the last quarter of a minute.

        The last beat alone would hide every stall that ended before somebody looked.
        """
        return max(self.recent_lags)
