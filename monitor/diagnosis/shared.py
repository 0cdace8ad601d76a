"""Doubts that several causes share."""

from monitor.diagnosis.facts import facts, status_fact
from monitor.diagnosis.hints import Weigh
from monitor.diagnosis.rule import Finding
from monitor.diagnosis.scene import SATURATED_RATIO
from monitor.diagnosis.suspect import Suspect, status_of
from monitor.model.observation import Observation
from monitor.model.signals import SignalKind


def needs_what_fails(weight: float) -> Weigh:
    """Return the doubt that a needed component fails too, which may explain all that is seen."""

    def weigh(suspect: Suspect) -> Finding | None:
        if not suspect.failing_needs or not suspect.is_explainable:
            return None
        seen = tuple(
            status_fact(suspect.scene, SignalKind.DEPENDENCY_STATUS, each)
            for each in suspect.failing_needs
        )
        return Finding(weight=weight, facts=seen)

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
        return Finding(weight=weight, facts=facts(SignalKind.MAINTENANCE_MARKER, marked))

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
    """Whether the answer calls itself a maintenance page."""
    return bool(observation.signal(SignalKind.MAINTENANCE_MARKER))


def saturated(suspect: Suspect) -> tuple[Observation, ...]:
    """Return the attempts in which the suspect, or what it stands on, calls itself saturated."""
    kind = SignalKind.SATURATION_RATIO
    return tuple(
        each
        for each in suspect.with_signal(kind, *suspect.ground)
        if float(each.signal(kind) or 0) >= SATURATED_RATIO
    )
