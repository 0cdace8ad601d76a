"""Why a figure beyond its limit speaks for a cause: forecasts, replication, transactions."""

from collections.abc import Iterator

from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.limit_hints import LIMIT_HINTS
from monitor.diagnosis.rule import Rule, Weigh, supports
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.tables import Hint
from monitor.model.cause import Cause
from monitor.model.figures import limits_exceeded
from monitor.model.signals import SignalKind


def _beyond(cause: Cause) -> Weigh:
    """Return what weighs the figures that lie beyond their limits for *cause*."""

    def weigh(suspect: Suspect) -> Finding | None:
        best = max(_hits(suspect, cause), key=lambda each: each[0].weight, default=None)
        if best is None:
            return None
        hint, kind = best
        seen = [each for each in suspect.symptoms if kind in limits_exceeded(each)]
        return Finding(weight=hint.weight, subcause=hint.subcause, facts=facts(kind, seen))

    return weigh


def _hits(suspect: Suspect, cause: Cause) -> Iterator[tuple[Hint, SignalKind]]:
    for each in suspect.symptoms:
        for kind in sorted(limits_exceeded(each)):
            hint = LIMIT_HINTS.get(kind, {}).get(suspect.kind)
            if hint and hint.cause is cause:
                yield hint, kind


def _rule(cause: Cause, name: str) -> Rule:
    found = [
        (hint, kind)
        for kind, hints in LIMIT_HINTS.items()
        for hint in hints.values()
        if hint.cause is cause
    ]
    kinds = dict.fromkeys(kind for _, kind in found)
    most = max(hint.weight for hint, _ in found)
    return supports(cause, name, most, _beyond(cause), *kinds)


RULES = (
    _rule(Cause.DATABASE_ANOMALY, "database_figure_beyond_limit"),
    _rule(Cause.SERVER_OVERLOAD, "load_figure_beyond_limit"),
    _rule(Cause.APPLICATION_FAULT, "own_figure_beyond_limit"),
    _rule(Cause.THIRD_PARTY_INTERFACE, "third_party_figure_beyond_limit"),
    _rule(Cause.NETWORK_FAULT, "network_figure_beyond_limit"),
)
