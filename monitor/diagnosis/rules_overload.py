"""Why we believe that a server is overloaded: all it answers is late, its database is not."""

from monitor.diagnosis.facts import change_fact, facts, latencies, statuses
from monitor.diagnosis.figures import is_pressed_by
from monitor.diagnosis.finding import Finding
from monitor.diagnosis.hints import failure_kinds
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.shared import needs_what_fails, promises_return, saturated, says_maintenance
from monitor.diagnosis.suspect import Suspect, connected_quickly, status_of
from monitor.diagnosis.waiting import waits_for_what_hangs
from monitor.model.cause import Cause
from monitor.model.observation import Observation
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

SHED_RATIO = 0.02
MOSTLY = 0.6
_SHED_STATUSES = (429, 503)


def _is_strained(suspect: Suspect) -> bool:
    if suspect.kind is not ComponentKind.SERVER:
        return False
    return bool(suspect.slow or _shed(suspect)) or is_pressed_by(suspect)


def _shed(suspect: Suspect) -> tuple[Observation, ...]:
    """Return answers that turn work away without a time to come back."""
    return tuple(
        each
        for each in suspect.failures
        if status_of(each) in _SHED_STATUSES and not promises_return(each)
    )


def _saturation(suspect: Suspect) -> Finding | None:
    seen = saturated(suspect)
    if not seen or not _is_strained(suspect):
        return None
    return Finding(weight=0.7, subcause="cpu", facts=facts(SignalKind.SATURATION_RATIO, seen))


def _shedding(suspect: Suspect) -> Finding | None:
    seen = [
        each
        for each in suspect.with_signal(SignalKind.SHED_RATIO, *suspect.ground)
        if float(each.signal(SignalKind.SHED_RATIO) or 0) >= SHED_RATIO
    ]
    if not seen or not _is_strained(suspect):
        return None
    return Finding(weight=0.5, facts=facts(SignalKind.SHED_RATIO, seen))


def _queue(suspect: Suspect) -> Finding | None:
    seen = [
        each
        for each in suspect.with_signal(SignalKind.QUEUE_DEPTH, *suspect.ground)
        if float(each.signal(SignalKind.QUEUE_DEPTH) or 0) >= 1
    ]
    if not seen or not _is_strained(suspect):
        return None
    return Finding(weight=0.3, facts=facts(SignalKind.QUEUE_DEPTH, seen))


def _all_late(suspect: Suspect) -> Finding | None:
    """Everything on the server is late; one address alone says less than several."""
    if not _is_strained(suspect) or len(suspect.slow) < MOSTLY * len(suspect.symptoms):
        return None
    if suspect.answers:
        return None
    addresses = (suspect.scene.checks_of(name) for name in (*suspect.ground, *suspect.load))
    several = sum(len(each) for each in addresses) > 1
    seen = latencies(suspect.scene, suspect.slow)
    return Finding(weight=0.6 if several else 0.45, facts=seen)


def _all_shed(suspect: Suspect) -> Finding | None:
    shed = _shed(suspect)
    if suspect.kind is not ComponentKind.SERVER or not shed or suspect.answers:
        return None
    return Finding(weight=0.35, facts=facts(SignalKind.HTTP_STATUS, shed))


def _database_is_well(suspect: Suspect) -> Finding | None:
    scene = suspect.scene
    if not _is_strained(suspect) or not suspect.databases:
        return None
    if not all(scene.is_fresh_ok(each) for each in suspect.databases):
        return None
    seen = statuses(scene, SignalKind.DEPENDENCY_STATUS, suspect.databases)
    return Finding(weight=0.4, facts=seen)


def _connects_at_once(suspect: Suspect) -> Finding | None:
    seen = [each for each in suspect.slow if connected_quickly(each)]
    if suspect.kind is not ComponentKind.SERVER or not seen:
        return None
    return Finding(weight=0.2, facts=latencies(suspect.scene, seen))


def _something_answers_as_usual(suspect: Suspect) -> Finding | None:
    if suspect.kind is not ComponentKind.SERVER or not suspect.answers:
        return None
    # Where all answers are as usual, and only a figure is not, there is nothing to tell apart.
    if suspect.scene.figures_at_fault(suspect.component) is not None:
        return None
    return Finding(weight=0.7, facts=latencies(suspect.scene, suspect.answers))


def _after_database(suspect: Suspect) -> Finding | None:
    """Doubt, since requests that wait for a database that was bad before fill a server too."""
    scene = suspect.scene
    if suspect.kind is not ComponentKind.SERVER:
        return None
    earlier = (
        each
        for each in suspect.databases
        if scene.is_troubled(each)
        and not scene.is_forecast(each)
        and Suspect(scene, each).began_before(suspect.component)
    )
    seen = statuses(scene, SignalKind.DEPENDENCY_STATUS, earlier)
    return Finding(weight=0.5, facts=seen) if seen else None


def _changed_before(suspect: Suspect) -> Finding | None:
    """Doubt, since a new version can be slow by itself."""
    change = suspect.scene.change_of(suspect.component)
    if change is None:
        return None
    return Finding(weight=0.3, facts=(change_fact(change),))


RULES = (
    Rule(
        name="overload_failure",
        most=0.35,
        cause=Cause.SERVER_OVERLOAD,
        weigh=failure_kinds(Cause.SERVER_OVERLOAD),
        signals=(SignalKind.FAILURE_KIND,),
    ),
    Rule(
        name="server_saturated",
        most=0.7,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_saturation,
        signals=(SignalKind.SATURATION_RATIO,),
    ),
    Rule(
        name="server_sheds",
        most=0.5,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_shedding,
        signals=(SignalKind.SHED_RATIO,),
    ),
    Rule(
        name="server_queues",
        most=0.3,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_queue,
        signals=(SignalKind.QUEUE_DEPTH,),
    ),
    Rule(
        name="all_answers_late",
        most=0.6,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_all_late,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="all_answers_shed",
        most=0.35,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_all_shed,
        signals=(SignalKind.HTTP_STATUS,),
    ),
    Rule(
        name="database_is_well",
        most=0.4,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_database_is_well,
        signals=(SignalKind.DEPENDENCY_STATUS,),
    ),
    Rule(
        name="connects_at_once",
        most=0.2,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_connects_at_once,
        signals=(SignalKind.LATENCY_SECONDS,),
    ),
    Rule(
        name="something_answers_as_usual",
        most=0.7,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_something_answers_as_usual,
        signals=(SignalKind.LATENCY_SECONDS,),
        against=True,
    ),
    Rule(
        name="overload_needs_what_fails",
        most=0.85,
        cause=Cause.SERVER_OVERLOAD,
        weigh=needs_what_fails(0.85),
        signals=(SignalKind.DEPENDENCY_STATUS,),
        against=True,
    ),
    Rule(
        name="overload_after_database",
        most=0.5,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_after_database,
        signals=(SignalKind.DEPENDENCY_STATUS,),
        against=True,
    ),
    Rule(
        name="overload_waits_for_what_hangs",
        most=0.85,
        cause=Cause.SERVER_OVERLOAD,
        weigh=waits_for_what_hangs,
        signals=(SignalKind.SIBLING_STATUS,),
        against=True,
    ),
    Rule(
        name="overload_after_change",
        most=0.3,
        cause=Cause.SERVER_OVERLOAD,
        weigh=_changed_before,
        signals=(SignalKind.CHANGE,),
        against=True,
    ),
    Rule(
        name="overload_says_maintenance",
        most=0.7,
        cause=Cause.SERVER_OVERLOAD,
        weigh=says_maintenance(0.7),
        signals=(SignalKind.MAINTENANCE_MARKER, SignalKind.PROVIDER_CODE),
        against=True,
    ),
)
