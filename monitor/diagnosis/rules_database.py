"""Why we believe that the database is at fault: it says so itself, and what needs no data works."""

from monitor.diagnosis.facts import facts, latencies, statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.hints import database_codes, failure_kinds, names_cause
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.shared import credentials_rejected, needs_what_fails
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

CONNECTIONS_NEARLY_USED = 0.95
_LATE = (FailureKind.QUERY_TIMEOUT, FailureKind.WRITE_TIMEOUT, FailureKind.RESPONSE_TIMEOUT)


def _is_sick_database(suspect: Suspect) -> bool:
    return suspect.kind is ComponentKind.DATABASE and bool(suspect.own_doing)


def _lock_waiters(suspect: Suspect) -> Finding | None:
    waiting = [
        each
        for each in suspect.with_signal(SignalKind.LOCK_WAITERS)
        if float(each.signal(SignalKind.LOCK_WAITERS) or 0) > 0
    ]
    if not waiting or not (suspect.slow or suspect.failures):
        return None
    held = suspect.with_signal(SignalKind.BLOCKING_SESSIONS)
    seen = facts(SignalKind.LOCK_WAITERS, waiting) + facts(SignalKind.BLOCKING_SESSIONS, held)
    return Finding(weight=0.85, facts=seen)


def _read_only(suspect: Suspect) -> Finding | None:
    seen = [each for each in suspect.symptoms if each.signal(SignalKind.READ_ONLY)]
    return Finding(weight=0.8, facts=facts(SignalKind.READ_ONLY, seen)) if seen else None


def _reads_but_does_not_write(suspect: Suspect) -> Finding | None:
    seen = [
        each
        for each in suspect.symptoms
        if each.signal(SignalKind.READ_OK) is True and each.signal(SignalKind.WRITE_OK) is False
    ]
    if not seen:
        return None
    told = facts(SignalKind.WRITE_OK, seen) + facts(SignalKind.READ_OK, seen)
    return Finding(weight=0.5, facts=told)


def _connections_used(suspect: Suspect) -> Finding | None:
    seen = [
        each
        for each in suspect.with_signal(SignalKind.CONNECTIONS_USED_RATIO)
        if float(each.signal(SignalKind.CONNECTIONS_USED_RATIO) or 0) >= CONNECTIONS_NEARLY_USED
    ]
    if not seen or not suspect.symptoms:
        return None
    return Finding(weight=0.5, facts=facts(SignalKind.CONNECTIONS_USED_RATIO, seen))


def _slow(suspect: Suspect) -> Finding | None:
    if suspect.kind is not ComponentKind.DATABASE or not suspect.slow:
        return None
    return Finding(weight=0.6, facts=latencies(suspect.scene, suspect.slow))


def _connects_but_stalls(suspect: Suspect) -> Finding | None:
    """Find a listener that answers beside a login or query that does not: hung, not gone."""
    if not _is_sick_database(suspect) or not suspect.with_kind(_LATE):
        return None
    well = [each for each in suspect.bystanders if each.component == suspect.component]
    return Finding(weight=0.3, facts=facts(SignalKind.STAGE_REACHED, well)) if well else None


def _dependants_work_without_it(suspect: Suspect) -> Finding | None:
    """Find a server that fails with its database, while it answers what needs no data."""
    if not _is_sick_database(suspect):
        return None
    scene = suspect.scene
    for name in sorted(scene.case.graph.all_needed_by(suspect.component)):
        if name not in scene.case.graph.components or not scene.is_troubled(name):
            continue
        dependant = Suspect(scene, name)
        if dependant.answers:
            seen = facts(SignalKind.STAGE_REACHED, dependant.answers)
            said = facts(SignalKind.HTTP_STATUS, dependant.server_errors)
            return Finding(weight=0.5, facts=(*seen, *said))
    return None


def _late_after_dependants(suspect: Suspect) -> Finding | None:
    """Doubt, since a database that grew slow after its servers did may suffer with them."""
    scene, name = suspect.scene, suspect.component
    if suspect.failures or not suspect.slow:
        return None
    earlier = (
        each
        for each in sorted(scene.case.graph.all_needed_by(name))
        if each in scene.case.graph.components
        and Suspect(scene, each).began_before(name)
        and Suspect(scene, each).slow
    )
    seen = statuses(scene, SignalKind.SIBLING_STATUS, earlier)
    return Finding(weight=0.5, facts=seen) if seen else None


def _answers_that_it_is_us(suspect: Suspect) -> Finding | None:
    """Doubt, since a server that says what is wrong with the question works."""
    told = [each for each in suspect.failures if names_cause(each, Cause.APPLICATION_FAULT)]
    if suspect.kind is not ComponentKind.DATABASE or not told or len(told) < len(suspect.failures):
        return None
    kind = SignalKind.SQLSTATE if told[0].signal(SignalKind.SQLSTATE) else SignalKind.DRIVER_CODE
    return Finding(weight=0.6, facts=facts(kind, told))


RULES = (
    Rule(
        name="database_failure",
        most=0.85,
        cause=Cause.DATABASE_ANOMALY,
        weigh=failure_kinds(Cause.DATABASE_ANOMALY),
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="database_code",
        most=0.95,
        cause=Cause.DATABASE_ANOMALY,
        weigh=database_codes(Cause.DATABASE_ANOMALY),
        signals=(SignalKind.SQLSTATE, SignalKind.DRIVER_CODE),
    ),
    Rule(
        name="database_lock_waiters",
        most=0.85,
        cause=Cause.DATABASE_ANOMALY,
        subcause="lock",
        weigh=_lock_waiters,
        signals=(SignalKind.LOCK_WAITERS, SignalKind.BLOCKING_SESSIONS),
    ),
    Rule(
        name="database_read_only",
        most=0.8,
        cause=Cause.DATABASE_ANOMALY,
        subcause="read_only",
        weigh=_read_only,
        signals=(SignalKind.READ_ONLY,),
    ),
    Rule(
        name="database_reads_but_does_not_write",
        most=0.5,
        cause=Cause.DATABASE_ANOMALY,
        weigh=_reads_but_does_not_write,
        signals=(SignalKind.WRITE_OK, SignalKind.READ_OK),
    ),
    Rule(
        name="database_connections_used",
        most=0.5,
        cause=Cause.DATABASE_ANOMALY,
        subcause="connections",
        weigh=_connections_used,
        signals=(SignalKind.CONNECTIONS_USED_RATIO,),
    ),
    Rule(
        name="database_slow",
        most=0.6,
        cause=Cause.DATABASE_ANOMALY,
        subcause="slow",
        weigh=_slow,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="database_connects_but_stalls",
        most=0.3,
        cause=Cause.DATABASE_ANOMALY,
        weigh=_connects_but_stalls,
        signals=(SignalKind.STAGE_REACHED,),
    ),
    Rule(
        name="dependants_work_without_database",
        most=0.5,
        cause=Cause.DATABASE_ANOMALY,
        weigh=_dependants_work_without_it,
        signals=(SignalKind.STAGE_REACHED, SignalKind.HTTP_STATUS),
    ),
    Rule(
        name="database_late_after_dependants",
        most=0.5,
        cause=Cause.DATABASE_ANOMALY,
        weigh=_late_after_dependants,
        signals=(SignalKind.SIBLING_STATUS,),
        against=True,
    ),
    Rule(
        name="database_rejects_credentials",
        most=0.9,
        cause=Cause.DATABASE_ANOMALY,
        weigh=credentials_rejected(0.9),
        signals=(SignalKind.FAILURE_KIND,),
        against=True,
    ),
    Rule(
        name="database_answers_that_it_is_us",
        most=0.6,
        cause=Cause.DATABASE_ANOMALY,
        weigh=_answers_that_it_is_us,
        signals=(SignalKind.SQLSTATE, SignalKind.DRIVER_CODE),
        against=True,
    ),
    Rule(
        name="database_needs_what_fails",
        most=0.6,
        cause=Cause.DATABASE_ANOMALY,
        weigh=needs_what_fails(0.6),
        signals=(SignalKind.DEPENDENCY_STATUS,),
        against=True,
    ),
)
