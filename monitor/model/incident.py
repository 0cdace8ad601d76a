"""Incidents: spans of trouble with one root cause, their members and their impact."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from monitor.model.business import BusinessLoss
from monitor.model.cause import Cause, Diagnosis
from monitor.model.incident_work import Note, Postmortem, Reminder, Report
from monitor.model.platform import LocalizedText
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.status import Status


class IncidentStatus(StrEnum):
    """open -> monitoring -> resolved; withdrawn when what it is about was removed."""

    OPEN = "open"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will happen to the incident by itself."""
        return self in (IncidentStatus.RESOLVED, IncidentStatus.WITHDRAWN)


class Severity(StrEnum):
    """How bad an incident is; it only rises while the incident is open."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for minor to 2 for critical."""
        return list(Severity).index(self)


class Origin(StrEnum):
    """Where an incident came from."""

    PROBES = "probes"
    OVERRUN = "overrun"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """When a failure began: after *last_ok_at* and by *first_failure_at*.

    *last_ok_at* None means that it was never seen well.
    """

    last_ok_at: datetime | None
    first_failure_at: datetime

    def is_clearly_after(self, other: "Onset") -> bool:
        """Whether this began after *other*: only disjoint intervals have an order."""
        return self.last_ok_at is not None and self.last_ok_at > other.first_failure_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A component that fails as part of an incident; *recovered_at* is its first success after."""

    component: str
    onset: Onset
    joined_at: datetime
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceImpact:
    """What an incident did to one service: the worst status it caused, and since when.

    *failing* says that a part of the service failed, and did not only answer late.
    """

    service: str
    worst: Status
    since: datetime
    until: datetime | None = None
    failing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a person decided against, or beside, the machine's verdict; None leaves it as it is.

    *level* is the class of the incident in an authority's own words, such as `II`.
    """

    cause: Cause | None = None
    subcause: str = ""
    severity: Severity | None = None
    level: str = ""
    author: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """When the incident was first of this severity and level; no *author*: the machine saw it."""

    severity: Severity
    level: str = ""
    at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One span of trouble with one root.

    *started_at* is the first failure, *confirmed_at* its confirmation, *recovered_at* the first
    success of the recovery, *monitoring_at* when that was confirmed and *resolved_at* the end of
    the watch time; *revision* rises with each event that tells others of a change; *unstable* says
    that its root flaps, *harmless* that nothing failed so far (a limit came near, or a strain was
    felt by nobody) and *failed_from* since when something did after that; *window* names the
    maintenance window it overran and *follows* the incident it came out of. *diagnosis* and
    *severity* are the machine's; *override* is what a person decided instead, *overrides* all such
    decisions in order, and the `effective_...` properties are what is told. *root* is empty where a
    person named services only. *title*, *regulatory* and the public part of *postmortem* are for
    users, *notes* never. *classified* says when it was first of which severity and level, *reports*
    what people reported to authorities.
    """

    id: str
    status: IncidentStatus
    severity: Severity
    root: str
    members: tuple[Member, ...]
    impact: tuple[ServiceImpact, ...]
    diagnosis: Diagnosis
    started_at: datetime
    confirmed_at: datetime
    updated_at: datetime
    recovered_at: datetime | None = None
    monitoring_at: datetime | None = None
    resolved_at: datetime | None = None
    origin: Origin = Origin.PROBES
    window: str | None = None
    follows: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    relapses: int = 0
    unstable: bool = False
    harmless: bool = False
    failed_from: datetime | None = None
    revision: int = 1
    business: tuple[BusinessLoss, ...] = ()
    title: LocalizedText = field(default_factory=dict)
    regulatory: RegulatoryFacts | None = None
    override: Override | None = None
    overrides: tuple[Override, ...] = ()
    notes: tuple[Note, ...] = ()
    postmortem: Postmortem | None = None
    classified: tuple[Classification, ...] = ()
    reports: tuple[Report, ...] = ()
    reminders: tuple[Reminder, ...] = ()

    @property
    def effective_diagnosis(self) -> Diagnosis:
        """The verdict that is told; the cause that a person named is certain."""
        decided = self.override
        if decided is None or decided.cause is None:
            return self.diagnosis
        return replace(
            self.diagnosis, cause=decided.cause, subcause=decided.subcause, confidence=1.0
        )

    @property
    def effective_cause(self) -> Cause:
        """The cause that is told."""
        return self.effective_diagnosis.cause

    @property
    def effective_severity(self) -> Severity:
        """The severity that is told: a person's, else the machine's."""
        decided = self.override.severity if self.override else None
        return decided or self.severity

    @property
    def level(self) -> str:
        """The level that a person gave it, or nothing."""
        return self.override.level if self.override else ""

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the failing components, the root first."""
        rest = (each.component for each in self.members if each.component != self.root)
        return (self.root, *rest) if self.root else tuple(rest)

    @property
    def services(self) -> tuple[str, ...]:
        """Names of the services it touched."""
        return tuple(each.service for each in self.impact)

    @property
    def felt_from(self) -> datetime:
        """Since when services suffer; its start, where none does.

        An incident may begin with a limit that comes near, and hurt days later.
        """
        began = self.failed_from or self.started_at
        return max(self.started_at, min((each.since for each in self.impact), default=began))

    @property
    def felt_until(self) -> datetime | None:
        """Until when services suffered; None while it has not recovered.

        Its root may be under strain, or one of several spares, long after all works again.
        """
        ends = [each.until for each in self.impact]
        if self.recovered_at is None or not ends:
            return self.recovered_at
        return min(self.recovered_at, max(each or self.recovered_at for each in ends))

    @property
    def downtime_seconds(self) -> float | None:
        """`felt_until - felt_from`, 0 where nothing failed; None while it has not recovered.

        It is never less than nothing, wherever the clock was set in between.
        """
        if self.felt_until is None:
            return None
        if self.harmless:
            return 0.0
        return max(0.0, (self.felt_until - self.felt_from).total_seconds())
