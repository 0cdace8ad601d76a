"""Planned maintenance: windows, their lifecycle and the pattern of trouble they announce."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.model.platform import LocalizedText


class WindowStatus(StrEnum):
    """The lifecycle of a window."""

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
    checks in scope in a row, *proposed_at* is when green probes first proposed completion.
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
    created_by: str = ""
    internal_note: str = ""
    actual_start: datetime | None = None
    actual_end: datetime | None = None
    proposed_at: datetime | None = None
    overrun_since: datetime | None = None
    green_rounds: int = 0
    round_started_at: datetime | None = None
    blips: Mapping[str, int] = field(default_factory=dict)
    revision: int = 1
