"""Writes one batch of the engine: all of it or nothing, and twice is as good as once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from monitor.model.batch import Batch
from monitor.model.change import Change
from monitor.model.codec import to_json
from monitor.model.events import Event
from monitor.model.fault import MonitorFault
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.series import Series
from monitor.model.status import CheckState, Transition
from monitor.storage import tables
from monitor.storage.insert import Row, add, put


def save_batch(connection: sa.Connection, batch: Batch) -> None:
    """Write everything but the figures of the observation."""
    _save_transitions(connection, batch.transitions)
    put(connection, tables.INCIDENTS, [_incident(each) for each in batch.incidents])
    put(connection, tables.WINDOWS, [_window(each, batch.at) for each in batch.windows])
    put(connection, tables.SERIES, [_series(each) for each in batch.series])
    put(connection, tables.CHANGES, [_change(each) for each in batch.changes])
    put(connection, tables.FAULTS, [_fault(each) for each in batch.faults])
    save_events(connection, batch.events)


def save_events(connection: sa.Connection, events: Iterable[Event]) -> None:
    """Write events not yet there; `seq` counts in the order of the commits."""
    add(connection, tables.EVENTS, [_event(each) for each in events])


def _save_transitions(connection: sa.Connection, transitions: Sequence[Transition]) -> None:
    rows = [_transition(each) for each in transitions]
    add(connection, tables.TRANSITIONS, rows)
    put(connection, tables.STATUSES, [row for row in rows if row["subject_kind"] != "check"])
    states = [_check_state(each.state, each.at) for each in transitions if each.state]
    put(connection, tables.CHECK_STATES, states)


def _transition(transition: Transition) -> Row:
    return {
        "subject_kind": transition.subject_kind,
        "subject": transition.subject,
        "at": transition.at,
        "observed": transition.observed,
        "displayed": transition.displayed,
        "planned": transition.planned,
    }


def _check_state(state: CheckState, at: datetime) -> Row:
    return {
        "check_name": state.check,
        "component": state.component,
        "condition": state.condition.value,
        "at": at,
        "document": to_json(state),
    }


def _incident(incident: Incident) -> Row:
    ended_at = incident.resolved_at or incident.updated_at
    return {
        "id": incident.id,
        "status": incident.status.value,
        "severity": incident.effective_severity.value,
        "cause": incident.effective_cause.value,
        "root": incident.root,
        "started_at": incident.started_at,
        "updated_at": incident.updated_at,
        "ended_at": ended_at if incident.status.is_ended else None,
        "document": to_json(incident),
    }


def _window(window: Window, at: datetime) -> Row:
    return {
        "id": window.id,
        "status": window.status.value,
        "starts_at": window.start,
        "ends_at": window.end,
        "updated_at": at,
        "ended": window.status.is_ended,
        "document": to_json(window),
    }


def _series(series: Series) -> Row:
    return {"id": series.id, "ended_at": series.ended_at, "document": to_json(series)}


def _change(change: Change) -> Row:
    return {
        "id": change.id,
        "component": change.component,
        "at": change.at,
        "document": to_json(change),
    }


def _fault(fault: MonitorFault) -> Row:
    return {
        "id": fault.id,
        "kind": fault.kind.value,
        "started_at": fault.started_at,
        "cleared_at": fault.cleared_at,
        "document": to_json(fault),
    }


def _event(event: Event) -> Row:
    return {
        "id": event.id,
        "type": event.type.value,
        "subject": event.subject,
        "at": event.at,
        "document": to_json(event.data),
        "dispatched": False,
    }
