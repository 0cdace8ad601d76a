"""The scene: a case laid out for the rules, with the questions they ask about it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from datetime import datetime
from functools import cache, cached_property
from typing import TypeVar, cast

from monitor.diagnosis.case import Case
from monitor.diagnosis.harm import harm_of
from monitor.diagnosis.tables import OWN_FAILURES
from monitor.model.change import Change
from monitor.model.figures import FORECASTS, limits_exceeded
from monitor.model.incident import Onset
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

T = TypeVar("T")

# Slow and fast are relative to the check's own baseline, with a floor above scheduling noise.
SLOW_FACTOR = 3.0
SLOW_FLOOR_SECONDS = 0.5
FAST_WITHOUT_BASELINE_SECONDS = 0.5
SATURATED_RATIO = 0.9
CHANGE_WITHIN_SECONDS = 600.0
# A deploy is often reported a moment after it took effect.
CHANGE_REPORTED_LATE_SECONDS = 30.0
# What the last attempts do not show, older ones show no more.
MOST_ATTEMPTS = 12


class Scene:
    """Observations per component, what is slow, what fails with what; built per diagnosis."""

    def __init__(self, case: Case, now: datetime) -> None:
        self.case = case
        self.now = now
        self._checks: dict[str, list[str]] = {}
        self._made: dict[Hashable, object] = {}
        # Rules ask the same of the same components many times over.
        self.seen = cache(self._seen)
        self.latest = cache(self._latest)
        self.symptoms = cache(self._symptoms)
        self.is_troubled = cache(self._is_troubled)
        self._kinds = cache(self._kinds_told)
        for check in case.checks.values():
            self._checks.setdefault(check.component, []).append(check.name)

    def kind_of(self, component: str) -> ComponentKind:
        """Return what *component* is."""
        return self.case.graph.components[component].kind

    def components(self, *kinds: ComponentKind) -> tuple[str, ...]:
        """Return the names of all watched components of *kinds*."""
        return tuple(name for name in self._checks if self.kind_of(name) in kinds)

    def checks_of(self, component: str) -> tuple[str, ...]:
        """Return the names of the checks of *component*."""
        return tuple(self._checks.get(component, ()))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what *make* gives, made at the first time that *key* is asked for."""
        if key not in self._made:
            self._made[key] = make()
        # Whoever owns the key asks with one and the same function.
        return cast("T", self._made[key])

    def tells(self, component: str, kind: SignalKind) -> bool:
        """Whether a check of *component* reported *kind* in any of its last runs."""
        return kind in self._kinds(component)

    @cached_property
    def told(self) -> frozenset[SignalKind]:
        """The kinds of signals that any check reported in any of its last runs."""
        return frozenset[SignalKind]().union(*map(self._kinds, self._checks))

    def _kinds_told(self, component: str) -> frozenset[SignalKind]:
        return frozenset(
            signal.kind
            for check in self.checks_of(component)
            for each in self.case.recent.get(check, ())
            for signal in each.signals
        )

    def _seen(self, component: str) -> tuple[Observation, ...]:
        """Return what was seen of *component* in the present trouble, check by check.

        A spell that began before the failing component's onset is seen whole.
        """
        return tuple(
            each
            for check in self.checks_of(component)
            for each in self._since(check, self._start(check))
        )

    def _latest(self, component: str) -> tuple[Observation, ...]:
        """Return the last attempt of each check of *component*."""
        lasts = (
            next((each for each in reversed(self._recent(check)) if _counts(each)), None)
            for check in self.checks_of(component)
        )
        return tuple(each for each in lasts if each is not None)

    def _symptoms(self, component: str) -> tuple[Observation, ...]:
        """Return what was bad or slow of *component* in the present trouble."""
        return tuple(each for each in self.seen(component) if self.is_bad(each))

    def failed_with(
        self, component: str, kinds: Collection[FailureKind]
    ) -> tuple[Observation, ...]:
        """Return the failures of *component* that are of *kinds*."""
        return tuple(
            each
            for each in self.symptoms(component)
            if each.outcome is Outcome.FAILED
            and each.failure is not None
            and each.failure.kind in kinds
        )

    def _is_troubled(self, component: str) -> bool:
        """Whether *component* is confirmed bad or a last attempt on it was bad or slow.

        What failed on the monitor's side is no data.
        """
        confirmed = component in self.case.own and self.case.own[component].is_bad
        return confirmed or any(
            self.is_bad(each) and not is_ours(each) for each in self.latest(component)
        )

    def figures_at_fault(self, component: str) -> frozenset[SignalKind] | None:
        """Return the figures whose mild excess is all that is wrong; None where more is."""
        symptoms = self.symptoms(component)
        if not symptoms or any(each.outcome is not Outcome.DEGRADED for each in symptoms):
            return None
        if not all(exceeds_limit(each) for each in symptoms):
            return None
        return frozenset(kind for each in symptoms for kind in limits_exceeded(each))

    def is_forecast(self, component: str) -> bool:
        """Whether *component* does its work, and only a limit comes near."""
        figures = self.figures_at_fault(component)
        return figures is not None and figures <= FORECASTS

    def is_fresh_ok(self, component: str) -> bool:
        """Whether all checks of *component* did well after the onset.

        An ok older than the failure is no evidence.
        """
        latest = self.latest(component)
        return bool(latest) and all(self.is_fresh(each) and self.is_well(each) for each in latest)

    def is_fresh(self, observation: Observation) -> bool:
        """Whether *observation* is not older than the failure."""
        return observation.started_at >= self.case.onset.first_failure_at

    def is_bad(self, observation: Observation) -> bool:
        """Whether the target failed, or did its work much slower than usual."""
        return observation.outcome is not Outcome.OK or self.is_slow(observation)

    def is_well(self, observation: Observation) -> bool:
        """Whether the target did its work as usual and does not call itself saturated."""
        saturation = observation.signal(SignalKind.SATURATION_RATIO)
        saturated = saturation is not None and float(saturation) >= SATURATED_RATIO
        return not (self.is_bad(observation) or saturated)

    def is_slow(self, observation: Observation) -> bool:
        """Whether the run took much longer than the check's good runs do, or than it may."""
        failure = observation.failure
        if observation.outcome is Outcome.DEGRADED and not exceeds_limit(observation):
            return failure is None or failure.kind is FailureKind.THRESHOLD_EXCEEDED
        baseline = self.case.baselines.get(observation.check)
        if baseline is None:
            return False
        limit = max(SLOW_FACTOR * baseline, baseline + SLOW_FLOOR_SECONDS)
        return observation.duration_seconds >= limit

    def is_fast(self, observation: Observation) -> bool:
        """Whether an answer came about as quickly as a good one."""
        baseline = self.case.baselines.get(observation.check)
        if baseline is None:
            return observation.duration_seconds < FAST_WITHOUT_BASELINE_SECONDS
        return not self.is_slow(observation)

    def onset_of(self, component: str) -> Onset | None:
        """Return when the present trouble of *component* began, or None where it has none."""
        if component == self.case.component:
            return self.case.onset
        states = [
            state
            for check in self.checks_of(component)
            if (state := self.case.states.get(check)) is not None
        ]
        # What never worked says nothing of when.
        worked = [each for each in states if each.bad_since and not each.is_misconfigured]
        spells = [
            Onset(last_ok_at=each.last_ok_at, first_failure_at=each.bad_since)
            for each in worked or states
            if each.bad_since is not None
        ]
        return min(spells, key=lambda each: each.first_failure_at, default=None)

    def ever_worked(self, component: str) -> bool:
        """Whether a check of *component* succeeded once."""
        states = (self.case.states.get(check) for check in self.checks_of(component))
        return any(state is not None and state.ever_succeeded for state in states)

    def change_of(self, component: str) -> Change | None:
        """Return the last change of *component* shortly before the onset."""
        near = [
            each
            for each in self.case.changes
            if each.component == component and self._is_near(each)
        ]
        return max(near, key=lambda each: each.at, default=None)

    def began_together(self, one: str, other: str) -> bool:
        """Whether the troubles of two components began in overlapping intervals."""
        first, second = self.onset_of(one), self.onset_of(other)
        if first is None or second is None:
            return False
        return not (first.is_clearly_after(second) or second.is_clearly_after(first))

    def are_unrelated(self, one: str, other: str) -> bool:
        """Whether neither of two components needs the other."""
        graph = self.case.graph
        return (
            one != other and one not in graph.all_needs(other) and other not in graph.all_needs(one)
        )

    @cached_property
    def suspects(self) -> tuple[str, ...]:
        """Return the failing component and those dependencies that may explain it, deepest first.

        A dependency whose loss is made up for by another explains nothing.
        """
        graph, failing = self.case.graph, self.case.component
        troubled = {
            name
            for name in graph.all_needs(failing)
            if name in graph.components and self.is_troubled(name)
        }
        explaining = {name for name in troubled if self._explains(name, troubled)}
        return tuple(
            sorted({*explaining, failing}, key=lambda name: (len(graph.all_needs(name)), name))
        )

    def harm_of(self, component: str, down: Iterable[str]) -> int:
        """Return what the loss of *down* does to *component*: HARD, SOFT or nothing (0)."""
        return harm_of(self.case.graph, component, down)

    def _explains(self, name: str, troubled: set[str]) -> bool:
        failing = self.case.component
        if self.harm_of(failing, (name,)):
            return True
        others = troubled - {name}
        return self.harm_of(failing, troubled) > self.harm_of(failing, others)

    def _since(self, check: str, start: datetime) -> Iterator[Observation]:
        for each in self._recent(check):
            if each.started_at >= start and _counts(each):
                yield each

    def attempts(self, check: str) -> tuple[Observation, ...]:
        """Return the last attempts of *check*, oldest first."""
        return tuple(each for each in self._recent(check) if _counts(each))

    def _recent(self, check: str) -> tuple[Observation, ...]:
        return self.case.recent.get(check, ())[-MOST_ATTEMPTS:]

    def _start(self, check: str) -> datetime:
        onset = self.case.onset.first_failure_at
        state = self.case.states.get(check)
        began = state.bad_since if state is not None else None
        return onset if began is None else min(began, onset)

    def _is_near(self, change: Change) -> bool:
        before = (self.case.onset.first_failure_at - change.at).total_seconds()
        return -CHANGE_REPORTED_LATE_SECONDS <= before <= CHANGE_WITHIN_SECONDS


def exceeds_limit(observation: Observation) -> bool:
    """Whether it is a figure, and not the time it took, that lies beyond a limit."""
    return observation.signal(SignalKind.LIMIT_EXCEEDED) is not None


def is_ours(observation: Observation) -> bool:
    """Whether the monitor itself could not do its part."""
    return observation.failure is not None and observation.failure.kind in OWN_FAILURES


def _counts(observation: Observation) -> bool:
    return observation.outcome is not Outcome.MISSED
