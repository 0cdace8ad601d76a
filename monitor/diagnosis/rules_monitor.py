"""Why we believe that the monitor is at fault, not the world: what it lacks, or who blocks it."""

from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.hints import failure_kinds
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.tables import CLOCK_FAILURES, NAME_FAILURES
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind, Observation
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

_LOCAL_ERRNOS = frozenset({"EMFILE", "ENFILE", "EADDRNOTAVAIL", "EADDRINUSE", "ENOBUFS", "ENOMEM"})


def _local_errno(suspect: Suspect) -> Finding | None:
    seen = [each for each in suspect.failures if each.signal(SignalKind.ERRNO) in _LOCAL_ERRNOS]
    if not seen:
        return None
    return Finding(weight=0.9, facts=facts(SignalKind.ERRNO, seen))


def _clock_storm(suspect: Suspect) -> Finding | None:
    """Certificates of unrelated hosts that expire in one moment do so on our clock."""
    seen = _shared_by_strangers(suspect, CLOCK_FAILURES)
    return Finding(weight=0.85, facts=facts(SignalKind.FAILURE_KIND, seen)) if seen else None


def _no_name_resolves(suspect: Suspect) -> Finding | None:
    """Every name fails, while no name is known to resolve: it is the resolver we ask."""
    seen = _shared_by_strangers(suspect, NAME_FAILURES)
    if not seen or _some_name_resolves(suspect):
        return None
    return Finding(weight=0.9, facts=facts(SignalKind.FAILURE_KIND, seen))


def _probe_is_blocked(suspect: Suspect) -> Finding | None:
    """Find a firewall's challenge: the edge lives and does not like our probe."""
    marked = [each for each in suspect.failures if each.signal(SignalKind.WAF_MARKER) is not None]
    if not marked or len(marked) < len(suspect.failures):
        return None
    return Finding(weight=0.6, facts=facts(SignalKind.WAF_MARKER, marked))


def _shared_by_strangers(
    suspect: Suspect, kinds: frozenset[FailureKind]
) -> tuple[Observation, ...]:
    """Return failures of *kinds* where the suspect shares them with somebody else's host.

    Two of our own may share a zone or a certificate; a third party and we do not.
    """
    mine, scene = suspect.with_kind(kinds), suspect.scene
    if not mine:
        return ()
    strangers = (
        name
        for name in scene.components(*ComponentKind)
        if name != suspect.component
        and ComponentKind.THIRD_PARTY in (suspect.kind, scene.kind_of(name))
        and scene.failed_with(name, kinds)
        and scene.began_together(name, suspect.component)
    )
    other = next(strangers, None)
    return () if other is None else (*mine, *scene.failed_with(other, kinds))


def _some_name_resolves(suspect: Suspect) -> bool:
    scene = suspect.scene
    return any(
        scene.is_fresh(each) and each.signal(SignalKind.RESOLVE_RCODE) == "NOERROR"
        for name in scene.components(*ComponentKind)
        for each in scene.latest(name)
    )


RULES = (
    Rule(
        name="monitor_failure",
        most=0.95,
        cause=Cause.MONITOR_FAULT,
        weigh=failure_kinds(Cause.MONITOR_FAULT),
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="monitor_lacks_resources",
        most=0.9,
        cause=Cause.MONITOR_FAULT,
        subcause="local_resource",
        weigh=_local_errno,
        signals=(SignalKind.ERRNO,),
    ),
    Rule(
        name="unrelated_certificates_expire",
        most=0.85,
        cause=Cause.MONITOR_FAULT,
        subcause="clock",
        weigh=_clock_storm,
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="no_name_resolves",
        most=0.9,
        cause=Cause.MONITOR_FAULT,
        subcause="resolver",
        weigh=_no_name_resolves,
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="probe_is_blocked",
        most=0.6,
        cause=Cause.MONITOR_FAULT,
        subcause="probe_blocked",
        weigh=_probe_is_blocked,
        signals=(SignalKind.WAF_MARKER,),
    ),
    *(
        Rule(
            name=f"clock_doubts_{cause.value}",
            most=0.85,
            cause=cause,
            weigh=_clock_storm,
            signals=(SignalKind.FAILURE_KIND,),
            against=True,
        )
        for cause in (Cause.APPLICATION_FAULT, Cause.THIRD_PARTY_INTERFACE)
    ),
    Rule(
        name="resolver_doubts_network",
        most=0.9,
        cause=Cause.NETWORK_FAULT,
        weigh=_no_name_resolves,
        signals=(SignalKind.FAILURE_KIND,),
        against=True,
    ),
)
