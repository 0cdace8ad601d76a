"""The verdict: findings combined per cause and component, the best one if it is clearly best."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from math import prod

from monitor.diagnosis.case import Case
from monitor.diagnosis.facts import status_fact
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.harm import HARD, SOFT
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.rules import RULES, SIGNS_NEEDED
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.waiting import awaited
from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.signals import Evidence, SignalKind
from monitor.model.status import Status

ENOUGH = 0.5
MARGIN = 0.1
MOST_CANDIDATES = 5
LEAST_CONFIDENCE = 0.05
# Sureness grows with evidence and never becomes certainty.
MOST_CONFIDENCE = 0.99
LATER_WEIGHT = 0.7
SOFT_WEIGHT = 0.5
UNLIKE_WEIGHT = 0.7
NEVER_WORKED_WEIGHT = 0.5
FORECAST_WEIGHT = 0.8
_RULES = tuple((rule, rule.needs) for rule in RULES)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A rule with what it found at a suspect."""

    rule: Rule
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """A candidate with all that speaks for and against it."""

    candidate: Candidate
    evidence: tuple[Evidence, ...]
    may_be_verdict: bool


def diagnose(case: Case, now: datetime) -> Diagnosis:
    """Return why the component of *case* fails, as far as the evidence goes.

    Findings for a cause at a component combine by noisy-or, doubts multiply them down. The best
    candidate is the verdict when it is likely enough and clearly ahead of every other cause.
    """
    scene = Scene(case, now)
    accounts = [account for name in _suspects(scene) for account in _accounts(Suspect(scene, name))]
    ranked = sorted(accounts, key=lambda each: -each.candidate.confidence)[:MOST_CANDIDATES]
    candidates = tuple(each.candidate for each in ranked)
    best = _deepest_of_the_best(accounts)
    if best is None or not _is_clear(best, ranked):
        unknown = Diagnosis.unknown(case.component, candidates)
        evidence = tuple(item for each in ranked[:2] for item in each.evidence)
        return replace(unknown, evidence=evidence)
    return Diagnosis(
        cause=best.candidate.cause,
        subcause=best.candidate.subcause,
        confidence=best.candidate.confidence,
        component=best.candidate.component,
        evidence=best.evidence,
        candidates=(best.candidate, *(each for each in candidates if each != best.candidate)),
    )


def _suspects(scene: Scene) -> tuple[str, ...]:
    """Return who may be the seat: what explains the failure, and what that waits for."""
    explaining = scene.suspects
    slow = (suspect for each in explaining if (suspect := Suspect(scene, each)).slow)
    waited = (name for suspect in slow for name in awaited(suspect))
    return tuple(dict.fromkeys((*waited, *explaining)))


def _accounts(suspect: Suspect) -> Iterable[_Account]:
    """Yield an account of each cause that something speaks for at *suspect*."""
    told = suspect.scene.told
    found = [
        _Weighed(rule, finding)
        for rule, needs in _RULES
        # On most platforms nobody reports what most rules look for.
        if not (needs and needs.isdisjoint(told)) and (finding := rule.weigh(suspect)) is not None
    ]
    doubts = _doubts(suspect)
    for cause in Cause:
        mine = [each for each in found if each.rule.cause is cause]
        if any(not each.rule.against for each in mine):
            account = _account(suspect, cause, mine, doubts)
            if account.candidate.confidence >= LEAST_CONFIDENCE:
                yield account


def _account(
    suspect: Suspect, cause: Cause, found: list[_Weighed], doubts: tuple[Evidence, ...]
) -> _Account:
    speaking_for = [each for each in found if not each.rule.against]
    evidence = (*(item for each in found for item in _evidence(each)), *doubts)
    disbelief = prod(1 - each.finding.weight for each in speaking_for)
    doubt = prod(1 - each.finding.weight for each in found if each.rule.against)
    doubt *= prod(1 - each.weight for each in doubts)
    candidate = Candidate(
        cause=cause,
        subcause=_subcause(speaking_for),
        confidence=round(min((1 - disbelief) * doubt, MOST_CONFIDENCE), 3),
        component=suspect.component,
    )
    signs = {each.rule.sign for each in speaking_for}
    enough_signs = len(signs) >= SIGNS_NEEDED.get(cause, 1)
    return _Account(
        candidate=candidate,
        evidence=tuple(sorted(evidence, key=lambda each: (each.against, -each.weight))),
        may_be_verdict=enough_signs and candidate.confidence > ENOUGH,
    )


def _subcause(found: list[_Weighed]) -> str:
    """Return the finer label of the weightiest finding that has one."""
    named = [
        (each.finding.weight, each.finding.subcause or each.rule.subcause)
        for each in found
        if each.finding.subcause or each.rule.subcause
    ]
    return max(named, key=lambda each: each[0])[1] if named else ""


def _doubts(suspect: Suspect) -> tuple[Evidence, ...]:
    """Return what speaks against a dependency as the seat of any cause of this failure."""
    scene, name = suspect.scene, suspect.component
    failing = scene.case.component
    if name == failing:
        return ()
    fact = status_fact(scene, SignalKind.DEPENDENCY_STATUS, name)
    doubts: list[Evidence] = []
    onset = scene.onset_of(name)
    if onset is not None and onset.is_clearly_after(scene.case.onset):
        doubts.append(_doubt(fact, "began_later", LATER_WEIGHT))
    harm = scene.harm_of(failing, (name,))
    if harm == SOFT and scene.case.own.get(failing, Status.UNKNOWN).badness > 1:
        doubts.append(_doubt(fact, "only_a_soft_dependency", SOFT_WEIGHT))
    # A server that waits fills up, in the end to the queue of those that want to connect.
    waits = any(name in awaited(Suspect(scene, each)) for each in scene.suspects)
    if harm != HARD and not waits and not Suspect(scene, failing).is_explainable:
        doubts.append(_doubt(fact, "does_not_show_like_this", UNLIKE_WEIGHT))
    if scene.ever_worked(failing) and not scene.ever_worked(name):
        doubts.append(_doubt(fact, "never_worked", NEVER_WORKED_WEIGHT))
    if scene.is_forecast(name) and not scene.is_forecast(failing):
        doubts.append(_doubt(fact, "only_a_forecast", FORECAST_WEIGHT))
    return tuple(doubts)


def _doubt(fact: Fact, rule: str, weight: float) -> Evidence:
    return _as_evidence(fact, rule, weight, against=True)


def _evidence(weighed: _Weighed) -> Iterable[Evidence]:
    rule, finding = weighed.rule, weighed.finding
    for fact in finding.facts:
        yield _as_evidence(fact, rule.name, finding.weight, against=rule.against)


def _as_evidence(fact: Fact, rule: str, weight: float, *, against: bool) -> Evidence:
    return Evidence(
        signal=fact.signal,
        value=fact.value,
        component=fact.component,
        check=fact.check,
        at=fact.at,
        rule=rule,
        weight=weight,
        against=against,
        detail=fact.detail,
    )


def _deepest_of_the_best(accounts: list[_Account]) -> _Account | None:
    """Return the best account; of nearly equal ones of its cause, the one others depend on."""
    able = [each for each in accounts if each.may_be_verdict]
    if not able:
        return None
    best = max(able, key=lambda each: each.candidate.confidence)
    return next(
        each
        for each in able
        if each.candidate.cause is best.candidate.cause
        and each.candidate.confidence >= best.candidate.confidence - MARGIN
    )


def _is_clear(best: _Account, ranked: list[_Account]) -> bool:
    rivals = [
        each.candidate.confidence
        for each in ranked
        if each.candidate.cause is not best.candidate.cause
    ]
    return best.candidate.confidence >= max(rivals, default=0.0) + MARGIN
