"""Doubts that several causes share."""

from collections.abc import Iterable

from monitor.diagnosis.codes import MAINTENANCE_CODES
from monitor.diagnosis.facts import facts, statuses
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.harm import HARD
from monitor.diagnosis.rule import Weigh
from monitor.diagnosis.scene import SATURATED_RATIO
from monitor.diagnosis.suspect import Suspect, status_of
from monitor.model.observation import Observation
from monitor.model.signals import SignalKind

# A soft dependency explains a part of what is seen.
SOFT_SHARE = 0.6


def needs_what_fails(weight: float) -> Weigh:
    """Return the doubt that a needed component fails too, which may explain all that is seen."""

    def weigh(suspect: Suspect) -> Finding | None:
        failing = suspect.failing_needs
        harm = suspect.scene.harm_of(suspect.component, failing)
        if not harm or not suspect.is_explainable:
            return None
        seen = statuses(suspect.scene, SignalKind.DEPENDENCY_STATUS, failing)
        return Finding(weight=weight if harm == HARD else weight * SOFT_SHARE, facts=seen)

    return weigh


def credentials_rejected(weight: float) -> Weigh:
    """Return the doubt that nothing is seen but our credentials being turned down."""

    def weigh(suspect: Suspect) -> Finding | None:
        if not suspect.rejections or suspect.own_doing:
            return None
        return Finding(weight=weight, facts=facts(SignalKind.FAILURE_KIND, suspect.rejections))

    return weigh


def says_maintenance(weight: float) -> Weigh:
    """Return the doubt that the answer names maintenance or a time to come back, in good order."""

    def weigh(suspect: Suspect) -> Finding | None:
        marked = [each for each in suspect.failures if is_orderly(each)]
        if not marked:
            return None
        return Finding(weight=weight, facts=maintenance_facts(marked))

    return weigh


def is_orderly(observation: Observation) -> bool:
    """Whether an answer carries both signs of orderly maintenance."""
    return promises_return(observation) and is_marked(observation)


def promises_return(observation: Observation) -> bool:
    """Whether the answer is 503 with `Retry-After`."""
    return (
        status_of(observation) == 503
        and observation.signal(SignalKind.RETRY_AFTER_SECONDS) is not None
    )


def is_marked(observation: Observation) -> bool:
    """Whether the answer calls itself maintenance, by its words or by its code."""
    marker = observation.signal(SignalKind.MAINTENANCE_MARKER)
    return _is_coded(observation) or marker is not None


def maintenance_facts(marked: Iterable[Observation]) -> tuple[Fact, ...]:
    """Return how the answers in *marked* call themselves maintenance."""
    observations = [each for each in marked if is_marked(each)]
    coded = [each for each in observations if _is_coded(each)]
    if coded:
        return facts(SignalKind.PROVIDER_CODE, coded)
    return facts(SignalKind.MAINTENANCE_MARKER, observations)


def _is_coded(observation: Observation) -> bool:
    return str(observation.signal(SignalKind.PROVIDER_CODE)) in MAINTENANCE_CODES


def saturated(suspect: Suspect) -> tuple[Observation, ...]:
    """Return the attempts in which the suspect, or what it stands on, calls itself saturated."""
    kind = SignalKind.SATURATION_RATIO
    return tuple(
        each
        for each in suspect.with_signal(kind, *suspect.ground)
        if float(each.signal(kind) or 0) >= SATURATED_RATIO
    )
