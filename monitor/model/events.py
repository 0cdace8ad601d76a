"""Events: the transitions that others are told of, written in one transaction with the state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.identity import make_id

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class EventType(StrEnum):
    """The fixed names of events; they are the `type` of a webhook."""

    INCIDENT_OPENED = "incident.opened"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_RESOLVED = "incident.resolved"
    INCIDENT_WITHDRAWN = "incident.withdrawn"
    INCIDENT_NOTED = "incident.noted"
    INCIDENT_REPORT_DUE = "incident.report_due"
    CHECK_MUTED = "check.muted"
    CHECK_UNMUTED = "check.unmuted"
    MAINTENANCE_DRAFTED = "maintenance.drafted"
    MAINTENANCE_SCHEDULED = "maintenance.scheduled"
    MAINTENANCE_CHANGED = "maintenance.changed"
    MAINTENANCE_ANNOUNCED = "maintenance.announced"
    MAINTENANCE_REMINDED = "maintenance.reminded"
    MAINTENANCE_STARTED = "maintenance.started"
    MAINTENANCE_EXTENDED = "maintenance.extended"
    MAINTENANCE_VERIFYING = "maintenance.verifying"
    MAINTENANCE_OVERRUNNING = "maintenance.overrunning"
    MAINTENANCE_COMPLETED = "maintenance.completed"
    MAINTENANCE_CANCELLED = "maintenance.cancelled"
    NOTICE_PUBLISHED = "notice.published"
    NOTICE_CORRECTED = "notice.corrected"
    NOTICE_WAITING = "notice.waiting"
    NOTICE_OVERDUE = "notice.overdue"
    MONITOR_FAULT = "monitor.fault"
    MONITOR_CLEARED = "monitor.cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One transition, told at least once under one *id*.

    *subject* is the id of the incident, window, notice, fault or mute; deliveries keep the order of
    the events of one subject. *data* is the webhook's `data` without URLs, which publishing adds.
    """

    id: str
    type: EventType
    at: datetime
    subject: str
    data: Mapping[str, Json]

    @classmethod
    def of(
        cls,
        type_: EventType,
        subject: str,
        revision: int,
        at: datetime,
        data: Mapping[str, Json],
    ) -> "Event":
        """Make an event whose id follows from type, subject and revision alone."""
        identity = make_id("evt", type_, subject, str(revision))
        return cls(id=identity, type=type_, at=at, subject=subject, data=data)
