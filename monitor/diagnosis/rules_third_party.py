"""Why we believe that a third party is at fault: it alone fails, and not for our credentials."""

from collections.abc import Iterator
from itertools import islice

from monitor.diagnosis.codes import QUOTA_CODES, VAGUE_CODES
from monitor.diagnosis.facts import facts, latencies, statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.hints import failure_kinds
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.shared import credentials_rejected, says_maintenance
from monitor.diagnosis.suspect import Suspect, speaks_of_us, status_of
from monitor.diagnosis.tables import PATH_FAILURES
from monitor.model.cause import Cause
from monitor.model.platform import ComponentKind
from monitor.model.provider import ProviderClass
from monitor.model.signals import SignalKind

_OWN = (ComponentKind.SERVER, ComponentKind.DATABASE)
_THEIR_CLASSES = frozenset(each for each in ProviderClass if each.is_theirs)
# That it is late is not enough to say so in public: what else is known of the way must agree.
_SLOW_WEIGHT = 0.45
_STATUS_HINTS = {404: (0.45, "contract"), 410: (0.55, "contract"), 429: (0.5, "quota")}


def _is_sick(suspect: Suspect) -> bool:
    """Whether a third party does badly of itself; a quota may be ours to keep."""
    return suspect.kind is ComponentKind.THIRD_PARTY and any(
        status_of(each) != 429 for each in suspect.own_doing
    )


def _others(suspect: Suspect) -> Iterator[str]:
    for each in suspect.scene.components(ComponentKind.THIRD_PARTY):
        if suspect.scene.are_unrelated(each, suspect.component):
            yield each


def _status(suspect: Suspect) -> Finding | None:
    if suspect.kind is not ComponentKind.THIRD_PARTY:
        return None
    if suspect.server_errors:
        seen = facts(SignalKind.HTTP_STATUS, suspect.server_errors)
        return Finding(weight=0.65, subcause="down", facts=seen)
    for status, (weight, subcause) in _STATUS_HINTS.items():
        seen = facts(
            SignalKind.HTTP_STATUS, [each for each in suspect.failures if status_of(each) == status]
        )
        if seen:
            return Finding(weight=weight, subcause=subcause, facts=seen)
    return None


def _code(suspect: Suspect) -> Finding | None:
    if suspect.kind is not ComponentKind.THIRD_PARTY:
        return None
    theirs = [
        each
        for each in suspect.failures
        if each.signal(SignalKind.PROVIDER_CODE) is not None and not speaks_of_us(each)
    ]
    if not theirs:
        return None
    last = theirs[-1]
    code, word = str(last.signal(SignalKind.PROVIDER_CODE)), last.signal(SignalKind.PROVIDER_CLASS)
    seen = facts(SignalKind.PROVIDER_CODE, theirs)
    if code in QUOTA_CODES or word == ProviderClass.QUOTA:
        return Finding(weight=0.5, subcause="quota", facts=seen)
    if word in _THEIR_CLASSES:
        return Finding(weight=0.6, subcause="down", facts=seen)
    return Finding(weight=0.3 if code in VAGUE_CODES else 0.5, facts=seen)


def _contract(suspect: Suspect) -> Finding | None:
    seen = [
        each for each in suspect.failures if each.signal(SignalKind.CONTRACT_VIOLATION) is not None
    ]
    if suspect.kind is not ComponentKind.THIRD_PARTY or not seen:
        return None
    broken = facts(SignalKind.CONTRACT_VIOLATION, seen)
    return Finding(weight=0.6, facts=(*broken, *facts(SignalKind.HTTP_STATUS, seen)))


def _slow(suspect: Suspect) -> Finding | None:
    if suspect.kind is not ComponentKind.THIRD_PARTY or not suspect.slow:
        return None
    return Finding(weight=_SLOW_WEIGHT, facts=latencies(suspect.scene, suspect.slow))


def _alone(suspect: Suspect) -> Finding | None:
    """Find another third party that is well, so that our way out is too."""
    scene = suspect.scene
    if not _is_sick(suspect):
        return None
    well = (each for each in _others(suspect) if scene.is_fresh_ok(each))
    seen = statuses(scene, SignalKind.SIBLING_STATUS, well)
    return Finding(weight=0.5, facts=seen) if seen else None


def _own_things_are_well(suspect: Suspect) -> Finding | None:
    scene = suspect.scene
    if not _is_sick(suspect):
        return None
    mine = [
        each
        for each in scene.components(*_OWN)
        if scene.are_unrelated(each, suspect.component)
        or not scene.harm_of(each, (suspect.component,))
    ]
    if any(scene.is_troubled(each) for each in mine):
        return None
    well = (each for each in mine if scene.is_fresh_ok(each))
    seen = statuses(scene, SignalKind.SIBLING_STATUS, well)
    # What else stands out there, such as a canary, speaks for the way.
    ways = (each for each in scene.components(ComponentKind.NETWORK) if scene.is_fresh_ok(each))
    seen += statuses(scene, SignalKind.SIBLING_STATUS, islice(ways, 1))
    return Finding(weight=0.3, facts=seen) if seen else None


def _others_unreachable_too(suspect: Suspect) -> Finding | None:
    """Find unrelated third parties lost at the same time: it is the way, not they."""
    if not suspect.with_kind(PATH_FAILURES):
        return None
    scene = suspect.scene
    lost = (each for each in _struck(suspect) if scene.failed_with(each, PATH_FAILURES))
    seen = statuses(scene, SignalKind.SIBLING_STATUS, lost)
    return Finding(weight=0.75, facts=seen) if seen else None


def _others_late_too(suspect: Suspect) -> Finding | None:
    """Find unrelated third parties that grew slow together: they share a way, not a fault."""
    if not suspect.slow:
        return None
    scene = suspect.scene
    late = (each for each in _struck(suspect) if Suspect(scene, each).slow)
    seen = statuses(scene, SignalKind.SIBLING_STATUS, late)
    return Finding(weight=0.5, facts=seen) if seen else None


def _struck(suspect: Suspect) -> Iterator[str]:
    """Yield the other third parties whose trouble began together with the suspect's."""
    scene = suspect.scene
    for each in _others(suspect):
        if scene.is_troubled(each) and scene.began_together(each, suspect.component):
            yield each


RULES = (
    Rule(
        name="third_party_failure",
        most=0.85,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=failure_kinds(Cause.THIRD_PARTY_INTERFACE),
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="third_party_status",
        most=0.65,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=_status,
        signals=(SignalKind.HTTP_STATUS,),
    ),
    Rule(
        name="third_party_code",
        most=0.6,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=_code,
        signals=(SignalKind.PROVIDER_CODE,),
    ),
    Rule(
        name="third_party_breaks_contract",
        most=0.6,
        cause=Cause.THIRD_PARTY_INTERFACE,
        subcause="contract",
        weigh=_contract,
        signals=(SignalKind.CONTRACT_VIOLATION, SignalKind.HTTP_STATUS),
    ),
    Rule(
        name="third_party_slow",
        most=_SLOW_WEIGHT,
        cause=Cause.THIRD_PARTY_INTERFACE,
        subcause="slow",
        weigh=_slow,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="third_party_alone",
        most=0.5,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=_alone,
        signals=(SignalKind.SIBLING_STATUS,),
    ),
    Rule(
        name="own_things_are_well",
        most=0.3,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=_own_things_are_well,
        signals=(SignalKind.SIBLING_STATUS,),
    ),
    Rule(
        name="third_party_rejects_credentials",
        most=0.85,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=credentials_rejected(0.85),
        signals=(SignalKind.FAILURE_KIND,),
        against=True,
    ),
    Rule(
        name="other_third_parties_unreachable",
        most=0.75,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=_others_unreachable_too,
        signals=(SignalKind.SIBLING_STATUS,),
        against=True,
    ),
    Rule(
        name="other_third_parties_late",
        most=0.5,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=_others_late_too,
        signals=(SignalKind.SIBLING_STATUS,),
        against=True,
    ),
    Rule(
        name="third_party_says_maintenance",
        most=0.7,
        cause=Cause.THIRD_PARTY_INTERFACE,
        weigh=says_maintenance(0.7),
        signals=(SignalKind.MAINTENANCE_MARKER, SignalKind.PROVIDER_CODE),
        against=True,
    ),
)
