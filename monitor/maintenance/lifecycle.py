"""The life of a window: the clock starts it, green probes or a person complete it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model.configuration import MaintenancePolicy
from monitor.model.events import EventType
from monitor.model.maintenance import Window, WindowStatus

Step = tuple[Window, tuple[EventType, ...]]


class WindowError(ValueError):
    """A command that does not fit the window's state; the message is for the operator."""


class WindowTimesError(WindowError):
    """A command with times that cannot be, whatever the state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeHealth:
    """What the probes say of the checks in a window's scope.

    *failing*: a last attempt was bad; *known*: every check was seen lately; *oldest_seen_at*: the
    oldest of the checks' last attempts, with which clean rounds are counted.
    """

    failing: bool
    known: bool
    oldest_seen_at: datetime | None


def advance(
    window: Window, health: Callable[[], ScopeHealth], policy: MaintenancePolicy, now: datetime
) -> Step:
    """Return the window at *now* and what became due; the clock alone never completes it.

    *health* is asked only where work goes on.
    """
    if window.status.is_ended:
        return window, ()
    if window.status is WindowStatus.DRAFT:
        return _lapsed(window, now)
    if window.status is WindowStatus.SCHEDULED:
        return _awaited(window, policy, now)
    return _worked_on(window, health(), policy, now)


def _lapsed(window: Window, now: datetime) -> Step:
    """Call a draft off that nobody approved before it would have been over."""
    if now < window.end:
        return window, ()
    called_off = replace(window, status=WindowStatus.CANCELLED, actual_end=now)
    return _told(called_off, EventType.MAINTENANCE_CANCELLED)


def _awaited(window: Window, policy: MaintenancePolicy, now: datetime) -> Step:
    if now >= window.start:
        return begin(window, now)
    lead = window.lead_seconds
    if window.announced_at is None:
        if lead is not None and now >= window.start - timedelta(seconds=lead):
            return _told(replace(window, announced_at=now), EventType.MAINTENANCE_ANNOUNCED)
        return window, ()
    reminds_at = window.start - timedelta(seconds=policy.reminder_seconds)
    # Who was told after that needs no reminder of it.
    if window.reminded_at is None and window.announced_at < reminds_at <= now:
        return _told(replace(window, reminded_at=now), EventType.MAINTENANCE_REMINDED)
    return window, ()


def _worked_on(
    window: Window, health: ScopeHealth, policy: MaintenancePolicy, now: datetime
) -> Step:
    counted = _count_rounds(window, health, policy, now)
    is_over = now >= window.end
    if is_over:
        counted = _verified(counted, health, now)
    elif counted.verifying_since is None:
        return counted, ()
    if counted.green_rounds >= policy.clean_rounds:
        return _completed(counted, now)
    grace_over = now >= window.end + timedelta(seconds=policy.overrun_grace_seconds)
    if grace_over and health.failing and window.status is WindowStatus.IN_PROGRESS:
        late = replace(
            counted,
            status=WindowStatus.OVERRUNNING,
            overrun_since=window.end,
            verifying_since=None,
        )
        return _told(late, EventType.MAINTENANCE_OVERRUNNING)
    return counted, ()


def approve(window: Window, by: str, now: datetime) -> Step:
    """Schedule a draft because a person says so."""
    if window.status is not WindowStatus.DRAFT:
        message = f"only a draft can be approved, this window is {window.status.value}"
        raise WindowError(message)
    if now >= window.end:
        message = "the end of the window has passed"
        raise WindowError(message)
    approved = replace(window, status=WindowStatus.SCHEDULED, approved_at=now, approved_by=by)
    return _told(announced_if_due(approved, now), EventType.MAINTENANCE_SCHEDULED)


def begin(window: Window, now: datetime) -> Step:
    """Begin the work, by the clock or because whoever does it says so."""
    begun = replace(window, status=WindowStatus.IN_PROGRESS, actual_start=now, round_started_at=now)
    return _told(begun, EventType.MAINTENANCE_STARTED)


def announced_if_due(window: Window, now: datetime) -> Window:
    """Return a scheduled window as announced, where users are told without waiting."""
    return replace(window, announced_at=now) if window.lead_seconds is None else window


def reschedule(window: Window, start: datetime, end: datetime, now: datetime) -> Step:
    """Move a window that has not begun; its users are told anew, and reminded of the new time."""
    if window.status not in (WindowStatus.DRAFT, WindowStatus.SCHEDULED):
        message = f"only a scheduled window can be moved, this one is {window.status.value}"
        raise WindowError(message)
    if window.origin:
        message = f"the window follows {window.origin}; cancel it and schedule another"
        raise WindowError(message)
    if not now < start < end:
        message = "the new start must lie ahead, and the end after it"
        raise WindowTimesError(message)
    moved = replace(window, start=start, end=end, planned_end=end, reminded_at=None)
    return _told(moved, EventType.MAINTENANCE_CHANGED)


def extend(window: Window, end: datetime, now: datetime) -> Step:
    """Move the end of a window that is not over; an overrunning one is in progress again."""
    if window.status.is_ended:
        message = f"the window is {window.status.value}"
        raise WindowError(message)
    if end <= max(now, window.start):
        message = "the new end must lie ahead and after the start"
        raise WindowTimesError(message)
    status = WindowStatus.IN_PROGRESS if window.status.is_active else window.status
    moved = replace(
        window,
        end=end,
        status=status,
        extended_at=now,
        overrun_since=None,
        proposed_at=None,
        verifying_since=None,
    )
    return _told(moved, EventType.MAINTENANCE_EXTENDED)


def verify(window: Window, now: datetime) -> Step:
    """Take a person's word that the work is done; green rounds from now on complete it."""
    if not window.status.is_active:
        message = f"only a window in progress can be verified, this one is {window.status.value}"
        raise WindowError(message)
    verifying = replace(window, verifying_since=now, green_rounds=0, round_started_at=now)
    return _told(verifying, EventType.MAINTENANCE_VERIFYING)


def complete(window: Window, now: datetime) -> Step:
    """End a window that is in progress because a person says that the work is done."""
    if not window.status.is_active:
        message = f"only a window in progress can be completed, this one is {window.status.value}"
        raise WindowError(message)
    return _completed(window, now)


def cancel(window: Window, now: datetime) -> Step:
    """Call off a window that has not begun."""
    if window.status not in (WindowStatus.DRAFT, WindowStatus.SCHEDULED):
        message = f"only a scheduled window can be cancelled, this one is {window.status.value}"
        raise WindowError(message)
    called_off = replace(window, status=WindowStatus.CANCELLED, actual_end=now)
    return _told(called_off, EventType.MAINTENANCE_CANCELLED)


def abandon(window: Window, now: datetime) -> Step:
    """End a window of which nothing is left that the work was on: no probe will complete it."""
    if window.status.is_active:
        return complete(window, now)
    called_off, events = cancel(window, now)
    return replace(called_off, withdrawn=True), events


def _completed(window: Window, now: datetime) -> Step:
    ended = replace(window, status=WindowStatus.COMPLETED, actual_end=now)
    return _told(ended, EventType.MAINTENANCE_COMPLETED)


def _verified(window: Window, health: ScopeHealth, now: datetime) -> Window:
    """Note that a window past its end only waits for its green rounds, or no longer does."""
    since = None if health.failing else window.verifying_since or now
    return replace(window, verifying_since=since)


def _count_rounds(
    window: Window, health: ScopeHealth, policy: MaintenancePolicy, now: datetime
) -> Window:
    if health.failing or not health.known or health.oldest_seen_at is None:
        return replace(window, green_rounds=0, round_started_at=now, proposed_at=None)
    started = window.round_started_at
    if started is not None and health.oldest_seen_at <= started:
        return window
    rounds = window.green_rounds + 1
    proposes = rounds >= policy.clean_rounds and window.proposed_at is None
    return replace(
        window,
        green_rounds=rounds,
        round_started_at=now,
        proposed_at=now if proposes else window.proposed_at,
    )


def _told(window: Window, event: EventType) -> Step:
    return replace(window, revision=window.revision + 1), (event,)
