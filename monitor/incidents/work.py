"""What people do to an incident: each a total function that returns it changed."""

from dataclasses import replace
from datetime import datetime

from monitor.model.cause import Diagnosis
from monitor.model.identity import make_id
from monitor.model.incident import (
    Classification,
    Incident,
    IncidentStatus,
    Member,
    Onset,
    Origin,
    Override,
    ServiceImpact,
    Severity,
)
from monitor.model.incident_wish import IncidentWish
from monitor.model.incident_work import Note, Postmortem, Reminder, Report
from monitor.model.status import Status

# What a severity says of the services that are named, where the person says nothing else.
IMPACT_OF = {
    Severity.MINOR: Status.OPERATIONAL,
    Severity.MAJOR: Status.PARTIAL_OUTAGE,
    Severity.CRITICAL: Status.MAJOR_OUTAGE,
}


def open_by_hand(wish: IncidentWish, now: datetime) -> Incident:
    """Return the incident that a person declares; no probe resolves it."""
    started_at = wish.at or now
    root = wish.components[0] if wish.components else ""
    onset = Onset(last_ok_at=None, first_failure_at=started_at)
    worst = IMPACT_OF[wish.severity] if wish.impact is None else wish.impact
    names = (*wish.services, *wish.components)
    # Declared again after it was resolved by mistake, it is another one with the same beginning.
    moments = (started_at.isoformat(), now.isoformat())
    incident = Incident(
        id=make_id("inc", wish.by, wish.cause, *moments, *names),
        status=IncidentStatus.OPEN,
        severity=wish.severity,
        root=root,
        members=tuple(
            Member(component=each, onset=onset, joined_at=now) for each in wish.components
        ),
        impact=tuple(
            ServiceImpact(
                service=each,
                worst=worst,
                since=started_at,
                failing=worst in (Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE),
            )
            for each in wish.services
        ),
        diagnosis=Diagnosis(
            cause=wish.cause, subcause=wish.subcause, confidence=1.0, component=root
        ),
        started_at=started_at,
        confirmed_at=now,
        updated_at=now,
        origin=Origin.PERSON,
        title=wish.title,
        regulatory=wish.regulatory,
    )
    return classify(incident, now, wish.by)


def resolve_by_hand(incident: Incident, now: datetime) -> Incident:
    """Return an incident that a person declared as over; there is nothing to watch."""
    return replace(
        incident,
        status=IncidentStatus.RESOLVED,
        recovered_at=now,
        resolved_at=now,
        members=tuple(replace(each, recovered_at=now) for each in incident.members),
        impact=tuple(replace(each, until=now) for each in incident.impact),
    )


def acknowledge(incident: Incident, author: str, now: datetime) -> Incident:
    """Return *incident* as taken on by a person; the first one counts."""
    if incident.acknowledged_at is not None:
        return incident
    return replace(incident, acknowledged_at=now, acknowledged_by=author)


def decide(incident: Incident, decision: Override) -> Incident:
    """Return *incident* with a person's decision; what it leaves open stays as decided before.

    A decision that names nothing gives the verdict back to the machine.
    """
    before = incident.override
    present: Override | None = decision
    if (decision.cause, decision.severity, decision.level) == (None, None, ""):
        present = None
    elif before is not None:
        has_cause = decision.cause is not None
        present = replace(
            decision,
            cause=decision.cause if has_cause else before.cause,
            subcause=decision.subcause if has_cause else before.subcause,
            severity=decision.severity or before.severity,
            level=decision.level or before.level,
        )
    decided = replace(incident, override=present, overrides=(*incident.overrides, decision))
    is_classified = bool(decision.severity or decision.level)
    return classify(decided, decision.at, decision.author) if is_classified else decided


def classify(incident: Incident, now: datetime, author: str = "") -> Incident:
    """Return *incident* with a note of when it first had its severity and level."""
    present = (incident.effective_severity, incident.level)
    known = [each for each in incident.classified if (each.severity, each.level) == present]
    if known and (not author or any(each.author for each in known)):
        return incident
    fresh = Classification(severity=present[0], level=present[1], at=now, author=author)
    return replace(incident, classified=(*incident.classified, fresh))


def add_note(incident: Incident, note: Note) -> Incident:
    """Return *incident* with one more note."""
    return replace(incident, notes=(*incident.notes, note))


def account(incident: Incident, postmortem: Postmortem) -> Incident:
    """Return *incident* with its account; parts that are empty keep what was written before."""
    before = incident.postmortem
    if before is not None:
        postmortem = replace(
            postmortem,
            public=postmortem.public or before.public,
            internal=postmortem.internal or before.internal,
        )
    return replace(incident, postmortem=postmortem)


def report(incident: Incident, made: Report) -> Incident:
    """Return *incident* as reported; the first report of a rule counts."""
    if any(each.rule == made.rule for each in incident.reports):
        return incident
    return replace(incident, reports=(*incident.reports, made))


def remind(incident: Incident, reminder: Reminder) -> Incident:
    """Return *incident* with a note that people were reminded."""
    return replace(incident, reminders=(*incident.reminders, reminder))
