"""Incidents brought in line with what fails now; level-triggered, so a restart catches up."""

from dataclasses import replace
from datetime import datetime

from monitor.diagnosis.verdict import diagnose
from monitor.engine.cases import case_of, excusing_window
from monitor.engine.harm import backdated, began_to_hurt, failing_of, harm_of, hurts_from
from monitor.engine.memory import Memory
from monitor.engine.overrun import overrun_diagnosis, overrunning_window
from monitor.incidents import transitions, work
from monitor.incidents.identity import (
    ComponentFailure,
    Relation,
    incident_id,
    left_behind,
    relate,
    relate_by_verdict,
)
from monitor.maintenance.scope import scope
from monitor.model.cause import Diagnosis
from monitor.model.check import Check
from monitor.model.incident import Incident, IncidentStatus, Onset, Origin
from monitor.model.maintenance import WindowStatus
from monitor.model.observation import Outcome
from monitor.model.status import CheckState, Status
from monitor.status.confirmation import confirmed_after, is_suspect

# Bound on the wait for a dependency's verdict before its dependant opens an incident.
MAX_WAIT_SECONDS = 10.0


def reconcile(memory: Memory, now: datetime) -> None:
    """Attach every confirmed failure to its incident, and let incidents recover and end."""
    for name in sorted(memory.bad_since, key=memory.graph.position):
        _place(memory, name, now)
    for incident in list(memory.incidents.values()):
        if not incident.status.is_ended:
            memory.incidents[incident.id] = _proceed(memory, incident, now)


def is_gone(memory: Memory, incident: Incident) -> bool:
    """Whether nothing is left of what *incident* is about."""
    if incident.origin is Origin.PERSON:
        return not memory.knows((*incident.components, *incident.services))
    return not memory.checks_of.get(incident.root)


def _place(memory: Memory, name: str, now: datetime) -> None:
    if _is_member(memory, name):
        return
    onset = _counted_onset(memory, name, now)
    if excusing_window(memory, name, onset, now) is not None or _must_wait(memory, name, now):
        return
    window = overrunning_window(memory, name)
    # What a window explained until now is no incident before now.
    seen_at = max(memory.bad_since.get(name, now), onset.first_failure_at)
    confirmed_at = now if window else seen_at
    failure = ComponentFailure(
        component=name, onset=onset, confirmed_at=confirmed_at, window=window.id if window else None
    )
    if _join(memory, failure, _relations(memory, failure)):
        return
    previous = left_behind(failure, list(memory.incidents.values()))
    if previous is not None:
        if not _confirmed_anew(memory, name, previous):
            return
        failure = replace(failure, confirmed_at=now)
    follows = previous.id if previous else None
    if window is not None:
        verdict = overrun_diagnosis(window, name, now)
        opened = transitions.open_overrun(failure, verdict, window.end, follows)
    else:
        verdict = diagnose(case_of(memory, name, now), now)
        if _join(memory, failure, _relations_by_verdict(memory, failure, verdict, now)):
            return
        opened = transitions.open_incident(failure, verdict, follows)
    opened = replace(_with_free_id(memory, opened), harmless=name in memory.unfelt)
    memory.incidents[opened.id] = opened


def _with_free_id(memory: Memory, opened: Incident) -> Incident:
    """Return *opened* with an id of its own, for one that began like it may be over.

    So it is where a part of an overrunning window recovers and another one does not.
    """
    while opened.id in memory.incidents:
        opened = replace(opened, id=incident_id(opened.id, opened.confirmed_at))
    return opened


def _relations(memory: Memory, failure: ComponentFailure) -> list[tuple[Incident, Relation]]:
    return [
        (incident, relation)
        for incident in memory.incidents.values()
        if (relation := relate(failure, incident, memory.graph)) is not None
    ]


def _relations_by_verdict(
    memory: Memory, failure: ComponentFailure, verdict: Diagnosis, now: datetime
) -> list[tuple[Incident, Relation]]:
    """Return the open incidents that the evidence, and not the graph, joins with *failure*."""
    return [
        (incident, relation)
        for incident in memory.incidents.values()
        if incident.status is IncidentStatus.OPEN
        and incident.origin is Origin.PROBES
        and (
            relation := relate_by_verdict(
                failure, verdict, incident, _present_verdict(memory, incident, failure, now)
            )
        )
    ]


def _present_verdict(
    memory: Memory, incident: Incident, failure: ComponentFailure, now: datetime
) -> Diagnosis:
    """Return the verdict on *incident* as of now if *failure* may have changed it.

    What was told of an incident gives way to a better verdict less easily.
    """
    if incident.root not in memory.graph.companions(failure.component):
        return incident.diagnosis
    return diagnose(case_of(memory, incident.root, now), now)


def _join(
    memory: Memory, failure: ComponentFailure, related: list[tuple[Incident, Relation]]
) -> bool:
    """Attach *failure* to the incidents it belongs to; False where it belongs to none."""
    direct = [each for each in related if each[1] in (Relation.IMPACT, Relation.OVERRUN)]
    chosen = direct or sorted(related, key=lambda each: each[0].started_at)[:1]
    for incident, relation in chosen:
        joined = transitions.join(incident, failure, relation)
        if relation is Relation.NEW_ROOT:
            verdict = diagnose(
                case_of(memory, joined.root, failure.confirmed_at), failure.confirmed_at
            )
            joined = backdated(memory, transitions.diagnose_new_root(joined, verdict))
        memory.incidents[incident.id] = joined
    return bool(chosen)


def _proceed(memory: Memory, incident: Incident, now: datetime) -> Incident:
    if is_gone(memory, incident):
        return transitions.withdraw(incident, now)
    if incident.origin is Origin.PERSON:
        return work.classify(incident, now)
    return work.classify(_follow_probes(memory, incident, now), now)


def _follow_probes(memory: Memory, incident: Incident, now: datetime) -> Incident:
    known = [each for each in incident.components if each in memory.graph.components]
    failing = failing_of(memory, incident)
    recovered = {
        each: memory.recovery_of(each, incident.started_at, now)
        for each in known
        if memory.own[each] is Status.OPERATIONAL
    }
    incident = transitions.note_recoveries(incident, recovered, failing)
    incident = transitions.note_stability(incident, unstable=memory.is_unstable(incident.root))
    if incident.harmless and not memory.unfelt.issuperset(failing):
        felt = [each for each in failing if each not in memory.unfelt]
        failed_from = min(began_to_hurt(memory, each, now) for each in felt)
        incident = replace(incident, harmless=False, failed_from=failed_from)
    if incident.status is IncidentStatus.OPEN:
        affected = harm_of(memory, incident)
        broken = any(memory.own[each] is not Status.DEGRADED for each in failing)
        is_first = affected and not incident.impact
        since = hurts_from(memory, incident, affected, now) if is_first else now
        incident = transitions.note_impact(
            incident, affected, memory.graph, now, failing=broken, since=since
        )
    # A root that flaps is not told as recovered and failed again, over and over: when it has
    # become steady, the next look tells how its state differs from the last one that was told.
    if incident.unstable or memory.own[incident.root] is not Status.OPERATIONAL:
        return incident
    if incident.status is IncidentStatus.OPEN:
        # What no longer shows because a person muted it has not recovered, and is not told so.
        if memory.is_silenced(incident.root):
            return transitions.withdraw(incident, now)
        return transitions.start_watch(incident, recovered[incident.root], now)
    over = transitions.is_watch_over(incident, memory.configuration.watch, now)
    return transitions.resolve(incident, now) if over and _is_clean(memory, incident) else incident


def _is_member(memory: Memory, name: str) -> bool:
    return any(
        incident.status is IncidentStatus.OPEN
        and incident.origin is not Origin.PERSON
        and name in incident.components
        for incident in memory.incidents.values()
    )


def _is_clean(memory: Memory, incident: Incident) -> bool:
    """Whether the root did well in the last rounds, without an exception that it minds."""
    rounds = memory.configuration.watch.clean_rounds
    states = [each for each in memory.states_of(incident.root) if not each.is_misconfigured]
    bad = [
        state
        for state in states
        if any(mark.outcome is not Outcome.OK for mark in state.marks[-rounds:])
    ]
    return len(bad) < memory.graph.components[incident.root].fails_when.threshold(len(states))


def _counted_onset(memory: Memory, name: str, now: datetime) -> Onset:
    """Return the onset, moved to the end of a window that explained the failure until then."""
    onset = memory.onset_of(name, now)
    ends = [
        window.actual_end
        for window in memory.windows.values()
        if window.status is WindowStatus.COMPLETED
        and window.actual_end is not None
        and window.actual_start is not None
        and window.actual_start <= onset.first_failure_at < window.actual_end
        and name in scope(window, memory.graph)
    ]
    if not ends:
        return onset
    return Onset(last_ok_at=onset.last_ok_at, first_failure_at=max(ends))


def _confirmed_anew(memory: Memory, name: str, previous: Incident) -> bool:
    after = previous.monitoring_at or previous.updated_at
    return any(
        confirmed_after(memory.states[check], after, memory.checks[check].confirmation)
        for check in memory.heard(name)
    )


def _must_wait(memory: Memory, name: str, now: datetime) -> bool:
    """Whether a verdict is still out that an incident opened now might have to take back.

    That of a dependency decides which is the root: it is told by the graph, not by luck. That of
    a canary decides whether it is the monitor that fails, and that of another check of the
    component how bad it is.
    """
    began = memory.onset_of(name, now).first_failure_at
    waited = (now - memory.bad_since.get(name, now)).total_seconds()
    return any(
        _is_worth_waiting(memory.checks[check], waited)
        and (is_suspect(memory.states[check]) or _is_older(memory.states[check], began))
        for check in memory.evidence_on(name)
    ) or any(
        _is_worth_waiting(memory.checks[check], waited) and is_suspect(memory.states[check])
        for check in memory.heard(name)
    )


def _is_worth_waiting(check: Check, waited_seconds: float) -> bool:
    retry = check.confirmation.retry_after_seconds or 0.0
    # Less than nothing is a clock that was set back: nobody waits until it has caught up.
    return 0 <= waited_seconds <= min(MAX_WAIT_SECONDS, 2 * check.timeout_seconds + retry)


def _is_older(state: CheckState, began: datetime) -> bool:
    return state.last_seen_at is not None and state.last_seen_at < began
