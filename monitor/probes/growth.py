"""When what fills up will be full: by how it grew in the last hours, where it grew all the time."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import linear_regression

from monitor.model.signals import Signal, SignalKind

_DAY_SECONDS = 86_400.0
# So many points cover the time that is looked back on; fewer than the least tell nothing.
_POINTS = 60
_FEWEST_POINTS = 10
_MOST_DAYS = 365.0
# The first few to be full are told.
_SHOWN = 4

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """What tells how long a figure lasts; *least* is how full it must be to be asked.

    *is_free* says that the figure is the free share, not the used one.
    """

    tells: SignalKind
    least: float
    is_free: bool = False


# Transaction ids age up to a tenth between two vacuums, which is no growth without an end.
_ENDS: Mapping[SignalKind, _End] = {
    SignalKind.DISK_FREE_RATIO: _End(tells=SignalKind.DISK_DAYS_LEFT, least=0.6, is_free=True),
    SignalKind.INODES_FREE_RATIO: _End(tells=SignalKind.INODES_DAYS_LEFT, least=0.6, is_free=True),
    SignalKind.SEQUENCE_USED_RATIO: _End(tells=SignalKind.SEQUENCE_DAYS_LEFT, least=0.2),
    SignalKind.TRANSACTION_IDS_USED_RATIO: _End(
        tells=SignalKind.TRANSACTION_IDS_DAYS_LEFT, least=0.2
    ),
}


@dataclass(slots=True)
class Growth:
    """The used share of one thing, a point every few minutes."""

    points: deque[Point] = field(default_factory=deque)
    per_second: float = 0.0

    def add(self, at: float, used: float, over: float) -> None:
        """Take in the used share at *at*, if it is time for another point; forget what is older."""
        if self.points and at - self.points[-1][0] < over / _POINTS:
            return
        self.points.append((at, used))
        while self.points[0][0] < at - over:
            self.points.popleft()
        self.per_second = _steady_growth(list(self.points))

    def days_left(self, used: float) -> float | None:
        """Return in how many days all is used, or None where it does not grow."""
        return (1.0 - used) / self.per_second / _DAY_SECONDS if self.per_second > 0 else None


class Growths:
    """What a check saw fill up, by kind and name."""

    def __init__(self) -> None:
        self._known: dict[tuple[SignalKind, str], Growth] = {}

    def days_left(self, signals: Iterable[Signal], at: float, over: float) -> list[Signal]:
        """Take in what *signals* say of used or free shares; return in how many days each is full.

        *at* is monotonic; what grew within the last *over* seconds is taken to grow on.
        """
        found: list[Signal] = []
        for each in signals:
            end = _ENDS.get(each.kind)
            if end is None:
                continue
            share = float(each.value)
            used = 1.0 - share if end.is_free else share
            growth = self._known.setdefault((each.kind, each.detail), Growth())
            growth.add(at, used, over)
            days = growth.days_left(used) if used >= end.least else None
            if days is not None and days <= _MOST_DAYS:
                found.append(Signal(end.tells, float(f"{days:.3g}"), each.detail))
        self._forget(at - over)
        return sorted(found, key=lambda each: each.value)[:_SHOWN]

    def _forget(self, before: float) -> None:
        gone = [key for key, each in self._known.items() if each.points[-1][0] < before]
        for key in gone:
            del self._known[key]


def _steady_growth(points: list[Point]) -> float:
    """Return by how much the share grows per second: the slower of all the time and of late.

    So one large file makes no forecast, and neither does what has stopped growing.
    """
    if len(points) < _FEWEST_POINTS:
        return 0.0
    return max(0.0, min(_slope(points), _slope(points[len(points) // 2 :])))


def _slope(points: list[Point]) -> float:
    times, shares = zip(*points, strict=True)
    return linear_regression(times, shares).slope
