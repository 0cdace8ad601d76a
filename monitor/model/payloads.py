"""The JSON objects that webhooks, the API and the command line share."""

from datetime import datetime

from monitor.model.business import BusinessLoss
from monitor.model.codec import to_json
from monitor.model.events import Json
from monitor.model.fault import MonitorFault
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.reporting import ReportDue
from monitor.model.series import Series
from monitor.model.status import Mute


def incident_payload(incident: Incident) -> dict[str, Json]:
    """Return the contract's incident object, without the two URLs that publishing adds."""
    diagnosis = incident.effective_diagnosis
    return {
        "id": incident.id,
        "status": incident.status.value,
        "severity": incident.effective_severity.value,
        "cause": diagnosis.cause.value,
        "subcause": diagnosis.subcause,
        "confidence": round(diagnosis.confidence, 3),
        "cause_component": diagnosis.component,
        "evidence": to_json(diagnosis.evidence),
        "candidates": to_json(diagnosis.candidates),
        "components": list(incident.components),
        "services": list(incident.services),
        "impact": to_json(incident.impact),
        "started_at": to_json(incident.started_at),
        "confirmed_at": to_json(incident.confirmed_at),
        "updated_at": to_json(incident.updated_at),
        "recovered_at": to_json(incident.recovered_at),
        "monitoring_at": to_json(incident.monitoring_at),
        "resolved_at": to_json(incident.resolved_at),
        "downtime_seconds": incident.downtime_seconds,
        "origin": incident.origin.value,
        "window": incident.window,
        "follows": incident.follows,
        "acknowledged_at": to_json(incident.acknowledged_at),
        "acknowledged_by": incident.acknowledged_by,
        "unstable": incident.unstable,
        "revision": incident.revision,
        "title": to_json(incident.title),
        "verdict": _verdict(incident),
        "override": to_json(incident.override),
        "overrides": to_json(incident.overrides),
        "notes": to_json(incident.notes),
        "regulatory": to_json(incident.regulatory),
        "postmortem": to_json(incident.postmortem),
        "level": incident.level,
        "classified": to_json(incident.classified),
        "reports": to_json(incident.reports),
        "business": [_loss(each) for each in incident.business],
    }


def _loss(loss: BusinessLoss) -> dict[str, Json]:
    figures = {"actual": loss.actual, "expected": loss.expected, "lost": loss.lost}
    return {
        "service": loss.service,
        "metric": loss.metric,
        "names": to_json(loss.names),
        "since": to_json(loss.since),
        "until": to_json(loss.until),
        **{name: None if each is None else round(each, 1) for name, each in figures.items()},
        "weeks": loss.weeks,
        "final": loss.is_final,
        "at": to_json(loss.at),
    }


def _verdict(incident: Incident) -> dict[str, Json]:
    """Return what the machine says, whatever a person decided."""
    diagnosis = incident.diagnosis
    return {
        "cause": diagnosis.cause.value,
        "subcause": diagnosis.subcause,
        "confidence": round(diagnosis.confidence, 3),
        "severity": incident.severity.value,
    }


def window_payload(window: Window) -> dict[str, Json]:
    """Return a window as JSON: planned and actual times, scope and status."""
    return {
        "id": window.id,
        "status": window.status.value,
        "milestone": window.milestone.value,
        "title": to_json(window.title),
        "services": list(window.services),
        "components": list(window.components),
        "start": to_json(window.start),
        "end": to_json(window.end),
        "planned_end": to_json(window.planned_end),
        "actual_start": to_json(window.actual_start),
        "actual_end": to_json(window.actual_end),
        "announced_at": to_json(window.announced_at),
        "reminded_at": to_json(window.reminded_at),
        "extended_at": to_json(window.extended_at),
        "verifying_since": to_json(window.verifying_since),
        "overrun_since": to_json(window.overrun_since),
        "proposed_at": to_json(window.proposed_at),
        "expected": to_json(window.expected),
        "source": window.source.value,
        "origin": window.origin,
        "owner": window.owner,
        "needs_approval": window.needs_approval,
        "approved_at": to_json(window.approved_at),
        "approved_by": window.approved_by,
        "lead_seconds": window.lead_seconds,
        "created_by": window.created_by,
        "created_at": to_json(window.created_at),
        "note": window.internal_note,
        "revision": window.revision,
    }


def series_payload(series: Series) -> dict[str, Json]:
    """Return a series as JSON; *start* is wall time in its zone."""
    return {
        "id": series.id,
        "rrule": series.rule,
        "start": series.start,
        "duration_seconds": series.duration_seconds,
        "time_zone": series.time_zone,
        "except": list(series.excluded),
        "services": list(series.services),
        "components": list(series.components),
        "expected": to_json(series.expected),
        "title": to_json(series.title),
        "note": series.note,
        "owner": series.owner,
        "approval": series.needs_approval,
        "lead_seconds": series.lead_seconds,
        "created_by": series.created_by,
        "created_at": to_json(series.created_at),
        "ended_at": to_json(series.ended_at),
        "ended_by": series.ended_by,
    }


def mute_payload(mute: Mute) -> dict[str, Json]:
    """Return a person's mute of a check as JSON."""
    return {
        "id": mute.id,
        "reason": mute.reason,
        "author": mute.author,
        "at": to_json(mute.at),
        "until": to_json(mute.until),
        "ended_at": to_json(mute.ended_at),
    }


def report_payload(due: ReportDue, now: datetime) -> dict[str, Json]:
    """Return a deadline that runs for an incident, with the time that is left."""
    deadline, made = due.deadline, due.report
    return {
        "rule": deadline.rule,
        "level": deadline.level,
        "severity": deadline.severity.value if deadline.severity else None,
        "from": deadline.clock.value,
        "after_seconds": deadline.after_seconds,
        "note": deadline.note,
        "started_at": to_json(due.started_at),
        "due_at": to_json(due.due_at),
        "seconds_left": None if made else round((due.due_at - now).total_seconds(), 1),
        "state": due.state(now).value,
        "reported_at": to_json(made.at) if made else None,
        "reported_by": made.author if made else "",
    }


def fault_payload(fault: MonitorFault) -> dict[str, Json]:
    """Return a fault of the monitor as JSON."""
    return {
        "id": fault.id,
        "kind": fault.kind.value,
        "detail": fault.detail,
        "started_at": to_json(fault.started_at),
        "cleared_at": to_json(fault.cleared_at),
    }
