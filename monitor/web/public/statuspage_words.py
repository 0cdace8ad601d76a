"""The enums of Atlassian Statuspage's public API v2, and how our words are said in them."""

from datetime import UTC, datetime

from monitor.model.identity import make_id
from monitor.model.incident import IncidentStatus, Severity
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeKind
from monitor.model.status import Status
from monitor.web.public.view import (
    Overall,
    PublicIncident,
    PublicService,
    PublicUpdate,
    PublicView,
    PublicWindow,
)

COMPONENT_STATUS = {
    Status.OPERATIONAL: "operational",
    Status.DEGRADED: "degraded_performance",
    Status.PARTIAL_OUTAGE: "partial_outage",
    Status.MAJOR_OUTAGE: "major_outage",
    Status.MAINTENANCE: "under_maintenance",
}
# No data is at least `minor`: other people's tools must not show us green.
INDICATOR = {
    Overall.OPERATIONAL: "none",
    Overall.DEGRADED: "minor",
    Overall.PARTIAL_OUTAGE: "major",
    Overall.MAJOR_OUTAGE: "major",
    Overall.TOTAL_OUTAGE: "critical",
    Overall.MAINTENANCE: "none",
    Overall.OVERRUNNING: "major",
    Overall.PARTLY_UNKNOWN: "minor",
    Overall.UNKNOWN: "minor",
}
IMPACT = {Severity.MINOR: "minor", Severity.MAJOR: "major", Severity.CRITICAL: "critical"}
WINDOW_STATUS = {
    WindowStatus.SCHEDULED: "scheduled",
    WindowStatus.IN_PROGRESS: "in_progress",
    WindowStatus.OVERRUNNING: "in_progress",
    WindowStatus.COMPLETED: "completed",
}
UPDATE_STATUS = {
    NoticeKind.MAINTENANCE_PLANNED: "scheduled",
    NoticeKind.MAINTENANCE_REMINDER: "scheduled",
    NoticeKind.MAINTENANCE_STARTED: "in_progress",
    NoticeKind.MAINTENANCE_EXTENDED: "in_progress",
    NoticeKind.MAINTENANCE_OVERRUNNING: "in_progress",
    NoticeKind.MAINTENANCE_COMPLETED: "completed",
    NoticeKind.MAINTENANCE_CANCELLED: "completed",
    NoticeKind.DISRUPTION: "investigating",
    NoticeKind.REGULATORY: "identified",
    NoticeKind.CAUSE_KNOWN: "identified",
    NoticeKind.UPDATE: "investigating",
    NoticeKind.HOLDING: "investigating",
    NoticeKind.MONITORING: "monitoring",
    NoticeKind.RECOVERY: "resolved",
    NoticeKind.CORRECTION: "investigating",
    NoticeKind.SUMMARY: "postmortem",
}


def component_id(service: str) -> str:
    """Return the opaque, stable id of a service."""
    return make_id("svc", service)


def incident_status(incident: PublicIncident) -> str:
    """Return where an incident stands, in Statuspage's words."""
    if incident.status.is_ended:
        return "resolved"
    if incident.status is IncidentStatus.MONITORING:
        return "monitoring"
    return "identified" if incident.cause else "investigating"


# These do not move an incident on: it stood where it stood.
_OF_THE_MOMENT = (NoticeKind.UPDATE, NoticeKind.HOLDING, NoticeKind.CORRECTION)


def stage_at(incident: PublicIncident, update: PublicUpdate) -> str:
    """Return where an incident stood when *update* was told."""
    if update.kind not in _OF_THE_MOMENT:
        return UPDATE_STATUS[update.kind]
    if incident.resolved_at is not None and update.at >= incident.resolved_at:
        return "resolved"
    if incident.monitoring_at is not None and update.at >= incident.monitoring_at:
        return "monitoring"
    told = [each.at for each in incident.updates if each.kind is NoticeKind.CAUSE_KNOWN]
    return "identified" if any(at <= update.at for at in told) else "investigating"


def window_stage_at(window: PublicWindow, update: PublicUpdate) -> str:
    """Return where a window stood when *update* was told; a correction does not move it on."""
    if update.kind is NoticeKind.CORRECTION:
        return WINDOW_STATUS.get(window.status, "completed")
    return UPDATE_STATUS[update.kind]


def changed_at(view: PublicView) -> datetime:
    """Return when anything public last changed."""
    moments = [
        *(each.since for each in view.services),
        *(each.updated_at for each in view.incidents),
        *(each.updated_at for each in view.windows),
    ]
    return max(moments, default=view.monitored_since)


def moment(at: datetime) -> str:
    """Return *at* as ISO-8601 with milliseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe(at: datetime | None) -> str | None:
    """Return *at* as `moment` does, or None."""
    return None if at is None else moment(at)


def known_status(service: PublicService) -> str | None:
    """Return the component's status; for no data the last one known, None where none was."""
    status = service.status
    if status is Status.UNKNOWN and service.last_known is not None:
        status = service.last_known.status
    return COMPONENT_STATUS.get(status)
