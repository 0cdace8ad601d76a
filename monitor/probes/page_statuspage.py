"""Documents of Atlassian Statuspage's public API v2: the summary, its parts, and one incident."""

from collections.abc import Mapping
from typing import Any

from monitor.model.announcement import AnnouncementStatus
from monitor.model.status import Status
from monitor.probes.page import IncidentStatus, Indicator, Page, Part, Trouble, Work
from monitor.probes.page_reader import Reader, objects, text

# Compatible pages also say `full_outage`.
STATUSES = {
    "operational": Status.OPERATIONAL,
    "degraded_performance": Status.DEGRADED,
    "partial_outage": Status.PARTIAL_OUTAGE,
    "major_outage": Status.MAJOR_OUTAGE,
    "full_outage": Status.MAJOR_OUTAGE,
    "under_maintenance": Status.MAINTENANCE,
}
INDICATORS = {each.value: each for each in Indicator if each is not Indicator.UNKNOWN}
INCIDENT_STATUSES = {
    each.value: each for each in IncidentStatus if each is not IncidentStatus.UNKNOWN
}
_WORK_STATUSES = {
    "scheduled": AnnouncementStatus.SCHEDULED,
    "in_progress": AnnouncementStatus.IN_PROGRESS,
    "verifying": AnnouncementStatus.VERIFYING,
    "completed": AnnouncementStatus.COMPLETED,
}
_BODIES = frozenset({"status", "components", "incidents", "incident", "scheduled_maintenances"})


def is_statuspage(document: Mapping[str, Any]) -> bool:
    """Say whether a document has this shape."""
    return isinstance(document.get("page"), dict) and not _BODIES.isdisjoint(document)


def parse(document: Mapping[str, Any]) -> Page:
    """Return what a document says; each of its parts may be missing."""
    reader = Reader()
    status = document.get("status")
    raw = status.get("indicator") if isinstance(status, dict) else None
    single = document.get("incident")
    incidents = [*objects(document.get("incidents")), *objects([single])]
    return Page(
        indicator=reader.word(INDICATORS, raw, "status.indicator", Indicator.UNKNOWN),
        parts=_parts(reader, document.get("components"), "components"),
        lists_parts=isinstance(document.get("components"), list),
        incidents=tuple(_incident(reader, each) for each in incidents),
        maintenances=tuple(
            _maintenance(reader, each) for each in objects(document.get("scheduled_maintenances"))
        ),
        updated_at=reader.moment(document["page"].get("updated_at"), "page.updated_at"),
        drifts=reader.drifts,
    )


def _parts(reader: Reader, raw: object, path: str) -> tuple[Part, ...]:
    return tuple(
        Part(
            id=text(each.get("id")),
            name=text(each.get("name")),
            status=reader.word(STATUSES, each.get("status"), f"{path}.status", Status.UNKNOWN),
        )
        for each in objects(raw)
    )


def _incident(reader: Reader, raw: Mapping[str, Any]) -> Trouble:
    return Trouble(
        id=text(raw.get("id")),
        title=text(raw.get("name")),
        status=reader.word(
            INCIDENT_STATUSES, raw.get("status"), "incidents.status", IncidentStatus.UNKNOWN
        ),
        impact=reader.word(INDICATORS, raw.get("impact"), "incidents.impact", Indicator.UNKNOWN),
        started_at=reader.moment(
            raw.get("started_at") or raw.get("created_at"), "incidents.started_at"
        ),
        updated_at=reader.moment(raw.get("updated_at"), "incidents.updated_at"),
        resolved_at=reader.moment(raw.get("resolved_at"), "incidents.resolved_at"),
        parts=_parts(reader, raw.get("components"), "incidents.components"),
    )


def _maintenance(reader: Reader, raw: Mapping[str, Any]) -> Work:
    path = "scheduled_maintenances"
    return Work(
        id=text(raw.get("id")),
        title=text(raw.get("name")),
        status=reader.word(
            _WORK_STATUSES, raw.get("status"), f"{path}.status", AnnouncementStatus.UNKNOWN
        ),
        start=reader.moment(raw.get("scheduled_for"), f"{path}.scheduled_for"),
        end=reader.moment(raw.get("scheduled_until"), f"{path}.scheduled_until"),
        updated_at=reader.moment(raw.get("updated_at"), f"{path}.updated_at"),
        parts=_parts(reader, raw.get("components"), f"{path}.components"),
    )
