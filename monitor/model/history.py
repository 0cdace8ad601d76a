"""History: when the monitor was alive, how long each status lasted, and figures of checks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model.observation import Outcome, Phase
from monitor.model.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorRun:
    """A spell in which the monitor was alive; what is in no run is `unknown` for everything."""

    started_at: datetime
    alive_until: datetime


@dataclass(frozen=True, slots=True)
class StatusSpell:
    """A time in which one status was shown and the monitor was alive; gaps between are unknown."""

    start: datetime
    end: datetime
    status: Status


@dataclass(frozen=True, slots=True)
class StatusTime:
    """Seconds spent in each status word; the words together fill the span asked for.

    *counted* are the words as uptime takes them, where those differ from the ones that were shown:
    maintenance beyond its plan, or counted by policy, is there what was observed meanwhile.
    """

    seconds: Mapping[Status, float]
    counted: Mapping[Status, float] | None = None

    @property
    def total_seconds(self) -> float:
        """Length of the span."""
        return sum(self.seconds.values())

    @property
    def available_ratio(self) -> float | None:
        """Share of the known, unplanned time in which the subject did its work, if slowly.

        (operational + degraded) / (operational + degraded + partial outage + major outage);
        maintenance and unknown count on neither side; None where nothing else is known.
        """
        up = self._sum(Status.OPERATIONAL, Status.DEGRADED)
        down = self._sum(Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE)
        return up / (up + down) if up + down else None

    @classmethod
    def total(cls, times: Iterable["StatusTime"]) -> "StatusTime":
        """Return the sums of several spans."""
        shown, counted = dict.fromkeys(Status, 0.0), dict.fromkeys(Status, 0.0)
        for each in times:
            for sums, words in ((shown, each.seconds), (counted, each.counted or each.seconds)):
                for status, seconds in words.items():
                    sums[status] += seconds
        return cls(shown, counted)

    @property
    def worst(self) -> Status:
        """The worst word that occurred; maintenance and unknown only where nothing else did."""
        seen = [status for status, seconds in self.seconds.items() if seconds > 0]
        return max(seen, key=_WORST_LAST.index, default=Status.UNKNOWN)

    def _sum(self, *words: Status) -> float:
        counted = self.seconds if self.counted is None else self.counted
        return sum(counted.get(each, 0.0) for each in words)


_WORST_LAST = (
    Status.UNKNOWN,
    Status.MAINTENANCE,
    Status.OPERATIONAL,
    Status.DEGRADED,
    Status.PARTIAL_OUTAGE,
    Status.MAJOR_OUTAGE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHistory:
    """One calendar day of a service in the platform's time zone; today ends now."""

    day: date
    start: datetime
    end: datetime
    time: StatusTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """What a check did in one minute or hour (*resolution_seconds* 60 or 3600)."""

    check: str
    start: datetime
    resolution_seconds: int
    counts: Mapping[Outcome, int]
    duration_sum: float
    duration_max: float
    phases: Mapping[Phase, float]
