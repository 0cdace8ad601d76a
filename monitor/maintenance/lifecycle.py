"""The life of a window: the clock starts it, green probes or a person complete it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.model.configuration import MaintenancePolicy
from monitor.model.events import EventType
from monitor.model.maintenance import Window, WindowStatus

Step = tuple[Window, tuple[EventType, ...]]


class WindowError(ValueError):
    """A command that does not fit the window's state; the message is for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeHealth:
    """What the probes say of the checks in a window's scope.

    *failing*: a last attempt was bad; *known*: every check was seen lately; *oldest_seen_at*: the
    oldest of the checks' last attempts, with which clean rounds are counted.
    """

    failing: bool
    known: bool
    oldest_seen_at: datetime | None


def advance(window: Window, health: ScopeHealth, policy: MaintenancePolicy, now: datetime) -> Step:
    """Return the window at *now* and what became due; the clock alone never completes it."""
    if window.status.is_ended or (window.status is WindowStatus.SCHEDULED and now < window.start):
        return window, ()
    if window.status is WindowStatus.SCHEDULED:
        begun = replace(
            window, status=WindowStatus.IN_PROGRESS, actual_start=now, round_started_at=now
        )
        return _told(begun, EventType.MAINTENANCE_STARTED)
    counted = _count_rounds(window, health, policy, now)
    if now < window.end:
        return counted, ()
    if counted.green_rounds >= policy.clean_rounds:
        ended = replace(counted, status=WindowStatus.COMPLETED, actual_end=now)
        return _told(ended, EventType.MAINTENANCE_COMPLETED)
    grace_over = now >= window.end + timedelta(seconds=policy.overrun_grace_seconds)
    if grace_over and health.failing and window.status is WindowStatus.IN_PROGRESS:
        late = replace(counted, status=WindowStatus.OVERRUNNING, overrun_since=window.end)
        return _told(late, EventType.MAINTENANCE_OVERRUNNING)
    return counted, ()


def extend(window: Window, end: datetime, now: datetime) -> Step:
    """Move the end of a window that is not over; an overrunning one is in progress again."""
    if window.status.is_ended:
        message = f"the window is {window.status.value}"
        raise WindowError(message)
    if end <= max(now, window.start):
        message = "the new end must lie ahead and after the start"
        raise WindowError(message)
    status = WindowStatus.IN_PROGRESS if window.status.is_active else window.status
    moved = replace(window, end=end, status=status, overrun_since=None, proposed_at=None)
    return _told(moved, EventType.MAINTENANCE_EXTENDED)


def complete(window: Window, now: datetime) -> Step:
    """End a window that is in progress because a person says that the work is done."""
    if not window.status.is_active:
        message = f"only a window in progress can be completed, this one is {window.status.value}"
        raise WindowError(message)
    ended = replace(window, status=WindowStatus.COMPLETED, actual_end=now)
    return _told(ended, EventType.MAINTENANCE_COMPLETED)


def cancel(window: Window, now: datetime) -> Step:
    """Call off a window that has not begun."""
    if window.status is not WindowStatus.SCHEDULED:
        message = f"only a scheduled window can be cancelled, this one is {window.status.value}"
        raise WindowError(message)
    called_off = replace(window, status=WindowStatus.CANCELLED, actual_end=now)
    return _told(called_off, EventType.MAINTENANCE_CANCELLED)


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
