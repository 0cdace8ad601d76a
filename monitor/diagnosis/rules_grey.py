"""What neither fails nor works: success by ratio, and figures that stop while all looks well."""

from collections.abc import Iterator
from itertools import groupby

from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.limit_hints import LIMIT_HINTS
from monitor.diagnosis.rule import Weigh, supports
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

# The fewest attempts whose ratio says anything, and how often failures must come back in them.
FEWEST_ATTEMPTS = 20
FEWEST_SPELLS = 3
PARTLY = (0.1, 0.9)
_ON_THE_WAY = frozenset({FailureKind.CONNECT_TIMEOUT, FailureKind.CONNECT_RESET})
# A figure that was always told, and is told no more by so many good runs, has stopped.
_ALWAYS = 5
_SILENT = 3
# What a target reports of itself all the time.
_STEADY = frozenset(LIMIT_HINTS) | {
    SignalKind.REQUEST_RATE,
    SignalKind.CONNECTIONS_USED_RATIO,
    SignalKind.LOCK_WAITERS,
    SignalKind.READ_ONLY,
    SignalKind.REPLICATION_ROLE,
}


def success_ratio(attempts: tuple[Observation, ...]) -> float | None:
    """Return the share of good ones among enough attempts; None where they fail in one piece."""
    counted = [each for each in attempts if each.outcome is not Outcome.MISSED]
    if len(counted) < FEWEST_ATTEMPTS:
        return None
    failed = [each.outcome is Outcome.FAILED for each in counted]
    spells = sum(bad for bad, _ in groupby(failed))
    ratio = 1 - sum(failed) / len(failed)
    return ratio if spells >= FEWEST_SPELLS and PARTLY[0] <= ratio <= PARTLY[1] else None


def _partly(weight: float, kind: ComponentKind) -> Weigh:
    """Return what weighs a target of *kind* that fails again and again, between good answers."""

    def weigh(suspect: Suspect) -> Finding | None:
        is_other = suspect.kind is not kind or _is_lost_on_the_way(suspect)
        seen = () if is_other else tuple(_ratios(suspect))
        return Finding(weight=weight, facts=seen) if seen else None

    return weigh


def _way_partly(suspect: Suspect) -> Finding | None:
    """Find connections that fail again and again, between good ones: a way with a hole in it."""
    seen = tuple(_ratios(suspect)) if _is_lost_on_the_way(suspect) else ()
    return Finding(weight=0.45, facts=seen) if seen else None


def _is_lost_on_the_way(suspect: Suspect) -> bool:
    kinds = {each.failure.kind for each in suspect.failures if each.failure is not None}
    return bool(kinds) and kinds <= _ON_THE_WAY


def _ratios(suspect: Suspect) -> Iterator[Fact]:
    for check in suspect.scene.checks_of(suspect.component):
        attempts = suspect.scene.case.recent.get(check, ())
        ratio = success_ratio(attempts)
        if ratio is not None:
            last = attempts[-1]
            yield Fact(
                signal=SignalKind.SUCCESS_RATIO,
                value=round(ratio, 3),
                component=suspect.component,
                check=check,
                at=last.started_at,
                detail=f"of the last {len(attempts)} attempts",
            )


def _stopped(*kinds: ComponentKind) -> Weigh:
    """Return what weighs figures that are told no more, while the check itself is green."""

    def weigh(suspect: Suspect) -> Finding | None:
        seen = tuple(_stopped_figures(suspect)) if suspect.kind in kinds else ()
        return Finding(weight=0.35, facts=seen) if seen else None

    return weigh


def _stopped_figures(suspect: Suspect) -> Iterator[Fact]:
    for check in suspect.scene.checks_of(suspect.component):
        good = [each for each in suspect.scene.case.recent.get(check, ()) if each.succeeded]
        told, late = good[:-_SILENT], good[-_SILENT:]
        if len(told) < _ALWAYS:
            continue
        always = frozenset.intersection(*(_steady_kinds(each) for each in told[-_ALWAYS:]))
        for kind in sorted(always - frozenset().union(*(_steady_kinds(each) for each in late))):
            yield Fact(
                signal=SignalKind.SIGNAL_STOPPED,
                value=kind.value,
                component=suspect.component,
                check=check,
                at=told[-1].started_at,
                detail="when it was last told",
            )


def _steady_kinds(observation: Observation) -> frozenset[SignalKind]:
    return frozenset(each.kind for each in observation.signals) & _STEADY


_PARTLY = {
    ComponentKind.SERVER: (Cause.APPLICATION_FAULT, "server_fails_in_part", 0.3),
    ComponentKind.DATABASE: (Cause.DATABASE_ANOMALY, "database_fails_in_part", 0.3),
    ComponentKind.THIRD_PARTY: (Cause.THIRD_PARTY_INTERFACE, "third_party_fails_in_part", 0.35),
}

RULES = (
    *(
        supports(
            cause,
            name,
            most,
            _partly(most, kind),
            SignalKind.SUCCESS_RATIO,
            subcause="partial",
        )
        for kind, (cause, name, most) in _PARTLY.items()
    ),
    supports(
        Cause.NETWORK_FAULT,
        "way_fails_in_part",
        0.45,
        _way_partly,
        SignalKind.SUCCESS_RATIO,
        subcause="loss",
    ),
    supports(
        Cause.DATABASE_ANOMALY,
        "database_figures_stopped",
        0.35,
        _stopped(ComponentKind.DATABASE),
        SignalKind.SIGNAL_STOPPED,
        subcause="silent",
    ),
    supports(
        Cause.APPLICATION_FAULT,
        "server_figures_stopped",
        0.35,
        _stopped(ComponentKind.SERVER),
        SignalKind.SIGNAL_STOPPED,
        subcause="silent",
    ),
)
