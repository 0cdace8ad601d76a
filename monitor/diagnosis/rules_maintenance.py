"""Why we believe that it is maintenance: a window says so, or the target does, in good order."""

from monitor.diagnosis.facts import change_fact, facts
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.shared import maintenance_facts, promises_return, saturated
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.maintenance import WindowSource
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

_SHUTTING_DOWN = ("57P01", "57P03")
# One orderly sign is a guess; two are a verdict.
_WEIGHTS = {1: 0.3, 2: 0.85, 3: 0.92}


def _window(suspect: Suspect) -> Finding | None:
    window = suspect.scene.case.excusing
    if window is None or suspect.component != suspect.scene.case.component:
        return None
    is_theirs = window.source is WindowSource.THIRD_PARTY
    return _covered(0.97, suspect, "third_party" if is_theirs else "planned")


def _window_explains(suspect: Suspect) -> Finding | None:
    """Doubt every other cause: what is broken during the work is the work."""
    return _covered(0.85, suspect)


def _covered(weight: float, suspect: Suspect, subcause: str = "") -> Finding | None:
    window, scene = suspect.scene.case.excusing, suspect.scene
    if window is None:
        return None
    seen = Fact(
        signal=SignalKind.WINDOW,
        value=window.id,
        component=scene.case.component,
        check="",
        at=scene.now,
        detail=f"{window.start.isoformat()} to {window.end.isoformat()}",
    )
    return Finding(weight=weight, subcause=subcause, facts=(seen,))


def _orderly_signs(suspect: Suspect) -> Finding | None:
    """Count independent signs of orderly work: a page, a time to come back, a clean stop."""
    signs = [
        facts(SignalKind.RETRY_AFTER_SECONDS, filter(promises_return, suspect.failures)),
        maintenance_facts(suspect.failures),
        facts(SignalKind.SQLSTATE, filter(_stops_cleanly, suspect.failures)),
    ]
    seen = [each for each in signs if each]
    if not seen:
        return None
    if change := suspect.scene.change_of(suspect.component):
        seen.append((change_fact(change),))
    third_party = suspect.kind is ComponentKind.THIRD_PARTY
    return Finding(
        weight=_WEIGHTS[min(len(seen), 3)],
        subcause="third_party" if third_party else "unannounced",
        facts=tuple(fact for sign in seen for fact in sign),
    )


def _is_saturated(suspect: Suspect) -> Finding | None:
    """Doubt, since a server that sheds load may name a time to come back as well."""
    seen = saturated(suspect)
    return Finding(weight=0.6, facts=facts(SignalKind.SATURATION_RATIO, seen)) if seen else None


def _stops_cleanly(observation: Observation) -> bool:
    return observation.signal(SignalKind.SQLSTATE) in _SHUTTING_DOWN


RULES = (
    Rule(
        name="window_covers",
        most=0.97,
        cause=Cause.MAINTENANCE,
        weigh=_window,
        signals=(SignalKind.WINDOW,),
    ),
    *(
        Rule(
            name=f"window_explains_{cause.value}",
            most=0.85,
            cause=cause,
            weigh=_window_explains,
            signals=(SignalKind.WINDOW,),
            against=True,
        )
        for cause in (
            Cause.SERVER_OVERLOAD,
            Cause.DATABASE_ANOMALY,
            Cause.THIRD_PARTY_INTERFACE,
            Cause.NETWORK_FAULT,
            Cause.APPLICATION_FAULT,
        )
    ),
    Rule(
        name="orderly_signs",
        most=0.92,
        cause=Cause.MAINTENANCE,
        weigh=_orderly_signs,
        signals=(
            SignalKind.RETRY_AFTER_SECONDS,
            SignalKind.MAINTENANCE_MARKER,
            SignalKind.PROVIDER_CODE,
            SignalKind.SQLSTATE,
            SignalKind.CHANGE,
        ),
    ),
    Rule(
        name="maintenance_but_saturated",
        most=0.6,
        cause=Cause.MAINTENANCE,
        weigh=_is_saturated,
        signals=(SignalKind.SATURATION_RATIO,),
        against=True,
    ),
)
