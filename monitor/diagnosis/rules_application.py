"""Why we believe that our own software is at fault: a change, a crash, a certificate, a secret."""

from monitor.diagnosis.facts import change_fact, facts, latencies, statuses
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.hints import database_codes, failure_kinds
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.shared import needs_what_fails, saturated, says_maintenance
from monitor.diagnosis.suspect import Suspect, speaks_of_us, status_of
from monitor.model.cause import Cause
from monitor.model.observation import Observation, Stage
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

# What one status says of our own server. 503 and 504 speak of load or of what is behind, and
# 401, 403 and 429 of who asks.
_STATUS_HINTS = {500: (0.55, ""), 501: (0.55, "config"), 502: (0.5, "crash")}
_OTHER_STATUS = (0.4, "config")
_FROM_BEHIND = frozenset({502, 503, 504})
_SAYS_LITTLE = frozenset({401, 403, 429, 503, 504})


def _wrong_answers(suspect: Suspect) -> tuple[Observation, ...]:
    """Return errors of our own server that came as quickly as its good answers."""
    if suspect.kind is not ComponentKind.SERVER:
        return ()
    return tuple(
        each
        for each in suspect.failures
        if status_of(each) >= 400
        and status_of(each) not in _SAYS_LITTLE
        and suspect.scene.is_fast(each)
    )


def _errors_come_fast(suspect: Suspect) -> Finding | None:
    wrong = _wrong_answers(suspect)
    if not wrong:
        return None
    weight, subcause = max(_STATUS_HINTS.get(status_of(each), _OTHER_STATUS) for each in wrong)
    return Finding(weight=weight, subcause=subcause, facts=facts(SignalKind.HTTP_STATUS, wrong))


def _changed_before(suspect: Suspect) -> Finding | None:
    change = suspect.scene.change_of(suspect.component)
    if change is None or not suspect.symptoms or suspect.kind is ComponentKind.THIRD_PARTY:
        return None
    weight = 0.7 if suspect.failures else 0.45
    return Finding(weight=weight, subcause=change.kind, facts=(change_fact(change),))


def _process_is_alive(suspect: Suspect) -> Finding | None:
    """Errors beside answers as usual: some of the software is broken, not the server."""
    if not _wrong_answers(suspect) or not suspect.answers:
        return None
    return Finding(weight=0.4, facts=latencies(suspect.scene, suspect.answers))


def _database_is_not_it(suspect: Suspect) -> Finding | None:
    scene = suspect.scene
    if not _wrong_answers(suspect) or not suspect.databases:
        return None
    if not all(scene.is_fresh_ok(each) for each in suspect.databases):
        return None
    seen = statuses(scene, SignalKind.DEPENDENCY_STATUS, suspect.databases)
    return Finding(weight=0.4, facts=seen)


def _credentials(suspect: Suspect) -> Finding | None:
    """Nothing but rejections: our credential, clock or allow-list, before their login service."""
    if not suspect.rejections or suspect.own_doing:
        return None
    coded = [each for each in suspect.rejections if speaks_of_us(each)]
    if coded:
        told = coded[-1].signal(SignalKind.PROVIDER_CODE) is not None
        kind = SignalKind.PROVIDER_CODE if told else SignalKind.TOKEN_FAULT
        return Finding(weight=0.85, facts=facts(kind, coded))
    refused = [each for each in suspect.rejections if status_of(each)]
    if not refused:
        return None
    weight = 0.75 if any(status_of(each) == 401 for each in refused) else 0.55
    return Finding(weight=weight, facts=facts(SignalKind.HTTP_STATUS, refused))


def _works_without_credentials(suspect: Suspect) -> Finding | None:
    if not suspect.rejections or suspect.own_doing or not suspect.answers:
        return None
    return Finding(weight=0.3, facts=latencies(suspect.scene, suspect.answers))


def _journey_fails(suspect: Suspect) -> Finding | None:
    """Find a journey that is answered wrongly at one of its steps: it was reached, and answers."""
    if suspect.kind is not ComponentKind.SERVER:
        return None
    stopped = [
        each
        for each in suspect.failures
        if each.signal(SignalKind.FAILED_STEP) is not None
        and each.stage is Stage.BUSINESS
        and status_of(each) not in _SAYS_LITTLE
    ]
    return Finding(weight=0.3, facts=facts(SignalKind.FAILED_STEP, stopped)) if stopped else None


def _server_is_saturated(suspect: Suspect) -> Finding | None:
    seen = saturated(suspect)
    if not seen or not suspect.is_explainable:
        return None
    return Finding(weight=0.6, facts=facts(SignalKind.SATURATION_RATIO, seen))


def _all_is_late(suspect: Suspect) -> Finding | None:
    """Late answers everywhere are load sooner than a broken path through the code."""
    if suspect.kind is not ComponentKind.SERVER or not suspect.is_explainable:
        return None
    if suspect.answers or len(suspect.slow) * 2 < len(suspect.symptoms):
        return None
    return Finding(weight=0.4, facts=latencies(suspect.scene, suspect.slow))


def _passes_on(suspect: Suspect) -> Finding | None:
    """Doubt, since errors of a gateway come with a party that the same services need."""
    wrong, scene = suspect.server_errors, suspect.scene
    if suspect.kind is not ComponentKind.SERVER or not wrong or len(wrong) < len(suspect.failures):
        return None
    if not all(status_of(each) in _FROM_BEHIND for each in wrong):
        return None
    served = scene.case.graph.all_needed_by(suspect.component)
    parties = (
        each
        for each in scene.components(ComponentKind.THIRD_PARTY)
        if scene.case.graph.all_needed_by(each) & served and scene.is_troubled(each)
    )
    seen = statuses(scene, SignalKind.SIBLING_STATUS, parties)
    return Finding(weight=0.6, facts=seen) if seen else None


RULES = (
    Rule(
        name="application_failure",
        most=0.9,
        cause=Cause.APPLICATION_FAULT,
        weigh=failure_kinds(Cause.APPLICATION_FAULT),
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="database_rejects_or_misses_us",
        most=0.9,
        cause=Cause.APPLICATION_FAULT,
        weigh=database_codes(Cause.APPLICATION_FAULT),
        signals=(SignalKind.SQLSTATE, SignalKind.DRIVER_CODE),
    ),
    Rule(
        name="errors_come_fast",
        most=0.55,
        cause=Cause.APPLICATION_FAULT,
        weigh=_errors_come_fast,
        signals=(SignalKind.HTTP_STATUS,),
    ),
    Rule(
        name="changed_before",
        most=0.7,
        cause=Cause.APPLICATION_FAULT,
        weigh=_changed_before,
        signals=(SignalKind.CHANGE,),
    ),
    Rule(
        name="process_is_alive",
        most=0.4,
        cause=Cause.APPLICATION_FAULT,
        weigh=_process_is_alive,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="database_is_not_it",
        most=0.4,
        cause=Cause.APPLICATION_FAULT,
        weigh=_database_is_not_it,
        signals=(SignalKind.DEPENDENCY_STATUS,),
    ),
    Rule(
        name="credentials_rejected",
        most=0.85,
        cause=Cause.APPLICATION_FAULT,
        subcause="credential",
        weigh=_credentials,
        signals=(SignalKind.PROVIDER_CODE, SignalKind.TOKEN_FAULT, SignalKind.HTTP_STATUS),
    ),
    Rule(
        name="works_without_credentials",
        most=0.3,
        cause=Cause.APPLICATION_FAULT,
        subcause="credential",
        weigh=_works_without_credentials,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="journey_is_answered_wrongly",
        most=0.3,
        cause=Cause.APPLICATION_FAULT,
        weigh=_journey_fails,
        signals=(SignalKind.FAILED_STEP,),
    ),
    Rule(
        name="application_needs_what_fails",
        most=0.85,
        cause=Cause.APPLICATION_FAULT,
        weigh=needs_what_fails(0.85),
        signals=(SignalKind.DEPENDENCY_STATUS,),
        against=True,
    ),
    Rule(
        name="application_passes_on",
        most=0.6,
        cause=Cause.APPLICATION_FAULT,
        weigh=_passes_on,
        signals=(SignalKind.SIBLING_STATUS,),
        against=True,
    ),
    Rule(
        name="application_says_maintenance",
        most=0.7,
        cause=Cause.APPLICATION_FAULT,
        weigh=says_maintenance(0.7),
        signals=(SignalKind.MAINTENANCE_MARKER, SignalKind.PROVIDER_CODE),
        against=True,
    ),
    Rule(
        name="application_but_saturated",
        most=0.6,
        cause=Cause.APPLICATION_FAULT,
        weigh=_server_is_saturated,
        signals=(SignalKind.SATURATION_RATIO,),
        against=True,
    ),
    Rule(
        name="application_but_all_late",
        most=0.4,
        cause=Cause.APPLICATION_FAULT,
        weigh=_all_is_late,
        signals=(SignalKind.LATENCY_SECONDS,),
        against=True,
    ),
)
