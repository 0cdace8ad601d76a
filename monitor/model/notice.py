"""Notices: messages to the platform's users, kept with every revision."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice tells; each has a template folder of the same name per locale."""

    MAINTENANCE_PLANNED = "maintenance_planned"
    MAINTENANCE_REMINDER = "maintenance_reminder"
    MAINTENANCE_STARTED = "maintenance_started"
    MAINTENANCE_EXTENDED = "maintenance_extended"
    MAINTENANCE_OVERRUNNING = "maintenance_overrunning"
    MAINTENANCE_COMPLETED = "maintenance_completed"
    MAINTENANCE_CANCELLED = "maintenance_cancelled"
    DISRUPTION = "disruption"
    REGULATORY = "regulatory"
    CAUSE_KNOWN = "cause_known"
    UPDATE = "update"
    HOLDING = "holding"
    MONITORING = "monitoring"
    RECOVERY = "recovery"
    CORRECTION = "correction"
    SUMMARY = "summary"


class Audience(StrEnum):
    """Who reads a notice besides end users; each has templates of its own."""

    MERCHANTS = "merchants"
    SUPPORT = "support"


class NoticeState(StrEnum):
    """Whether the public sees it, and why not.

    A pending one waits for a person, who rejects it, or for so long that it expires, or until
    something newer supersedes it; a retracted one was seen.
    """

    PENDING = "pending"
    PUBLISHED = "published"
    RETRACTED = "retracted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """A notice rendered in one locale: plain subject and text, and safe HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStep:
    """One step in the life of a notice: who, or which *rule*, brought it there, when and why."""

    state: NoticeState
    at: datetime
    by: str = ""
    rule: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One published (or waiting) message about an incident or a window.

    Unique per (*subject*, *kind*, *revision*); *subject* is an incident or window id. *facts* is
    the public fact record that all locales were rendered from. *history* holds every step, oldest
    first; *author* is the person of the last one. A pending notice waits until *expires_at*;
    *corrected_by* is the id of the notice that set it right. *texts* are for end users, *audiences*
    holds what others read, per audience and locale.
    """

    id: str
    subject: str
    kind: NoticeKind
    revision: int
    state: NoticeState
    services: tuple[str, ...]
    at: datetime
    texts: Mapping[str, NoticeText]
    audiences: Mapping[str, Mapping[str, NoticeText]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    author: str = ""
    next_update_by: datetime | None = None
    history: tuple[NoticeStep, ...] = ()
    expires_at: datetime | None = None
    corrected_by: str = ""

    def stepped(self, step: NoticeStep) -> "Notice":
        """Return the notice one step on."""
        return replace(
            self,
            state=step.state,
            author=step.by or self.author,
            history=(*self.history, step),
            expires_at=self.expires_at if step.state is NoticeState.PENDING else None,
        )
