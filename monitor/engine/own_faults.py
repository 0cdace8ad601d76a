"""What is wrong with the monitor itself, and how runs tell it."""

from collections.abc import Collection, Iterable

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.status.confirmation import forget_failure

# Failures of ours: no descriptors, no ports, or a bug. They are no data about the target.
OWN_FAILURES = frozenset({FailureKind.LOCAL_RESOURCE, FailureKind.PROBE_BUG})


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
