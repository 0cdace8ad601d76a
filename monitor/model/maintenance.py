"""Planned maintenance: windows, their lifecycle and the pattern of trouble they announce."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.platform import LocalizedText


class WindowStatus(StrEnum):
    """The lifecycle of a window; a draft waits for a person's approval."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    OVERRUNNING = "overrunning"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether work is going on (or should have ended and has not)."""
        return self in (WindowStatus.IN_PROGRESS, WindowStatus.OVERRUNNING)

    @property
    def is_ended(self) -> bool:
        """Whether the window is history."""
        return self in (WindowStatus.COMPLETED, WindowStatus.CANCELLED)


class Milestone(StrEnum):
    """How far a window has come: its status, and what has been done within it."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    ANNOUNCED = "announced"
    REMINDED = "reminded"
    IN_PROGRESS = "in_progress"
    EXTENDED = "extended"
    VERIFYING = "verifying"
    OVERRUNNING = "overrunning"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PatternKind(StrEnum):
    """What users will notice during a window."""

    FULL = "full"
    PARTIAL = "partial"
    BLIPS = "blips"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPattern:
    """The announced trouble; what exceeds it is an incident.

    For blips: at most *count* interruptions of at most *max_seconds* each.
    """

    kind: PatternKind = PatternKind.FULL
    count: int = 0
    max_seconds: float = 0.0


class WindowSource(StrEnum):
    """Who announced the window."""

    OPERATOR = "operator"
    THIRD_PARTY = "third_party"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One planned maintenance.

    *start* and *end* are planned, *actual_start* and *actual_end* what happened; *planned_end* is
    the end as first announced, kept when it is extended. *green_rounds* counts clean rounds of all
    checks in scope in a row, *proposed_at* is when green probes first proposed completion and
    *verifying_since* when work was said to be done, or its end passed with nothing failing.

    *title* is what users read; *internal_note* and *owner* they never see. *lead_seconds* is how
    long before the start users are told; None tells them as soon as it is scheduled. *origin*
    names the series (`series/…`) or the check (`check/…`) that it comes from, and *withdrawn* says
    that it was cancelled because that no longer has it.
    """

    id: str
    start: datetime
    end: datetime
    planned_end: datetime
    created_at: datetime
    title: LocalizedText = field(default_factory=dict)
    services: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    status: WindowStatus = WindowStatus.SCHEDULED
    expected: ExpectedPattern = ExpectedPattern()
    source: WindowSource = WindowSource.OPERATOR
    origin: str = ""
    created_by: str = ""
    owner: str = ""
    internal_note: str = ""
    needs_approval: bool = False
    approved_at: datetime | None = None
    approved_by: str = ""
    lead_seconds: float | None = None
    announced_at: datetime | None = None
    reminded_at: datetime | None = None
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    extended_at: datetime | None = None
    verifying_since: datetime | None = None
    proposed_at: datetime | None = None
    overrun_since: datetime | None = None
    withdrawn: bool = False
    green_rounds: int = 0
    round_started_at: datetime | None = None
    blips: Mapping[str, int] = field(default_factory=dict)
    revision: int = 1

    @property
    def milestone(self) -> Milestone:
        """How far it has come."""
        if self.status is WindowStatus.SCHEDULED:
            told = Milestone.ANNOUNCED if self.announced_at else Milestone.SCHEDULED
            return Milestone.REMINDED if self.reminded_at else told
        if self.status is WindowStatus.IN_PROGRESS:
            moved = Milestone.EXTENDED if self.extended_at else Milestone.IN_PROGRESS
            return Milestone.VERIFYING if self.verifying_since else moved
        return Milestone(self.status.value)

    @property
    def is_public(self) -> bool:
        """Whether users may know of it: no draft, and nothing before it is to be announced."""
        if self.needs_approval and self.approved_at is None:
            return False
        return self.actual_start is not None or not self._waits_to_be_told

    @property
    def _waits_to_be_told(self) -> bool:
        return self.lead_seconds is not None and self.announced_at is None
