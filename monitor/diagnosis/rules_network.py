"""Why we believe that our network is at fault: ways fail, not targets."""

from collections.abc import Iterator

from monitor.diagnosis.facts import facts, latencies, statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.hints import failure_kinds
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.tables import NAME_FAILURES, PATH_FAILURES
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

_INSIDE = (ComponentKind.SERVER, ComponentKind.DATABASE)
# Two own processes that refuse may well have died together; two silent ones share a way.
_SILENT_WAYS = PATH_FAILURES - {FailureKind.CONNECT_REFUSED}


def _lost_with(suspect: Suspect) -> Iterator[str]:
    """Yield unrelated components whose way was lost at the same time."""
    scene = suspect.scene
    third_party = suspect.kind is ComponentKind.THIRD_PARTY
    kinds = (ComponentKind.THIRD_PARTY,) if third_party else tuple(ComponentKind)
    wanted = PATH_FAILURES if third_party else _SILENT_WAYS
    if not suspect.with_kind(wanted):
        return
    for each in scene.components(*kinds):
        if (
            scene.is_troubled(each)
            and scene.are_unrelated(each, suspect.component)
            and scene.failed_with(each, wanted)
            and scene.began_together(each, suspect.component)
        ):
            yield each


def _lost_together(suspect: Suspect) -> Finding | None:
    seen = statuses(suspect.scene, SignalKind.SIBLING_STATUS, _lost_with(suspect))
    if not seen:
        return None
    subcause = "dns" if suspect.with_kind(NAME_FAILURES) else ""
    return Finding(weight=0.75, subcause=subcause, facts=seen)


def _inside_is_well(suspect: Suspect) -> Finding | None:
    """Find third parties lost together while what is inside answers: the way out is cut."""
    if suspect.kind is not ComponentKind.THIRD_PARTY or not any(_lost_with(suspect)):
        return None
    scene = suspect.scene
    well = (each for each in scene.components(*_INSIDE) if scene.is_fresh_ok(each))
    seen = statuses(scene, SignalKind.SIBLING_STATUS, well)
    return Finding(weight=0.3, facts=seen) if seen else None


def _names_unanswered(suspect: Suspect) -> Finding | None:
    seen = [
        each
        for each in suspect.symptoms
        if each.signal(SignalKind.RESOLVE_RCODE) in ("SERVFAIL", "REFUSED")
    ]
    if not seen or suspect.kind is ComponentKind.THIRD_PARTY:
        return None
    return Finding(weight=0.3, subcause="dns", facts=facts(SignalKind.RESOLVE_RCODE, seen))


def _connects_in_steps(suspect: Suspect) -> Finding | None:
    """Find connections that stood only after a repeated packet: loss on the way."""
    seen = latencies(suspect.scene, suspect.slow_connections)
    if not seen:
        return None
    third_party = suspect.kind is ComponentKind.THIRD_PARTY
    return Finding(weight=0.35 if third_party else 0.6, facts=seen)


def _way_out_works(suspect: Suspect) -> Finding | None:
    """Doubt, since another third party answers: the way out is open."""
    scene = suspect.scene
    if suspect.kind is not ComponentKind.THIRD_PARTY or not suspect.failures:
        return None
    well = (
        each
        for each in scene.components(ComponentKind.THIRD_PARTY)
        if each != suspect.component and scene.is_fresh_ok(each)
    )
    seen = statuses(scene, SignalKind.SIBLING_STATUS, well)
    return Finding(weight=0.6, facts=seen) if seen else None


RULES = (
    Rule(
        name="network_failure",
        most=0.85,
        cause=Cause.NETWORK_FAULT,
        weigh=failure_kinds(Cause.NETWORK_FAULT),
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="ways_lost_together",
        most=0.75,
        cause=Cause.NETWORK_FAULT,
        weigh=_lost_together,
        signals=(SignalKind.SIBLING_STATUS,),
    ),
    Rule(
        name="inside_is_well",
        most=0.3,
        cause=Cause.NETWORK_FAULT,
        subcause="firewall",
        weigh=_inside_is_well,
        signals=(SignalKind.SIBLING_STATUS,),
    ),
    Rule(
        name="own_names_unanswered",
        most=0.3,
        cause=Cause.NETWORK_FAULT,
        weigh=_names_unanswered,
        signals=(SignalKind.RESOLVE_RCODE,),
    ),
    Rule(
        name="connects_in_steps",
        most=0.6,
        cause=Cause.NETWORK_FAULT,
        subcause="loss",
        weigh=_connects_in_steps,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="way_out_works",
        most=0.6,
        cause=Cause.NETWORK_FAULT,
        weigh=_way_out_works,
        signals=(SignalKind.SIBLING_STATUS,),
        against=True,
    ),
)
