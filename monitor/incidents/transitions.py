"""The life of an incident: total functions that return it changed, with the reason to tell."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.incidents.identity import ComponentFailure, Relation, incident_id
from monitor.incidents.impact import merge_impact, severity_of
from monitor.model.cause import Cause, Diagnosis
from monitor.model.configuration import WatchPolicy
from monitor.model.graph import Graph
from monitor.model.incident import Incident, IncidentStatus, Member, Origin, Severity
from monitor.model.status import Status

# A later verdict must be clearly better before it replaces a published one.
CAUSE_MARGIN = 0.1


class Change(StrEnum):
    """Why others are told of an incident; the first matching reason is told."""

    OPENED = "opened"
    NEW_ROOT = "new_root"
    RELAPSED = "relapsed"
    RECOVERED = "recovered"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    UNSTABLE = "unstable"
    STEADY = "steady"
    CAUSE = "cause"
    SEVERITY = "severity"
    SCOPE = "scope"


def open_incident(
    failure: ComponentFailure, diagnosis: Diagnosis, follows: str | None = None
) -> Incident:
    """Return a new incident with one member and no impact yet."""
    member = _member(failure)
    started_at = failure.onset.first_failure_at
    return Incident(
        id=incident_id(failure.component, started_at),
        status=IncidentStatus.OPEN,
        severity=Severity.MINOR,
        root=failure.component,
        members=(member,),
        impact=(),
        diagnosis=diagnosis,
        started_at=started_at,
        confirmed_at=failure.confirmed_at,
        updated_at=failure.confirmed_at,
        follows=follows,
    )


def open_overrun(
    failure: ComponentFailure, diagnosis: Diagnosis, since: datetime, follows: str | None = None
) -> Incident:
    """Return the incident of an overrunning window, which began at the planned *since*."""
    incident = open_incident(failure, diagnosis, follows)
    identity = incident_id(f"window:{failure.window}", since)
    return replace(
        incident, id=identity, origin=Origin.OVERRUN, window=failure.window, started_at=since
    )


def join(incident: Incident, failure: ComponentFailure, relation: Relation) -> Incident:
    """Return *incident* with the component of *failure* as a member, related as found."""
    others = tuple(each for each in incident.members if each.component != failure.component)
    joined = replace(incident, members=(*others, _member(failure)))
    if relation is Relation.NEW_ROOT:
        started_at = min(incident.started_at, failure.onset.first_failure_at)
        return replace(joined, root=failure.component, started_at=started_at)
    if relation is Relation.RELAPSE:
        return replace(
            incident,
            status=IncidentStatus.OPEN,
            members=tuple(replace(each, recovered_at=None) for each in incident.members),
            recovered_at=None,
            monitoring_at=None,
            relapses=incident.relapses + 1,
        )
    return joined


def diagnose_again(incident: Incident, diagnosis: Diagnosis) -> Incident:
    """Return *incident* with a better verdict: surer, fresher of the same cause, or of a new root.

    A cause once named is not given up for a weaker guess, so that published words do not flap. A
    finer label of the same cause gives way to one with half the doubt; fresher evidence counts
    under either.
    """
    present = incident.diagnosis
    if present.cause is Cause.UNKNOWN:
        return replace(incident, diagnosis=diagnosis)
    if diagnosis.cause is not present.cause:
        surer = diagnosis.confidence >= present.confidence + CAUSE_MARGIN
        is_better = diagnosis.cause is not Cause.UNKNOWN and surer
        return replace(incident, diagnosis=diagnosis) if is_better else incident
    if diagnosis.confidence < present.confidence:
        return incident
    halves_the_doubt = 2 * (1 - diagnosis.confidence) <= 1 - present.confidence
    keeps_label = present.subcause and not halves_the_doubt
    finer = present.subcause if keeps_label else diagnosis.subcause
    return replace(incident, diagnosis=replace(diagnosis, subcause=finer))


def diagnose_new_root(incident: Incident, diagnosis: Diagnosis) -> Incident:
    """Return *incident*, whose root was just found deeper, with the verdict on that root."""
    if diagnosis.cause is Cause.UNKNOWN:
        return incident
    return replace(incident, diagnosis=diagnosis)


def note_impact(
    incident: Incident,
    affected: Mapping[str, Status],
    graph: Graph,
    now: datetime,
    *,
    failing: bool = True,
    since: datetime | None = None,
) -> Incident:
    """Return *incident* with its present impact; severity only rises."""
    severity = max(incident.severity, severity_of(affected, graph), key=lambda each: each.rank)
    impact = merge_impact(incident, affected, now, failing=failing, since=since)
    return replace(incident, impact=impact, severity=severity)


def note_recoveries(
    incident: Incident, recovered: Mapping[str, datetime], failing: Collection[str] = ()
) -> Incident:
    """Return *incident* with the first success of each recovered member, by component name.

    A member that is *failing* again while the incident is open has not recovered.
    """
    again = failing if incident.status is IncidentStatus.OPEN else ()
    members = tuple(
        replace(
            each,
            recovered_at=None
            if each.component in again
            else each.recovered_at or recovered.get(each.component),
        )
        for each in incident.members
    )
    return replace(incident, members=members)


def note_stability(incident: Incident, *, unstable: bool) -> Incident:
    """Return *incident* as one whose root flaps, or no longer does."""
    return incident if incident.unstable is unstable else replace(incident, unstable=unstable)


def start_watch(incident: Incident, recovered_at: datetime, now: datetime) -> Incident:
    """Return *incident* as recovered at *recovered_at*, watched from then on."""
    return replace(
        incident, status=IncidentStatus.MONITORING, recovered_at=recovered_at, monitoring_at=now
    )


def is_watch_over(incident: Incident, policy: WatchPolicy, now: datetime) -> bool:
    """Whether the watch time has passed; clean rounds are the caller's to see."""
    if incident.recovered_at is None:
        return False
    seconds = policy.seconds_for(incident.effective_severity)
    return now >= incident.recovered_at + timedelta(seconds=seconds)


def resolve(incident: Incident, now: datetime) -> Incident:
    """Return *incident* resolved at *now*."""
    return replace(incident, status=IncidentStatus.RESOLVED, resolved_at=now)


def withdraw(incident: Incident, now: datetime) -> Incident:
    """Return *incident* closed because what it was about is no longer watched."""
    return replace(incident, status=IncidentStatus.WITHDRAWN, resolved_at=now)


def change_between(before: Incident | None, after: Incident) -> Change | None:
    """Return why others must hear of *after*, or None where only details moved."""
    if before is None:
        return Change.OPENED
    if before.status is not after.status:
        return _STATUS_CHANGES[after.status]
    if before.root != after.root:
        return Change.NEW_ROOT
    if before.unstable is not after.unstable:
        return Change.UNSTABLE if after.unstable else Change.STEADY
    if _verdict(before) != _verdict(after):
        return Change.CAUSE
    if before.severity is not after.severity:
        return Change.SEVERITY
    if set(before.components) != set(after.components) or before.services != after.services:
        return Change.SCOPE
    return None


_STATUS_CHANGES = {
    IncidentStatus.OPEN: Change.RELAPSED,
    IncidentStatus.MONITORING: Change.RECOVERED,
    IncidentStatus.RESOLVED: Change.RESOLVED,
    IncidentStatus.WITHDRAWN: Change.WITHDRAWN,
}


def _verdict(incident: Incident) -> tuple[str, str, str]:
    diagnosis = incident.diagnosis
    return diagnosis.cause.value, diagnosis.subcause, diagnosis.component


def _member(failure: ComponentFailure) -> Member:
    return Member(component=failure.component, onset=failure.onset, joined_at=failure.confirmed_at)
