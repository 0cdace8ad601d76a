"""The operations page as one value: everything that its template shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.model.configuration import Configuration
from monitor.model.delivery import Delivery
from monitor.model.incident import Incident
from monitor.model.notice import Notice
from monitor.model.snapshot import Snapshot
from monitor.model.status import Condition, Status
from monitor.web.ops.page.graph_view import GraphView, graph_view
from monitor.web.ops.page.incident_view import IncidentView, incident_view
from monitor.web.ops.page.notice_view import NoticeView, notice_view
from monitor.web.ops.page.rows import (
    CheckRow,
    DeliveryRow,
    FaultRow,
    SubjectRow,
    WindowRow,
    check_rows,
    component_rows,
    delivery_rows,
    fault_rows,
    service_rows,
    window_rows,
)
from monitor.web.ops.page.wording import Moment, Wording, english
from monitor.web.ops.page.work_rows import MuteRow, mute_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the page shows of the store; *is_readable* false leaves the rest empty."""

    recent: Sequence[Incident] = ()
    deliveries: Sequence[Delivery] = ()
    waiting: Sequence[Notice] = ()
    is_readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number at the head of the page; *tone* colours it."""

    value: str
    name: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything on the operations page."""

    platform: str
    at: Moment
    zone: str
    verdict: str
    tone: str
    figures: tuple[Figure, ...]
    faults: tuple[FaultRow, ...]
    incidents: tuple[IncidentView, ...]
    services: tuple[SubjectRow, ...]
    components: tuple[SubjectRow, ...]
    graph: GraphView
    checks: tuple[CheckRow, ...]
    checks_total: int
    mutes: tuple[MuteRow, ...]
    windows: tuple[WindowRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    recent: tuple[IncidentView, ...]
    waiting: tuple[NoticeView, ...]
    is_store_readable: bool
    public_url: str


def overview(snapshot: Snapshot, configuration: Configuration, stored: Stored) -> Overview:
    """Return the page of *snapshot*."""
    wording = wording_of(configuration, snapshot)
    services = [each.displayed for each in snapshot.services.values()]
    current = {each.id for each in snapshot.incidents}
    ended = [each for each in stored.recent if each.id not in current]
    return Overview(
        platform=english(configuration.platform.names, "Platform"),
        at=wording.moment(snapshot.at),
        zone=wording.zone_name,
        verdict=verdict(services),
        tone=worst(services).value,
        figures=figures(snapshot),
        faults=fault_rows(snapshot.faults, wording),
        incidents=_incidents(snapshot.incidents, configuration, wording),
        services=service_rows(snapshot, configuration, wording),
        components=component_rows(snapshot, configuration, wording),
        graph=graph_view(snapshot, configuration),
        checks=check_rows(snapshot, wording),
        checks_total=len(snapshot.checks),
        mutes=mute_rows(snapshot, wording),
        windows=window_rows(snapshot.windows, wording),
        deliveries=delivery_rows(stored.deliveries, wording),
        recent=_incidents(ended, configuration, wording),
        waiting=tuple(notice_view(each, configuration, wording) for each in stored.waiting),
        is_store_readable=stored.is_readable,
        public_url=configuration.platform.public_url,
    )


def wording_of(configuration: Configuration, snapshot: Snapshot) -> Wording:
    """Return the words for the platform's zone at the moment of *snapshot*."""
    return Wording(ZoneInfo(configuration.platform.time_zone), snapshot.at)


def verdict(services: Sequence[Status]) -> str:
    """Return the sentence at the head of the page."""
    bad = sum(each.is_bad for each in services)
    unknown = sum(each is Status.UNKNOWN for each in services)
    if not services:
        return "No services are configured"
    if bad:
        return f"{bad} of {len(services)} services affected"
    if unknown:
        return f"No data for {unknown} of {len(services)} services"
    if Status.MAINTENANCE in services:
        return "Maintenance in progress"
    return "All services operational"


def worst(services: Iterable[Status]) -> Status:
    """Return the word that colours the head: trouble before no data before maintenance."""
    order = (
        Status.MAJOR_OUTAGE,
        Status.PARTIAL_OUTAGE,
        Status.DEGRADED,
        Status.UNKNOWN,
        Status.MAINTENANCE,
    )
    seen = set(services)
    return next((each for each in order if each in seen), Status.OPERATIONAL)


def figures(snapshot: Snapshot) -> tuple[Figure, ...]:
    """Return the numbers at the head of the page."""
    conditions = Counter(
        state.condition
        for name in snapshot.checks
        if (state := snapshot.check_states.get(name)) is not None
    )
    failing = conditions[Condition.FAILED] + conditions[Condition.DEGRADED]
    silent = len(snapshot.checks) - failing - conditions[Condition.OK]
    active = sum(each.status.is_active for each in snapshot.windows)
    return (
        _figure(len(snapshot.incidents), "current incidents", "major_outage"),
        _figure(failing, "checks in trouble", "partial_outage"),
        _figure(silent, "checks without data", "unknown"),
        _figure(len(snapshot.checks), "checks", "plain"),
        _figure(active, "active windows", "maintenance"),
        _figure(len(snapshot.faults), "monitor faults", "degraded"),
    )


def _figure(count: int, name: str, tone: str) -> Figure:
    return Figure(value=f"{count:,}", name=name, tone=tone if count else "plain")


def _incidents(
    incidents: Iterable[Incident], configuration: Configuration, wording: Wording
) -> tuple[IncidentView, ...]:
    return tuple(incident_view(each, configuration, wording) for each in incidents)
