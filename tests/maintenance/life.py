"""A window and what happens to it, for the tests of its life."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.maintenance.lifecycle import ScopeHealth, advance, cancel, complete
from monitor.model.configuration import MaintenancePolicy
from monitor.model.events import EventType
from monitor.model.maintenance import Window, WindowStatus

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(minutes=10)
POLICY = MaintenancePolicy(clean_rounds=3, overrun_grace_seconds=60)

SCHEDULED, IN_PROGRESS = WindowStatus.SCHEDULED, WindowStatus.IN_PROGRESS
OVERRUNNING, COMPLETED = WindowStatus.OVERRUNNING, WindowStatus.COMPLETED
CANCELLED, DRAFT = WindowStatus.CANCELLED, WindowStatus.DRAFT

WINDOW = Window(
    id="win_1", start=START, end=END, planned_end=END, created_at=START - timedelta(days=3)
)


DRAFTED = replace(WINDOW, status=DRAFT, needs_approval=True)


def at(seconds: float) -> datetime:
    """Return a moment so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def health(now: datetime, *, failing: bool = False, known: bool = True) -> ScopeHealth:
    """Return what the checks say, all of them seen just now."""
    return ScopeHealth(failing=failing, known=known, oldest_seen_at=now if known else None)


def asked(seen: ScopeHealth) -> Callable[[], ScopeHealth]:
    """Return what answers *seen* when a window asks for it."""
    return lambda: seen


def run(
    window: Window, first: int, last: int, *, failing: bool = False, known: bool = True
) -> tuple[Window, list[EventType]]:
    """Advance once a second, every check seen at every second."""
    told: list[EventType] = []
    for second in range(first, last + 1):
        now = at(second)
        seen = health(now, failing=failing, known=known)
        window, events = advance(window, asked(seen), POLICY, now)
        told.extend(events)
    return window, told


def begun() -> Window:
    """Return the window as it has just begun."""
    return run(WINDOW, 0, 0)[0]


def overrunning() -> Window:
    """Return the window as it overruns."""
    return run(begun(), 1, 661, failing=True)[0]


def in_status(status: WindowStatus) -> Window:
    """Return the window in *status*, by way of what leads there."""
    return {
        DRAFT: DRAFTED,
        SCHEDULED: WINDOW,
        IN_PROGRESS: begun(),
        OVERRUNNING: overrunning(),
        COMPLETED: complete(begun(), at(5))[0],
        CANCELLED: cancel(WINDOW, at(-5))[0],
    }[status]
