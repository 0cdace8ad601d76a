"""Announcements: the maintenance that a third party tells of on its own status page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AnnouncementStatus(StrEnum):
    """How far the announced work is; a word that we do not know is `unknown`, never `completed`."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    VERIFYING = "verifying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One maintenance that a status page announces.

    *check* is the check that read it and *id* the page's own name for it: both together identify
    it. *components* are names of our components that the check maps to those of the page; none
    means that the page does not say what is affected. *start* and *end* are the planned times, as
    far as the page gives them.
    """

    id: str
    check: str
    title: str
    status: AnnouncementStatus
    start: datetime | None = None
    end: datetime | None = None
    components: tuple[str, ...] = ()
    updated_at: datetime | None = None
