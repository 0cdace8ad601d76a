"""What an incident cost in business: expected minus actual, from the hours of earlier weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

# Earlier weeks that are asked for, and how many must have data before anything is claimed.
WEEKS = 4
FEWEST_WEEKS = 2
# A span counts where so much of it was measured.
COVERAGE = 0.8
SAMPLES = 120
SHORTEST_STEP_SECONDS, LONGEST_STEP_SECONDS = 15.0, 300.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and how far apart its samples are."""

    start: datetime
    end: datetime
    step_seconds: float

    @classmethod
    def of(cls, start: datetime, end: datetime) -> "Span":
        """Return the span with a step that asks for some hundred samples."""
        wanted = (end - start).total_seconds() / SAMPLES
        return cls(start, end, min(LONGEST_STEP_SECONDS, max(SHORTEST_STEP_SECONDS, wanted)))

    def weeks_before(self, count: int, zone: ZoneInfo) -> "Span":
        """Return the same hours so many weeks before, as the clocks of *zone* showed them."""
        length = self.end - self.start
        local = self.start.astimezone(zone).replace(tzinfo=None) - timedelta(weeks=count)
        start = local.replace(tzinfo=zone).astimezone(self.start.tzinfo)
        return Span(start, start + length, self.step_seconds)

    def total(self, rates: Sequence[float], per_seconds: float) -> float | None:
        """Return how much happened, out of samples of a rate; None where too few are known."""
        seconds = (self.end - self.start).total_seconds()
        due = int(seconds // self.step_seconds) + 1
        if len(rates) < COVERAGE * due:
            return None
        return fmean(rates) * seconds / per_seconds


def expectation(earlier: Sequence[float | None]) -> tuple[float | None, int]:
    """Return what was to be expected from the totals of earlier weeks, and how many are known."""
    known = [each for each in earlier if each is not None]
    return (median(known) if len(known) >= FEWEST_WEEKS else None), len(known)
