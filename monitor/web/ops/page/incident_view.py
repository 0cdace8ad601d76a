"""An incident as operators see it: the verdict, what it rests on, and what was told."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.model.cause import Diagnosis
from monitor.model.configuration import Configuration
from monitor.model.events import Event
from monitor.model.incident import Incident, Origin
from monitor.model.notice import Notice
from monitor.model.reporting import reports_due
from monitor.model.units import readable
from monitor.web.ops.backend import IncidentRecord
from monitor.web.ops.page.business_rows import BusinessRow, business_rows
from monitor.web.ops.page.rows import DeliveryRow, delivery_rows
from monitor.web.ops.page.runbook_view import place_of
from monitor.web.ops.page.wording import Moment, Wording, duration, english, label
from monitor.web.ops.page.work_rows import (
    DeadlineRow,
    DecisionRow,
    NoteRow,
    deadline_rows,
    decision_rows,
    machine_words,
    note_rows,
    rule_lines,
    why,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One signal for or against the verdict."""

    signal: str
    value: str
    detail: str
    check: str
    component: str
    at: Moment
    rule: str
    weight: float
    against: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One cause that was weighed."""

    cause: str
    subcause: str
    component: str
    confidence: float
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the timeline or of the impact: when, what, and in which words."""

    at: Moment
    what: str
    text: str
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """The head of an incident, as both pages show it."""

    id: str
    headline: str
    status: str
    severity: str
    cause: str
    subcause: str
    cause_component: str
    confidence: float
    percent: str
    runbook: str
    runbook_url: str
    started: Moment
    confirmed: Moment
    recovered: Moment | None
    resolved: Moment | None
    lasted: str
    downtime: str
    root: str
    components: str
    services: str
    origin: str
    follows: str
    window: str
    acknowledged: str
    relapses: int
    is_unstable: bool
    level: str
    decisions: tuple[DecisionRow, ...]
    machine: str
    said_by: str
    deadlines: tuple[DeadlineRow, ...]
    evidence: tuple[EvidenceRow, ...]
    candidates: tuple[CandidateRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDetail:
    """Everything of one incident."""

    head: IncidentView
    impact: tuple[Line, ...]
    business: tuple[BusinessRow, ...]
    members: tuple[Line, ...]
    timeline: tuple[Line, ...]
    deliveries: tuple[DeliveryRow, ...]
    notices: tuple[Line, ...]
    notes: tuple[NoteRow, ...]
    public: tuple[tuple[str, str], ...]
    internal: str
    rule: tuple[tuple[str, str], ...]


def incident_view(
    incident: Incident, configuration: Configuration, wording: Wording
) -> IncidentView:
    """Return the head of *incident*."""
    diagnosis = incident.effective_diagnosis
    until = incident.recovered_at or incident.resolved_at or wording.now
    return IncidentView(
        id=incident.id,
        headline=headline(incident, configuration),
        status=incident.status.value,
        severity=incident.effective_severity.value,
        cause=diagnosis.cause.value,
        subcause=diagnosis.subcause,
        cause_component=diagnosis.component,
        confidence=diagnosis.confidence,
        percent=f"{diagnosis.confidence:.0%}",
        runbook=diagnosis.cause.runbook,
        runbook_url=place_of(diagnosis.cause, configuration.platform),
        started=wording.moment(incident.started_at),
        confirmed=wording.moment(incident.confirmed_at),
        recovered=wording.moment_or_none(incident.recovered_at),
        resolved=wording.moment_or_none(incident.resolved_at),
        lasted=duration(max(0.0, (until - incident.started_at).total_seconds())),
        downtime=_downtime(incident),
        root=incident.root,
        components=", ".join(incident.components),
        services=", ".join(_service_names(incident, configuration)),
        origin=incident.origin.value,
        follows=incident.follows or "",
        window=incident.window or "",
        acknowledged=_acknowledged(incident, wording),
        relapses=incident.relapses,
        is_unstable=incident.unstable,
        level=incident.level,
        decisions=decision_rows(incident, wording),
        said_by="Opened as" if incident.origin is Origin.PERSON else "The machine says",
        machine=machine_words(incident) if incident.override else "",
        deadlines=deadline_rows(reports_due(incident, configuration.report_deadlines), wording),
        evidence=_evidence(diagnosis, wording),
        candidates=_candidates(diagnosis),
    )


def incident_detail(
    record: IncidentRecord, configuration: Configuration, wording: Wording
) -> IncidentDetail:
    """Return everything that is known of an incident."""
    incident = record.incident
    return IncidentDetail(
        head=incident_view(incident, configuration, wording),
        impact=tuple(
            Line(at=wording.moment(each.since), what=each.service, text=each.worst.value)
            for each in incident.impact
        ),
        business=business_rows(incident, configuration, wording),
        members=tuple(
            Line(
                at=wording.moment(each.onset.first_failure_at),
                what=each.component,
                text="recovered" if each.recovered_at else "failing",
            )
            for each in incident.members
        ),
        timeline=tuple(_event_line(each, wording) for each in record.events),
        deliveries=delivery_rows(record.deliveries, wording),
        notices=tuple(_notice_lines(record.notices, wording)),
        notes=note_rows(incident, wording),
        public=tuple(incident.postmortem.public.items()) if incident.postmortem else (),
        internal=incident.postmortem.internal if incident.postmortem else "",
        rule=tuple(rule_lines(incident, wording)),
    )


def headline(incident: Incident, configuration: Configuration) -> str:
    """Return what an incident is called: its own title, else what it is about and the cause."""
    if incident.title:
        return english(incident.title, "")
    names = {each.name: english(each.names, each.name) for each in configuration.components}
    services = ", ".join(_service_names(incident, configuration))
    about = names.get(incident.root, incident.root) or services
    return f"{about}: {label(incident.effective_cause).lower()}"


def _service_names(incident: Incident, configuration: Configuration) -> Iterable[str]:
    names = {each.name: english(each.names, each.name) for each in configuration.services}
    return (names.get(each, each) for each in incident.services)


def _downtime(incident: Incident) -> str:
    seconds = incident.downtime_seconds
    return "" if seconds is None else duration(seconds)


def _acknowledged(incident: Incident, wording: Wording) -> str:
    if incident.acknowledged_at is None:
        return ""
    return f"{incident.acknowledged_by}, {wording.moment(incident.acknowledged_at).text}"


def _evidence(diagnosis: Diagnosis, wording: Wording) -> tuple[EvidenceRow, ...]:
    """Return the evidence, the weightiest for the verdict first, what is against it last."""
    order = sorted(diagnosis.evidence, key=lambda each: (each.against, -each.weight))
    return tuple(
        EvidenceRow(
            signal=each.signal.value,
            value=readable(each.signal, each.value),
            detail=each.detail,
            check=each.check,
            component=each.component,
            at=wording.moment(each.at),
            rule=each.rule,
            weight=each.weight,
            against=each.against,
        )
        for each in order
    )


def _candidates(diagnosis: Diagnosis) -> tuple[CandidateRow, ...]:
    return tuple(
        CandidateRow(
            cause=each.cause.value,
            subcause=each.subcause,
            component=each.component,
            confidence=each.confidence,
            percent=f"{each.confidence:.0%}",
        )
        for each in diagnosis.candidates
    )


def _event_line(event: Event, wording: Wording) -> Line:
    data = event.data
    words = [label(str(data[key])) for key in ("status", "severity", "cause") if data.get(key)]
    return Line(
        at=wording.moment(event.at),
        what=event.type.value,
        text=" · ".join(words),
        by=str(data.get("by") or ""),
        why=why(data),
    )


def _notice_lines(notices: Iterable[Notice], wording: Wording) -> Iterable[Line]:
    for notice in notices:
        text = notice.texts.get("en") or next(iter(notice.texts.values()), None)
        yield Line(
            at=wording.moment(notice.at),
            what=f"{label(notice.kind)} ({notice.state.value})",
            text="" if text is None else text.subject,
        )
