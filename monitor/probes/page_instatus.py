"""Documents of Instatus: `summary.json`, and `components.json`, which is one of its own."""

from collections.abc import Mapping
from typing import Any

from monitor.model.announcement import AnnouncementStatus
from monitor.model.status import Status
from monitor.probes.page import IncidentStatus, Indicator, Page, Part, Trouble, Work
from monitor.probes.page_reader import Reader, objects, text

_INDICATORS = {
    "UP": Indicator.NONE,
    "HASISSUES": Indicator.MINOR,
    "UNDERMAINTENANCE": Indicator.MAINTENANCE,
}
STATUSES = {
    "OPERATIONAL": Status.OPERATIONAL,
    "DEGRADEDPERFORMANCE": Status.DEGRADED,
    "PARTIALOUTAGE": Status.PARTIAL_OUTAGE,
    "MAJOROUTAGE": Status.MAJOR_OUTAGE,
    "UNDERMAINTENANCE": Status.MAINTENANCE,
}
_IMPACTS = {
    "OPERATIONAL": Indicator.NONE,
    "DEGRADEDPERFORMANCE": Indicator.MINOR,
    "PARTIALOUTAGE": Indicator.MAJOR,
    "MAJOROUTAGE": Indicator.CRITICAL,
    "UNDERMAINTENANCE": Indicator.MAINTENANCE,
}
_INCIDENT_STATUSES = {
    each.value.upper(): each for each in IncidentStatus if each is not IncidentStatus.UNKNOWN
}
_WORK_STATUSES = {
    "NOTSTARTEDYET": AnnouncementStatus.SCHEDULED,
    "INPROGRESS": AnnouncementStatus.IN_PROGRESS,
    "VERIFYING": AnnouncementStatus.VERIFYING,
    "COMPLETED": AnnouncementStatus.COMPLETED,
}


def is_instatus(document: Mapping[str, Any]) -> bool:
    """Say whether a document has this shape: the page has a status of its own."""
    page = document.get("page")
    return isinstance(page, dict) and isinstance(page.get("status"), str)


def parse(document: Mapping[str, Any]) -> Page:
    """Return what a summary says; while all is well it names neither incidents nor works."""
    reader = Reader()
    raw = document["page"]["status"]
    incidents = tuple(_incident(reader, each) for each in objects(document.get("activeIncidents")))
    works = tuple(
        _maintenance(reader, each) for each in objects(document.get("activeMaintenances"))
    )
    moments = [each.updated_at for each in incidents] + [each.updated_at for each in works]
    return Page(
        indicator=reader.word(_INDICATORS, raw, "page.status", Indicator.UNKNOWN),
        incidents=incidents,
        maintenances=works,
        updated_at=max((each for each in moments if each), default=None),
        drifts=reader.drifts,
    )


def parse_components(document: Mapping[str, Any]) -> Page:
    """Return what `components.json` says: the components alone."""
    reader = Reader()
    return Page(
        parts=_parts(reader, document.get("components")),
        lists_parts=True,
        drifts=reader.drifts,
    )


def _parts(reader: Reader, raw: object) -> tuple[Part, ...]:
    return tuple(
        Part(
            id=text(each.get("id")),
            name=text(each.get("name")),
            status=reader.word(STATUSES, each.get("status"), "components.status", Status.UNKNOWN),
        )
        for each in objects(raw)
    )


def _incident(reader: Reader, raw: Mapping[str, Any]) -> Trouble:
    path = "activeIncidents"
    return Trouble(
        id=text(raw.get("id")),
        title=text(raw.get("name")),
        status=reader.word(
            _INCIDENT_STATUSES, raw.get("status"), f"{path}.status", IncidentStatus.UNKNOWN
        ),
        impact=reader.word(_IMPACTS, raw.get("impact"), f"{path}.impact", Indicator.UNKNOWN),
        started_at=reader.moment(raw.get("started"), f"{path}.started"),
        updated_at=reader.moment(raw.get("updatedAt"), f"{path}.updatedAt"),
        parts=_parts(reader, raw.get("components")),
    )


def _maintenance(reader: Reader, raw: Mapping[str, Any]) -> Work:
    path = "activeMaintenances"
    start = reader.moment(raw.get("start"), f"{path}.start")
    return Work(
        id=text(raw.get("id")),
        title=text(raw.get("name")),
        status=reader.word(
            _WORK_STATUSES, raw.get("status"), f"{path}.status", AnnouncementStatus.UNKNOWN
        ),
        start=start,
        end=reader.later(start, raw.get("duration"), f"{path}.duration"),
        updated_at=reader.moment(raw.get("updatedAt"), f"{path}.updatedAt"),
        parts=_parts(reader, raw.get("components")),
    )
