"""The summary of incident.io's widget API: what goes on and what is planned, nothing else."""

from collections.abc import Mapping
from typing import Any

from monitor.model.announcement import AnnouncementStatus
from monitor.model.status import Status
from monitor.probes.page import IncidentStatus, Indicator, Page, Part, Trouble, Work
from monitor.probes.page_reader import Reader, objects, text
from monitor.probes.page_statuspage import INCIDENT_STATUSES, STATUSES

_IMPACTS = {
    "operational": Indicator.NONE,
    "degraded_performance": Indicator.MINOR,
    "partial_outage": Indicator.MAJOR,
    "full_outage": Indicator.CRITICAL,
}
_WORK_STATUSES = {
    "maintenance_scheduled": AnnouncementStatus.SCHEDULED,
    "maintenance_in_progress": AnnouncementStatus.IN_PROGRESS,
    "maintenance_complete": AnnouncementStatus.COMPLETED,
}
# An impact that we do not know is not the mildest, and hides no worse one.
_RANK = (
    Indicator.NONE,
    Indicator.MINOR,
    Indicator.UNKNOWN,
    Indicator.MAJOR,
    Indicator.CRITICAL,
)
_WORKS = ("in_progress_maintenances", "scheduled_maintenances")


def is_incident_io(document: Mapping[str, Any]) -> bool:
    """Say whether a document has this shape."""
    return isinstance(document.get("ongoing_incidents"), list)


def parse(document: Mapping[str, Any]) -> Page:
    """Return what a document says; a component that it does not name is in no known trouble."""
    reader = Reader()
    incidents = tuple(_incident(reader, each) for each in objects(document["ongoing_incidents"]))
    works = tuple(
        _maintenance(reader, each, name) for name in _WORKS for each in objects(document.get(name))
    )
    moments = [each.updated_at for each in incidents] + [each.updated_at for each in works]
    return Page(
        indicator=_indicator(incidents, works),
        parts=tuple({part.id: part for each in incidents for part in each.parts}.values()),
        incidents=incidents,
        maintenances=works,
        updated_at=max((each for each in moments if each), default=None),
        drifts=reader.drifts,
    )


def _indicator(incidents: tuple[Trouble, ...], works: tuple[Work, ...]) -> Indicator:
    """Return the worst impact; without an incident, whether something is worked on."""
    if incidents:
        return max((each.impact for each in incidents), key=_RANK.index)
    at_work = any(each.status is AnnouncementStatus.IN_PROGRESS for each in works)
    return Indicator.MAINTENANCE if at_work else Indicator.NONE


def _incident(reader: Reader, raw: Mapping[str, Any]) -> Trouble:
    path = "ongoing_incidents"
    return Trouble(
        id=text(raw.get("id")),
        title=text(raw.get("name")),
        status=reader.word(
            INCIDENT_STATUSES, raw.get("status"), f"{path}.status", IncidentStatus.UNKNOWN
        ),
        impact=reader.word(
            _IMPACTS,
            raw.get("current_worst_impact"),
            f"{path}.current_worst_impact",
            Indicator.UNKNOWN,
        ),
        updated_at=reader.moment(raw.get("last_update_at"), f"{path}.last_update_at"),
        parts=_parts(reader, raw),
    )


def _maintenance(reader: Reader, raw: Mapping[str, Any], path: str) -> Work:
    start = raw.get("started_at") or raw.get("starts_at")
    end = raw.get("scheduled_end_at") or raw.get("ends_at")
    return Work(
        id=text(raw.get("id")),
        title=text(raw.get("name")),
        status=reader.word(
            _WORK_STATUSES, raw.get("status"), f"{path}.status", AnnouncementStatus.UNKNOWN
        ),
        start=reader.moment(start, f"{path}.starts_at"),
        end=reader.moment(end, f"{path}.ends_at"),
        updated_at=reader.moment(raw.get("last_update_at"), f"{path}.last_update_at"),
        parts=_parts(reader, raw),
    )


def _parts(reader: Reader, raw: Mapping[str, Any]) -> tuple[Part, ...]:
    path = "affected_components.current_status"
    return tuple(
        Part(
            id=text(each.get("id")),
            name=text(each.get("name")),
            status=reader.word(STATUSES, each.get("current_status"), path, Status.UNKNOWN),
        )
        for each in objects(raw.get("affected_components"))
    )
