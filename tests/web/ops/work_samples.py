"""What people did on that bad day: an incident by hand, decisions, notes, a mute, deadlines."""

from dataclasses import replace
from datetime import timedelta

from monitor.model.cause import Cause, Diagnosis
from monitor.model.events import Event, EventType
from monitor.model.incident import (
    Classification,
    Incident,
    IncidentStatus,
    Origin,
    Override,
    ServiceImpact,
    Severity,
)
from monitor.model.incident_work import Note, Postmortem
from monitor.model.payloads import incident_payload
from monitor.model.reporting import ReportClock, ReportDeadline
from monitor.model.snapshot import Snapshot
from monitor.model.status import Mute, Status
from tests.web.ops import samples
from tests.web.ops.samples import NOW, START, names

DECLARED = Incident(
    id="inc_declaredbyaperson",
    status=IncidentStatus.OPEN,
    severity=Severity.MAJOR,
    root="",
    members=(),
    impact=(ServiceImpact(service="cash-loans", worst=Status.PARTIAL_OUTAGE, since=START),),
    diagnosis=Diagnosis(cause=Cause.REGULATORY, subcause="", confidence=1.0, component=""),
    started_at=START,
    confirmed_at=START,
    updated_at=NOW,
    origin=Origin.PERSON,
    title=names("借呗业务调整", "Adjustment of Cash Loans"),
)
DEADLINES = (
    ReportDeadline(
        rule="brief",
        after_seconds=600,
        severity=Severity.MAJOR,
        remind_seconds=500,
        note="by phone",
    ),
    ReportDeadline(rule="written", after_seconds=60, clock=ReportClock.DETECTION),
    ReportDeadline(rule="cac", after_seconds=14_400, clock=ReportClock.CLASSIFICATION, level="II"),
)
DECISION = Override(
    cause=Cause.NETWORK_ATTACK,
    subcause="flood",
    severity=Severity.MAJOR,
    level="II",
    author="li",
    at=NOW - timedelta(minutes=1),
    reason="the firewall's counters",
)
WORKED_ON = replace(
    samples.INCIDENT,
    override=DECISION,
    overrides=(DECISION,),
    classified=(Classification(severity=Severity.MAJOR, level="II", at=DECISION.at, author="li"),),
    notes=(
        Note(text="asked the data centre <b>now</b>", author="wang", at=START),
        Note(text="they block the sources", author="li", at=NOW),
    ),
    postmortem=Postmortem(
        public=names("已恢复。", "It is over."),
        internal="Two rules were missing.",
        author="li",
        at=NOW,
    ),
)
WORK_EVENTS = (
    Event.of(
        EventType.INCIDENT_UPDATED,
        samples.INCIDENT.id,
        3,
        DECISION.at,
        {
            **incident_payload(WORKED_ON),
            "change": "overridden",
            "by": "li",
            "reason": DECISION.reason,
        },
    ),
)
MUTE = Mute(
    id="mut_a",
    reason="the bank's test certificate",
    author="wang",
    at=START,
    until=NOW + timedelta(hours=2),
)


def with_mute(snapshot: Snapshot = samples.SNAPSHOT, check: str = "bank-a-http") -> Snapshot:
    """Return *snapshot* with *check* muted."""
    state = replace(snapshot.check_states[check], mute=MUTE)
    return replace(snapshot, check_states={**snapshot.check_states, check: state})
