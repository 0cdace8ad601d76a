"""How fast a service answered in the last 24 hours: averages of ten minutes, drawn in steps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log10

from monitor.model.configuration import Configuration
from monitor.model.history import Rollup
from monitor.model.observation import Outcome
from monitor.model.platform import Service

STEP = timedelta(minutes=10)
STEPS = 144
SPAN = STEP * STEPS
WIDTH, HEIGHT = 720, 100

# Checks that ask as a user's program does; a query or a ping is nothing that a user waits for.
FELT = frozenset({"http", "journey"})
_ANSWERED = (Outcome.OK, Outcome.DEGRADED)


@dataclass(frozen=True, slots=True)
class ResponseChart:
    """Average seconds per step from *start* on; None where nothing was measured."""

    start: datetime
    values: tuple[float | None, ...]

    @property
    def average(self) -> float:
        """The average of all steps that have one."""
        known = [each for each in self.values if each is not None]
        return sum(known) / len(known)

    @property
    def highest(self) -> float:
        """The highest average of a step."""
        return max(each for each in self.values if each is not None)

    @property
    def top(self) -> float:
        """The upper end of the scale: a round figure above everything."""
        return _round_up(self.highest)

    def lines(self) -> str:
        """Return the SVG path of the steps; a gap is a gap."""
        return " ".join(_line(*each) for each in self._spells())

    def areas(self) -> str:
        """Return the SVG path of what is below them."""
        return " ".join(
            f"M{_x(first)} {HEIGHT}V{heights[0]}{_steps(first, heights)}V{HEIGHT}Z"
            for first, heights in self._spells()
        )

    def _spells(self) -> Iterator[tuple[int, list[float]]]:
        """Yield each unbroken run: the number of its first step, and the heights."""
        run: list[float] = []
        scale = HEIGHT / self.top
        for number, value in enumerate((*self.values, None)):
            if value is not None:
                run.append(round(HEIGHT - scale * value, 1))
            elif run:
                yield number - len(run), run
                run = []


def felt_checks(service: Service, configuration: Configuration) -> tuple[str, ...]:
    """Return the checks whose time a user of *service* feels: those named, or else its HTTP ones.

    Without names they are the enabled checks by HTTP of what the service stands on directly.
    """
    if service.response_time is not None:
        return service.response_time
    needed = {name for each in service.depends_on for name in each.names}
    return tuple(
        each.name
        for each in configuration.checks
        if each.component in needed and each.type in FELT and each.enabled
    )


def response_chart(
    rollups: Mapping[str, Sequence[Rollup]], checks: Iterable[str], now: datetime
) -> ResponseChart | None:
    """Return the chart of *checks* out of their minutes, None where nothing was measured.

    A minute with a failed run counts for nothing: a refusal is quick, and no answer.
    """
    start = _floor(now) - SPAN + STEP
    sums = [[0.0, 0] for _ in range(STEPS)]
    for minute in (each for check in checks for each in rollups.get(check, ())):
        number = (minute.start - start) // STEP
        answered = sum(minute.counts.get(each, 0) for each in _ANSWERED)
        if 0 <= number < STEPS and answered and not minute.counts.get(Outcome.FAILED):
            sums[number][0] += minute.duration_sum
            sums[number][1] += answered
    values = tuple(seconds / count if count else None for seconds, count in sums)
    return ResponseChart(start, values) if any(each is not None for each in values) else None


def _floor(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)


def _round_up(value: float) -> float:
    """Return 1, 2, 2.5, 5 or 10 times a power of ten that is not below *value*."""
    if value <= 0:
        return 0.001
    power: float = 10 ** ceil(log10(value) - 1)
    return next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= value * 0.999)


def _x(number: int) -> float:
    return number * WIDTH / STEPS


def _line(first: int, heights: list[float]) -> str:
    return f"M{_x(first)} {heights[0]}{_steps(first, heights)}"


def _steps(first: int, heights: list[float]) -> str:
    return "".join(f"V{height}H{_x(first + at)}" for at, height in enumerate(heights, 1))
