"""A third party's status page as a value, whoever hosts it; unknown words stay unknown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.announcement import AnnouncementStatus
from monitor.model.status import Status


class Indicator(StrEnum):
    """How bad a page says that things are, overall or by one incident."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"


class IncidentStatus(StrEnum):
    """How far a page says that work on an incident is."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    POSTMORTEM = "postmortem"
    UNKNOWN = "unknown"

    @property
    def is_open(self) -> bool:
        """Whether the incident lasts, as far as the page says; a word we do not know ends none."""
        return self not in (IncidentStatus.RESOLVED, IncidentStatus.POSTMORTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of the page, by its id and its name."""

    id: str
    name: str
    status: Status = Status.UNKNOWN

    def is_called(self, name: str) -> bool:
        """Say whether *name* is the id or, in any case, the name."""
        return name in (self.id, self.name) or name.casefold() == self.name.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An incident on the page."""

    id: str
    title: str
    status: IncidentStatus
    impact: Indicator
    started_at: datetime | None = None
    updated_at: datetime | None = None
    resolved_at: datetime | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A maintenance on the page."""

    id: str
    title: str
    status: AnnouncementStatus
    start: datetime | None = None
    end: datetime | None = None
    updated_at: datetime | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A place where a page says what we do not understand."""

    path: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one document of a status page says.

    *lists_parts* is whether a component that is not in *parts* does not exist: some documents
    name only those in trouble.
    """

    indicator: Indicator = Indicator.UNKNOWN
    parts: tuple[Part, ...] = ()
    lists_parts: bool = False
    incidents: tuple[Trouble, ...] = ()
    maintenances: tuple[Work, ...] = ()
    updated_at: datetime | None = None
    latest: str = ""
    drifts: tuple[Drift, ...] = ()
