"""The public view: one frozen value that every page, feed and answer is made of.

It knows services, published notices and windows; components, checks and evidence have no field.
Fields that change with every observation do not count when two views are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.model.cause import Cause
from monitor.model.history import StatusSpell
from monitor.model.incident import IncidentStatus, Severity
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeKind, NoticeText
from monitor.model.platform import LocalizedText
from monitor.model.status import Status
from monitor.web.public.chart import ResponseChart


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDay:
    """A day of a service: the worst status shown and the share of time it did its work."""

    day: date
    worst: Status
    ratio: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class LastKnown:
    """The last status that was not `unknown`, and when it was seen."""

    status: Status
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicService:
    """A service as users see it.

    *settling* says that something about it is open, recovered within the watch time, or not well
    behind it; *fresh_seconds* how old its last observation may be for an answer about now; *spells*
    what was shown and when, oldest first, where gaps are "no data".
    """

    name: str
    names: LocalizedText
    descriptions: LocalizedText
    status: Status
    since: datetime
    last_known: LastKnown | None
    settling: bool
    days: tuple[PublicDay, ...]
    uptime: float | None
    fresh_seconds: float
    response: ResponseChart | None = None
    spells: tuple[StatusSpell, ...] = field(default=(), compare=False)
    seen_at: datetime = field(compare=False)

    @property
    def known_days(self) -> int:
        """Of how many days something is known."""
        return sum(each.ratio is not None for each in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicUpdate:
    """A published notice in its timeline; *corrected_at* is when another one set it right.

    *repeats* says that it tells how things stand, which is as the notice before told.
    """

    id: str
    kind: NoticeKind
    at: datetime
    services: tuple[str, ...]
    texts: Mapping[str, NoticeText]
    corrected_at: datetime | None = None
    repeats: bool = False

    @property
    def changed_at(self) -> datetime:
        """When it was last touched."""
        return self.corrected_at or self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicImpact:
    """What an incident did to a service."""

    service: str
    worst: Status
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIncident:
    """An incident that users were told of, *updates* newest first; *cause* once published."""

    id: str
    status: IncidentStatus
    severity: Severity
    cause: Cause | None
    impact: tuple[PublicImpact, ...]
    started_at: datetime
    updated_at: datetime
    recovered_at: datetime | None
    monitoring_at: datetime | None
    resolved_at: datetime | None
    updates: tuple[PublicUpdate, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the services it touched."""
        return tuple(each.service for each in self.impact)

    @property
    def worst(self) -> Status:
        """The worst it did to any service."""
        words = [each.worst for each in self.impact]
        return max(words, key=lambda each: each.badness, default=Status.UNKNOWN)

    @property
    def is_open(self) -> bool:
        """Whether it is still open or watched."""
        return not self.status.is_ended


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWindow:
    """A maintenance window that touches services; *updates* newest first.

    *verifying* says that work is done and green probes are awaited.
    """

    id: str
    status: WindowStatus
    title: LocalizedText
    services: tuple[str, ...]
    start: datetime
    end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    created_at: datetime
    updated_at: datetime
    revision: int
    verifying: bool
    updates: tuple[PublicUpdate, ...]

    @property
    def begins_at(self) -> datetime:
        """When work began, or is to begin."""
        return self.actual_start or self.start

    @property
    def ends_at(self) -> datetime:
        """When work ended, or is to end."""
        return self.actual_end or self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPlatform:
    """Whose page it is; *texts* are the operator's own sentences on payments and repayments."""

    names: LocalizedText
    contact: LocalizedText
    issuer: LocalizedText
    time_zone: str
    locales: tuple[str, ...]
    default_locale: str
    url: str
    texts: Mapping[str, LocalizedText] = field(default_factory=dict)


class Overall(StrEnum):
    """What the page says first."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"
    TOTAL_OUTAGE = "total_outage"
    MAINTENANCE = "maintenance"
    OVERRUNNING = "overrunning"
    PARTLY_UNKNOWN = "partly_unknown"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """Everything public at *at*; *impaired* says that the monitor does not trust itself.

    *stale* is set once the view itself is old, with its *age* in whole minutes; *record_at* is when
    notices and history were last read, where they cannot be read now.
    """

    platform: PublicPlatform
    services: tuple[PublicService, ...]
    incidents: tuple[PublicIncident, ...]
    windows: tuple[PublicWindow, ...]
    monitored_since: datetime
    impaired: bool = False
    stale: bool = False
    age: timedelta = timedelta()
    record_at: datetime | None = None
    at: datetime = field(compare=False)

    def service(self, name: str) -> PublicService | None:
        """Return the service called *name*, or None."""
        return next((each for each in self.services if each.name == name), None)

    def open_incidents(self) -> tuple[PublicIncident, ...]:
        """Return the incidents that are open or watched, newest first."""
        return tuple(each for each in self.incidents if each.is_open)

    def active_windows(self) -> tuple[PublicWindow, ...]:
        """Return the windows in which work goes on."""
        return tuple(each for each in self.windows if each.status.is_active)

    def upcoming_windows(self) -> tuple[PublicWindow, ...]:
        """Return the scheduled windows, the next one first."""
        ahead = [each for each in self.windows if each.status is WindowStatus.SCHEDULED]
        return tuple(sorted(ahead, key=lambda each: each.start))

    def overall(self) -> Overall:
        """Return what the page says first; no data is never `operational`."""
        statuses = [each.status for each in self.services]
        bad = [each for each in statuses if each.is_bad]
        if bad and self._all_of_overruns():
            return Overall.OVERRUNNING
        if harm := self.harm():
            return harm
        if statuses and all(each is not Status.UNKNOWN for each in statuses):
            return self._calm(statuses)
        everything = all(each is Status.UNKNOWN for each in statuses)
        return Overall.UNKNOWN if everything else Overall.PARTLY_UNKNOWN

    def harm(self) -> Overall | None:
        """Return how bad the services are taken together, whatever the reason; None: not bad."""
        bad = [each.status for each in self.services if each.status.is_bad]
        return _worst(bad, everything=len(bad) == len(self.services)) if bad else None

    def _all_of_overruns(self) -> bool:
        """Whether all that is bad belongs to maintenance that did not end in time."""
        late = [each for each in self.windows if each.status is WindowStatus.OVERRUNNING]
        covered = {name for each in late for name in each.services}
        return all(each.name in covered for each in self.services if each.status.is_bad)

    def _calm(self, statuses: list[Status]) -> Overall:
        if any(each.status is WindowStatus.OVERRUNNING for each in self.windows):
            return Overall.OVERRUNNING
        maintained = Status.MAINTENANCE in statuses
        return Overall.MAINTENANCE if maintained else Overall.OPERATIONAL


def without_data(view: PublicView, age: timedelta) -> PublicView:
    """Return *view* as it may be shown when it is too old: nothing is known of now."""
    services = tuple(
        replace(each, status=Status.UNKNOWN, last_known=_remembered(each)) for each in view.services
    )
    return replace(view, services=services, stale=True, age=age)


def last_known_of(view: PublicView | None) -> Mapping[str, LastKnown]:
    """Return what was last known of each service, for the next view."""
    if view is None:
        return {}
    known = {each.name: _remembered(each) for each in view.services}
    return {name: each for name, each in known.items() if each is not None}


def _remembered(service: PublicService) -> LastKnown | None:
    if service.status is Status.UNKNOWN:
        return service.last_known
    return LastKnown(service.status, service.seen_at)


def _worst(bad: list[Status], *, everything: bool) -> Overall:
    worst = max(bad, key=lambda each: each.badness)
    down = all(each is Status.MAJOR_OUTAGE for each in bad)
    if everything and down:
        return Overall.TOTAL_OUTAGE
    return Overall(worst.value)
