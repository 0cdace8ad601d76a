"""Who keeps the figures that the monitor shows of itself; rooms that publish may not import."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from monitor.model.observation import MissedReason, Trigger


class HistogramFigures(Protocol):
    """Durations counted in buckets."""

    @property
    def total_seconds(self) -> float: ...

    def buckets(self) -> Sequence[tuple[float, int]]:
        """Return (upper bound, how many were no longer), the last bound infinite."""
        ...


class ScheduleFigures(Protocol):
    """What the schedule counts about itself."""

    @property
    def checks(self) -> int: ...

    @property
    def in_flight(self) -> int: ...

    @property
    def errors(self) -> int: ...

    @property
    def clock_jumps(self) -> int: ...

    @property
    def runs(self) -> Mapping[Trigger, int]: ...

    @property
    def missed(self) -> Mapping[MissedReason, int]: ...

    @property
    def lateness(self) -> HistogramFigures: ...

    @property
    def loop_lag_seconds(self) -> float: ...


class WriterFigures(Protocol):
    """What the store's writer counts: batches waiting, written and lost."""

    @property
    def waiting(self) -> int: ...

    @property
    def committed(self) -> int: ...

    @property
    def rejected(self) -> int: ...

    @property
    def dropped_batches(self) -> int: ...

    @property
    def dropped_observations(self) -> int: ...


class Writer(Protocol):
    """The store's writer."""

    @property
    def stats(self) -> WriterFigures: ...

    def oldest_uncommitted_seconds(self) -> float: ...
