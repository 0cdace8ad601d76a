"""Third parties that falter together: what comes and goes at strangers at once is the way."""

from datetime import datetime

from monitor.diagnosis.facts import statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.rule import doubts, supports
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

Span = tuple[datetime, datetime]
# What lost packets look like, besides answers that are late.
_LOST = frozenset(
    {
        FailureKind.CONNECT_TIMEOUT,
        FailureKind.CONNECT_RESET,
        FailureKind.RESPONSE_TIMEOUT,
        FailureKind.RESPONSE_RESET,
    }
)
# One late answer is chance.
_FEWEST = 2


def _faltering(scene: Scene, component: str) -> Span | None:
    """Return from when to when attempts came late or not at all, with others between that did not.

    What comes and goes has no onset that could be compared: the next attempt is a throw of dice.
    """
    seen = [each for check in scene.checks_of(component) for each in scene.attempts(check)]
    bad = [each for each in seen if scene.is_bad(each)]
    if len(bad) < _FEWEST or not all(_is_lost(scene, each) for each in bad):
        return None
    times = sorted(each.started_at for each in bad)
    recovers = any(not scene.is_bad(each) and each.started_at > times[0] for each in seen)
    return (times[0], times[-1]) if recovers else None


def _is_lost(scene: Scene, observation: Observation) -> bool:
    kind = observation.failure.kind if observation.failure is not None else None
    if observation.outcome is Outcome.FAILED:
        return kind in _LOST
    return scene.is_slow(observation)


def _strangers_falter(suspect: Suspect) -> Finding | None:
    scene, name = suspect.scene, suspect.component
    mine = _faltering(scene, name) if suspect.kind is ComponentKind.THIRD_PARTY else None
    if mine is None:
        return None
    others = (
        each
        for each in scene.components(ComponentKind.THIRD_PARTY)
        if scene.are_unrelated(each, name)
        and (theirs := _faltering(scene, each)) is not None
        and theirs[0] <= mine[1]
        and mine[0] <= theirs[1]
    )
    seen = statuses(scene, S.SIBLING_STATUS, others)
    return Finding(weight=0.75, facts=seen) if seen else None


RULES = (
    supports(
        Cause.NETWORK_FAULT,
        "strangers_falter_together",
        0.75,
        _strangers_falter,
        S.SIBLING_STATUS,
        subcause="loss",
    ),
    doubts(
        Cause.THIRD_PARTY_INTERFACE,
        "third_party_falters_with_strangers",
        0.75,
        _strangers_falter,
        S.SIBLING_STATUS,
    ),
)
