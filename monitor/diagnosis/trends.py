"""How a measured figure moved since the trouble began: the figure now beside what was usual."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from statistics import median

from monitor.diagnosis.finding import Fact
from monitor.diagnosis.scene import Scene
from monitor.model.observation import Observation, Outcome
from monitor.model.signals import SignalKind

# Fewer earlier figures are no custom.
FEWEST_BEFORE = 3
# What rises less than this has not risen, whatever else has.
STEADY_FACTOR = 1.3
RISEN_FACTOR = 1.5
FALLEN_FACTOR = 0.5


# One look may fall on a moment that says little.
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A figure of one check: what was usual before the onset, and the last one since.

    *looks* are the last few since, the last one at the end.
    """

    before: float
    now: float
    fact: Fact
    looks: tuple[Fact, ...]

    @property
    def factor(self) -> float:
        """How many times its usual value the figure is."""
        if self.before <= 0:
            return inf if self.now > 0 else 1.0
        return self.now / self.before

    def mostly_below(self, factor: float) -> Fact | None:
        """Return the last look that is usual, or below *factor* times it, where most looks are."""
        below = [
            each
            for each in self.looks
            if float(each.value) <= self.before or float(each.value) < factor * self.before
        ]
        return below[-1] if 2 * len(below) > len(self.looks) else None


def trends(scene: Scene, kind: SignalKind, components: Iterable[str]) -> tuple[Trend, ...]:
    """Return how *kind* moved at each check of *components* that reports it."""
    found = (
        _trend(scene, check, kind)
        for component in components
        if scene.tells(component, kind)
        for check in scene.checks_of(component)
    )
    return tuple(each for each in found if each is not None)


def risen(
    scene: Scene, kind: SignalKind, components: Iterable[str], *, factor: float, least: float = 0.0
) -> tuple[Fact, ...]:
    """Return where *kind* is at least *factor* times its usual value, and *least* by itself."""
    return tuple(
        each.fact
        for each in trends(scene, kind, components)
        if each.factor >= factor and each.now >= least
    )


def _trend(scene: Scene, check: str, kind: SignalKind) -> Trend | None:
    onset = scene.case.onset.first_failure_at
    before: list[float] = []
    since: list[Observation] = []
    for each in scene.case.recent.get(check, ()):
        value = each.signal(kind)
        if each.outcome is Outcome.MISSED or value is None or isinstance(value, str):
            continue
        if each.started_at < onset:
            before.append(float(value))
        else:
            since.append(each)
    if not since or len(before) < FEWEST_BEFORE:
        return None
    # What led up to the onset may have begun to rise already.
    usual = median(before[: max(FEWEST_BEFORE, len(before) // 2)])
    looks = tuple(_fact(each, kind, usual) for each in since[-_LOOKS:])
    now = float(since[-1].signal(kind) or 0)
    return Trend(before=usual, now=now, fact=looks[-1], looks=looks)


def _fact(last: Observation, kind: SignalKind, usual: float) -> Fact:
    return Fact(
        signal=kind,
        value=last.signal(kind) or 0,
        component=last.component,
        check=last.check,
        at=last.started_at,
        detail=f"usually {usual:.4g}",
    )
