"""The JSON objects of the operations API that no other room shares."""

from collections.abc import Mapping

from monitor.model.check import Check
from monitor.model.codec import to_json
from monitor.model.configuration import MaintenancePolicy
from monitor.model.events import Event, Json
from monitor.model.maintenance import Window
from monitor.model.observation import Observation
from monitor.model.payloads import (
    fault_payload,
    incident_payload,
    mute_payload,
    report_payload,
    series_payload,
    window_payload,
)
from monitor.model.snapshot import Snapshot
from monitor.model.status import CheckState, Condition, StatusView
from monitor.publish.alerts.links import Links
from monitor.web.ops.backend import Finding, IncidentRecord, SeriesRecord, WindowRecord


def status_payload(snapshot: Snapshot) -> dict[str, Json]:
    """Return everything current: services, components, checks and the monitor's own faults."""
    return {
        "at": to_json(snapshot.at),
        "services": [_view(each) for each in snapshot.services.values()],
        "components": [_view(each) for each in snapshot.components.values()],
        "checks": [check_payload(snapshot, each) for each in snapshot.checks.values()],
        "faults": [fault_payload(each) for each in snapshot.faults],
    }


def check_payload(snapshot: Snapshot, check: Check) -> dict[str, Json]:
    """Return a check with its last observation; its spec stays inside, for it has secrets."""
    state = snapshot.check_states.get(check.name)
    last = snapshot.observations.get(check.name)
    return {
        "name": check.name,
        "component": check.component,
        "type": check.type,
        "location": check.location,
        "enabled": check.enabled,
        "canary": check.canary,
        "interval_seconds": check.interval_seconds,
        "timeout_seconds": check.timeout_seconds,
        **_condition(state),
        "last": None if last is None else observation_payload(last),
    }


def observation_payload(observation: Observation) -> Json:
    """Return what a probe saw."""
    return to_json(observation)


def record_payload(record: IncidentRecord, links: Links) -> dict[str, Json]:
    """Return the incident object with its events, deliveries, notices and reports due."""
    return {
        **links.incident(incident_payload(record.incident)),
        "deadlines": [report_payload(each, record.at) for each in record.due],
        "events": [event_payload(each) for each in record.events],
        "deliveries": to_json(record.deliveries),
        "notices": to_json(record.notices),
    }


def window_record_payload(record: WindowRecord, policy: MaintenancePolicy) -> dict[str, Json]:
    """Return the window with its history and its notices."""
    return {
        **planned_payload(record.window, policy),
        "events": [event_payload(each) for each in record.events],
        "notices": to_json(record.notices),
    }


def planned_payload(window: Window, policy: MaintenancePolicy) -> dict[str, Json]:
    """Return a window with what to tell who plans it."""
    warning = "" if window.actual_start or window.status.is_ended else policy.lead_warning(window)
    return {**window_payload(window), "warnings": [warning] if warning else []}


def series_record_payload(record: SeriesRecord, policy: MaintenancePolicy) -> dict[str, Json]:
    """Return a series with its windows ahead and what to tell who plans it."""
    lead = record.series.lead_seconds
    warning = "" if lead is None else policy.short_lead(lead)
    return {
        **series_payload(record.series),
        "windows": [planned_payload(each, policy) for each in record.windows],
        "warnings": [warning] if warning else [],
    }


def event_payload(event: Event) -> dict[str, Json]:
    """Return an event as it was recorded."""
    return {
        "id": event.id,
        "type": event.type.value,
        "at": to_json(event.at),
        "subject": event.subject,
        "data": dict(event.data),
    }


def finding_payload(finding: Finding) -> dict[str, Json]:
    """Return the verdict on a component, with what it rests on."""
    diagnosis = finding.diagnosis
    return {
        "component": finding.component,
        "status": finding.status.value,
        "cause": diagnosis.cause.value,
        "subcause": diagnosis.subcause,
        "confidence": round(diagnosis.confidence, 3),
        "cause_component": diagnosis.component,
        "evidence": to_json(diagnosis.evidence),
        "candidates": to_json(diagnosis.candidates),
    }


def _view(view: StatusView) -> dict[str, Json]:
    return {
        "name": view.name,
        "observed": view.observed.value,
        "displayed": view.displayed.value,
        "since": to_json(view.since),
        "updated_at": to_json(view.updated_at),
    }


def _condition(state: CheckState | None) -> Mapping[str, Json]:
    if state is None:
        return {
            "condition": Condition.UNKNOWN.value,
            "misconfigured": False,
            "flapping": False,
            "since": None,
            "mute": None,
        }
    mute = state.mute if state.is_muted else None
    return {
        "condition": state.condition.value,
        "misconfigured": state.is_misconfigured,
        "flapping": state.flapping,
        "since": to_json(state.since),
        "mute": mute_payload(mute) if mute else None,
    }
