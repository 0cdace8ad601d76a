"""What is wrong with the monitor itself: how runs tell it, and the verdict that it is."""

from collections.abc import Collection, Iterable

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import Evidence, SignalKind
from monitor.status.confirmation import forget_failure

# Failures of ours: no descriptors, no ports, or a bug. They are no data about the target.
OWN_FAILURES = frozenset({FailureKind.LOCAL_RESOURCE, FailureKind.PROBE_BUG})
# Stands where a component's name does.
MONITOR = "monitor"
# A fault of ours is seen, not guessed.
CONFIDENCE = 0.95
MOST_EVIDENCE = 4


def is_own(observation: Observation) -> bool:
    """Whether a run failed for reasons of the monitor's own."""
    return observation.failure is not None and observation.failure.kind in OWN_FAILURES


class OwnFailures:
    """The checks whose last run failed for reasons of the monitor's own."""

    def __init__(self) -> None:
        self._checks: set[str] = set()

    def see(self, observation: Observation) -> bool:
        """Take in one run; returns whether it failed for a reason of ours."""
        is_ours = is_own(observation)
        (self._checks.add if is_ours else self._checks.discard)(observation.check)
        return is_ours

    def keep(self, checks: Collection[str]) -> None:
        """Forget the checks that are no more."""
        self._checks.intersection_update(checks)

    def __bool__(self) -> bool:
        return bool(self._checks)


def is_isolated(memory: Memory) -> bool | None:
    """Whether every canary failed in its last run; None while one of them has not run.

    Where people muted them all, nobody says so.
    """
    canaries = [memory.recent[name] for name in memory.canaries()]
    if not all(canaries):
        return None
    return bool(canaries) and all(each[-1].outcome is Outcome.FAILED for each in canaries)


def take_back_failures(memory: Memory, draft: Draft, witnesses: Iterable[str]) -> None:
    """Forget the failures seen since a check of *witnesses* last worked: that time is unknown.

    They may be confirmed before the last canary has run. What failed before stays.
    """
    seen = (memory.states[name].last_ok_at for name in witnesses)
    sight = max((each for each in seen if each is not None), default=None)
    for name, state in memory.states.items():
        if state.bad_since is not None and (sight is None or state.bad_since > sight):
            memory.states[name] = forgotten = forget_failure(state, draft.now)
            draft.tell_check(forgotten)
            memory.moved.add(state.component)


def own_verdict(fault: MonitorFault, lost: Iterable[Observation]) -> Diagnosis:
    """Return the verdict that *fault* is; *lost* are runs that failed for want of names."""
    kind = fault.kind.value
    nameless = fault.kind is FaultKind.RESOLVER
    evidence = tuple(_evidence(each) for each in lost) if nameless else ()
    candidate = Candidate(
        cause=Cause.MONITOR_FAULT, subcause=kind, confidence=CONFIDENCE, component=MONITOR
    )
    return Diagnosis(
        cause=Cause.MONITOR_FAULT,
        subcause=kind,
        confidence=CONFIDENCE,
        component=MONITOR,
        evidence=evidence[:MOST_EVIDENCE],
        candidates=(candidate,),
    )


def _evidence(observation: Observation) -> Evidence:
    failure = observation.failure
    return Evidence(
        signal=SignalKind.FAILURE_KIND,
        value=failure.kind.value if failure is not None else "",
        component=observation.component,
        check=observation.check,
        at=observation.started_at,
        rule="no_name_resolves",
        weight=CONFIDENCE,
        detail=failure.detail if failure is not None else "",
    )
