"""The rules that read the tables: each cause takes what a failure kind or a code says of it."""

from collections.abc import Iterable, Iterator

from monitor.diagnosis.codes import driver_hint, sqlstate_hint
from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.rule import Weigh
from monitor.diagnosis.scene import exceeds_limit
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.tables import FAILURE_HINTS, Hint
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import SignalKind

_Hit = tuple[Hint, SignalKind, Observation]


def failure_kinds(cause: Cause) -> Weigh:
    """Return what weighs the kinds of a suspect's failures for *cause*."""

    def weigh(suspect: Suspect) -> Finding | None:
        return _strongest(
            (hint, SignalKind.FAILURE_KIND, each)
            for each in suspect.symptoms
            if each.failure is not None and not _is_weighed_elsewhere(each)
            for hint in FAILURE_HINTS[each.failure.kind].get(suspect.kind, ())
            if hint.cause is cause
        )

    return weigh


def _is_weighed_elsewhere(observation: Observation) -> bool:
    # How late an answer is, the rules about latency weigh, and others what figure is beyond its
    # limit; once is enough.
    failure = observation.failure
    exceeded = failure is not None and failure.kind is FailureKind.THRESHOLD_EXCEEDED
    return exceeded and (observation.outcome is Outcome.DEGRADED or exceeds_limit(observation))


def database_codes(cause: Cause) -> Weigh:
    """Return what weighs SQLSTATEs and driver codes for *cause*."""

    def weigh(suspect: Suspect) -> Finding | None:
        return _strongest(
            hit for each in suspect.symptoms for hit in _code_hits(each) if hit[0].cause is cause
        )

    return weigh


def names_cause(observation: Observation, cause: Cause) -> bool:
    """Whether the code of a database or cache speaks of *cause*."""
    return any(hint.cause is cause for hint, _, _ in _code_hits(observation))


def _code_hits(observation: Observation) -> Iterator[_Hit]:
    sqlstate = observation.signal(SignalKind.SQLSTATE)
    if sqlstate is not None and (hint := sqlstate_hint(sqlstate)):
        yield hint, SignalKind.SQLSTATE, observation
    driver = observation.signal(SignalKind.DRIVER_CODE)
    if driver is not None and (hint := driver_hint(driver)):
        yield hint, SignalKind.DRIVER_CODE, observation


def _strongest(hits: Iterable[_Hit]) -> Finding | None:
    """Return the strongest hint, with the observations that gave it."""
    found = list(hits)
    if not found:
        return None
    best = max((hint for hint, _, _ in found), key=lambda each: each.weight)
    signal = next(signal for hint, signal, _ in found if hint == best)
    seen = [each for hint, kind, each in found if hint == best and kind is signal]
    return Finding(weight=best.weight, subcause=best.subcause, facts=facts(signal, seen))
