"""Notices: messages to the platform's users, kept with every revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice tells; each has a template folder of the same name per locale."""

    MAINTENANCE_PLANNED = "maintenance_planned"
    MAINTENANCE_STARTED = "maintenance_started"
    MAINTENANCE_EXTENDED = "maintenance_extended"
    MAINTENANCE_OVERRUNNING = "maintenance_overrunning"
    MAINTENANCE_COMPLETED = "maintenance_completed"
    MAINTENANCE_CANCELLED = "maintenance_cancelled"
    DISRUPTION = "disruption"
    CAUSE_KNOWN = "cause_known"
    UPDATE = "update"
    RECOVERY = "recovery"


class NoticeState(StrEnum):
    """Whether the public sees it."""

    PENDING = "pending"
    PUBLISHED = "published"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """A notice rendered in one locale: plain subject and text, and safe HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One published (or waiting) message about an incident or a window.

    Unique per (*subject*, *kind*, *revision*); *subject* is an incident or window id. *facts* is
    the public fact record that all locales were rendered from.
    """

    id: str
    subject: str
    kind: NoticeKind
    revision: int
    state: NoticeState
    services: tuple[str, ...]
    at: datetime
    texts: Mapping[str, NoticeText]
    facts: Mapping[str, object] = field(default_factory=dict)
    author: str = ""
    next_update_by: datetime | None = None
