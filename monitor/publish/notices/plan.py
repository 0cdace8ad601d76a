"""Which notices are due: pure and level-triggered, so a crash or a jump catches up by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.configuration import NoticePolicy
from monitor.model.incident import Incident, IncidentStatus, Severity
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.notice import Notice, NoticeKind
from monitor.publish.notices.facts import facts_of, last_of, published
from monitor.publish.notices.policy import tellable_cause


class Reason(StrEnum):
    """Why a notice is due."""

    LASTED = "lasted"
    CAUSE_CONFIRMED = "cause_confirmed"
    CAUSE_CHANGED = "cause_changed"
    IMPACT_GREW = "impact_grew"
    PROMISED = "promised"
    RESOLVED = "resolved"
    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    STARTED = "started"
    END_MOVED = "end_moved"
    OVERRAN = "overran"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeIntent:
    """A notice that is due; unique per (*subject*, *kind*, *revision*)."""

    subject: str
    kind: NoticeKind
    revision: int
    reason: Reason


def due_notices(
    subject: Incident | Window,
    existing: Sequence[Notice],
    policy: NoticePolicy,
    now: datetime,
    *,
    services: Sequence[str] = (),
) -> tuple[NoticeIntent, ...]:
    """Return the notices about *subject* that are due and not in *existing*, most urgent first.

    Publishing one may make the next needless, so callers plan anew after each. *services* are the
    user-facing services that a window touches; an incident knows its own.
    """
    plan = _Plan(subject.id, existing, policy, now)
    if isinstance(subject, Incident):
        return plan.of_incident(subject)
    return plan.of_window(subject) if services and subject.is_public else ()


class _Plan:
    """The facts that every rule needs: what exists, what was told, what time it is."""

    def __init__(
        self, subject: str, existing: Sequence[Notice], policy: NoticePolicy, now: datetime
    ) -> None:
        self._subject = subject
        self._existing = existing
        self._told = published(existing)
        self._policy = policy
        self._now = now

    def of_incident(self, incident: Incident) -> tuple[NoticeIntent, ...]:
        if incident.window is not None:
            return ()  # The notices of the window that overran tell it.
        if not self._has(NoticeKind.DISRUPTION):
            return self._disruption(incident)
        if last_of(self._told, NoticeKind.DISRUPTION) is None:
            return ()
        if incident.status is IncidentStatus.RESOLVED:
            return self._once(NoticeKind.RECOVERY, Reason.RESOLVED)
        if incident.status is IncidentStatus.WITHDRAWN:
            return ()
        return (*self._cause(incident), *self._update(incident))

    def _disruption(self, incident: Incident) -> tuple[NoticeIntent, ...]:
        if incident.status.is_ended or not incident.impact:
            return ()
        critical = incident.severity is Severity.CRITICAL
        minimum = 0.0 if critical else self._policy.min_duration_seconds
        lasted = (incident.recovered_at or self._now) - incident.started_at
        if lasted < timedelta(seconds=minimum):
            return ()
        return self._once(NoticeKind.DISRUPTION, Reason.LASTED)

    def _cause(self, incident: Incident) -> tuple[NoticeIntent, ...]:
        cause = tellable_cause(incident.diagnosis, self._policy)
        if cause is None:
            return ()
        last = last_of(self._told, NoticeKind.CAUSE_KNOWN)
        if last is None and self._has(NoticeKind.CAUSE_KNOWN):
            return ()  # A person took it back, or it waits for one.
        if last is None:
            return self._next(NoticeKind.CAUSE_KNOWN, Reason.CAUSE_CONFIRMED)
        told = facts_of(last).incident
        if told is not None and told.cause is cause:
            return ()
        return self._next(NoticeKind.CAUSE_KNOWN, Reason.CAUSE_CHANGED)

    def _update(self, incident: Incident) -> tuple[NoticeIntent, ...]:
        named = {service for each in self._told for service in each.services}
        grew = not named.issuperset(incident.services)
        if grew and self._since_told() >= timedelta(seconds=self._policy.min_duration_seconds):
            return self._next(NoticeKind.UPDATE, Reason.IMPACT_GREW)
        return self._promised(NoticeKind.UPDATE)

    def of_window(self, window: Window) -> tuple[NoticeIntent, ...]:
        if window.status is WindowStatus.SCHEDULED:
            return self._planned(window)
        if window.status is WindowStatus.CANCELLED:
            told = last_of(self._told, NoticeKind.MAINTENANCE_PLANNED)
            return self._once(NoticeKind.MAINTENANCE_CANCELLED, Reason.CANCELLED) if told else ()
        if window.status is WindowStatus.COMPLETED:
            done = self._once(NoticeKind.MAINTENANCE_COMPLETED, Reason.COMPLETED)
            return done if self._told else ()
        return (*self._begun(), *(self._moved(window) or self._overrun(window)))

    def _planned(self, window: Window) -> tuple[NoticeIntent, ...]:
        last = last_of(self._told, NoticeKind.MAINTENANCE_PLANNED)
        if last is None:
            return self._once(NoticeKind.MAINTENANCE_PLANNED, Reason.SCHEDULED)
        announced = facts_of(last).window
        if announced is None or (announced.start, announced.end) == (window.start, window.end):
            return ()
        return self._next(NoticeKind.MAINTENANCE_PLANNED, Reason.RESCHEDULED)

    def _begun(self) -> tuple[NoticeIntent, ...]:
        return (
            *self._once(NoticeKind.MAINTENANCE_PLANNED, Reason.SCHEDULED),
            *self._once(NoticeKind.MAINTENANCE_STARTED, Reason.STARTED),
        )

    def _moved(self, window: Window) -> tuple[NoticeIntent, ...]:
        announced = facts_of(self._told[-1]).window if self._told else None
        if announced is None or announced.end == window.end:
            return ()
        return self._next(NoticeKind.MAINTENANCE_EXTENDED, Reason.END_MOVED)

    def _overrun(self, window: Window) -> tuple[NoticeIntent, ...]:
        if window.status is not WindowStatus.OVERRUNNING:
            return ()
        last = last_of(self._told, NoticeKind.MAINTENANCE_OVERRUNNING)
        told = facts_of(last).window if last else None
        if told is None or told.overrun_since != window.overrun_since:
            return self._next(NoticeKind.MAINTENANCE_OVERRUNNING, Reason.OVERRAN)
        return self._promised(NoticeKind.MAINTENANCE_OVERRUNNING)

    def _promised(self, kind: NoticeKind) -> tuple[NoticeIntent, ...]:
        if self._since_told() < timedelta(seconds=self._policy.update_every_seconds):
            return ()
        return self._next(kind, Reason.PROMISED)

    def _since_told(self) -> timedelta:
        return self._now - self._told[-1].at

    def _has(self, kind: NoticeKind) -> bool:
        return any(each.kind is kind for each in self._existing)

    def _once(self, kind: NoticeKind, reason: Reason) -> tuple[NoticeIntent, ...]:
        return () if self._has(kind) else self._next(kind, reason)

    def _next(self, kind: NoticeKind, reason: Reason) -> tuple[NoticeIntent, ...]:
        revisions = [each.revision for each in self._existing if each.kind is kind]
        intent = NoticeIntent(
            subject=self._subject,
            kind=kind,
            revision=max(revisions, default=0) + 1,
            reason=reason,
        )
        return (intent,)
