"""What people plan: windows and series, and what they say of the work while it goes on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.engine.commands import (
    CommandError,
    ConflictError,
    NotFoundError,
    text_problems,
    unknown_names,
)
from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.maintenance import lifecycle
from monitor.maintenance.lifecycle import Step, WindowError, WindowTimesError
from monitor.maintenance.plans import follow
from monitor.maintenance.recurrence import occurrences
from monitor.model.batch import Batch
from monitor.model.events import EventType
from monitor.model.identity import make_id
from monitor.model.maintenance import ExpectedPattern, Window, WindowSource, WindowStatus
from monitor.model.platform import LocalizedText
from monitor.model.series import Series

# A series must come true within so long: even one of leap days does.
_LONGEST_WAIT = timedelta(days=9 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowDraft:
    """A window as an operator asks for it; *start* and *end* are aware datetimes."""

    start: datetime
    end: datetime
    services: Sequence[str] = ()
    components: Sequence[str] = ()
    title: LocalizedText = field(default_factory=dict)
    expected: ExpectedPattern = field(default_factory=ExpectedPattern)
    note: str = ""
    author: str = ""
    owner: str = ""
    needs_approval: bool = False
    lead_seconds: float | None = None


def schedule_window(memory: Memory, wish: WindowDraft, now: datetime) -> tuple[Window, Batch]:
    """Enter a window into the calendar; the same wish twice is one window."""
    problems = [
        *unknown_names(memory, wish.services, wish.components),
        *(["the end must come after the start"] if wish.end <= wish.start else []),
        *(["the end must lie ahead"] if wish.end <= now else []),
        *text_problems(memory, "title", wish.title),
    ]
    if problems:
        raise CommandError("; ".join(problems))
    names = (*sorted(wish.services), *sorted(wish.components))
    identity = make_id("mnt", wish.start.isoformat(), wish.end.isoformat(), *names)
    known = memory.windows.get(identity)
    if known is not None and not known.status.is_ended:
        return known, Batch(at=now)
    if known is not None:
        identity = make_id("mnt", identity, now.isoformat())
    window = Window(
        id=identity,
        start=wish.start,
        end=wish.end,
        planned_end=wish.end,
        created_at=now,
        title=wish.title,
        services=tuple(wish.services),
        components=tuple(wish.components),
        status=WindowStatus.DRAFT if wish.needs_approval else WindowStatus.SCHEDULED,
        expected=wish.expected,
        source=WindowSource.OPERATOR,
        created_by=wish.author,
        owner=wish.owner,
        internal_note=wish.note,
        needs_approval=wish.needs_approval,
        lead_seconds=wish.lead_seconds,
    )
    if wish.needs_approval:
        return _entered(memory, window, EventType.MAINTENANCE_DRAFTED, wish.author, now)
    told = lifecycle.announced_if_due(window, now)
    return _entered(memory, told, EventType.MAINTENANCE_SCHEDULED, wish.author, now)


def approve_window(
    memory: Memory, identity: str, now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """Schedule a draft."""
    return _step(memory, identity, now, by, lambda window: lifecycle.approve(window, by, now))


def reschedule_window(
    memory: Memory, identity: str, times: tuple[datetime, datetime], now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """Move a window that has not begun to another start and end."""
    return _step(
        memory, identity, now, by, lambda window: lifecycle.reschedule(window, *times, now)
    )


def extend_window(
    memory: Memory, identity: str, end: datetime, now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """Move a window's end."""
    return _step(memory, identity, now, by, lambda window: lifecycle.extend(window, end, now))


def verify_window(
    memory: Memory, identity: str, now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """Take a person's word that the work is done, and let green probes complete it."""
    return _step(memory, identity, now, by, lambda window: lifecycle.verify(window, now))


def complete_window(
    memory: Memory, identity: str, now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """End a window in progress on a person's word."""
    return _step(memory, identity, now, by, lambda window: lifecycle.complete(window, now))


def cancel_window(
    memory: Memory, identity: str, now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """Call a scheduled window off."""
    return _step(memory, identity, now, by, lambda window: lifecycle.cancel(window, now))


def schedule_series(memory: Memory, wish: Series, now: datetime) -> tuple[Series, Batch]:
    """Enter a series, whose rule and zone are sound; the same wish twice is one series."""
    problems = [
        *unknown_names(memory, wish.services, wish.components),
        *text_problems(memory, "title", wish.title),
    ]
    if not occurrences(wish, now, now + _LONGEST_WAIT):
        problems.append("none of its windows lies ahead")
    if problems:
        raise CommandError("; ".join(problems))
    names = (*sorted(wish.services), *sorted(wish.components))
    facts = (wish.start, wish.rule, wish.time_zone, f"{wish.duration_seconds:g}", *names)
    series = replace(wish, id=make_id("ser", *facts), created_at=now)
    if known := memory.series.get(series.id):
        return known, Batch(at=now)
    draft = Draft(memory, now)
    memory.series[series.id] = series
    draft.series.append(series)
    return series, draft.batch()


def end_series(memory: Memory, identity: str, now: datetime, by: str = "") -> tuple[Series, Batch]:
    """Plan no more windows of a series, and call those off that have not begun."""
    series = memory.series.get(identity)
    if series is None:
        configured = any(each.id == identity for each in memory.configuration.calendar)
        if configured:
            message = "the series stands in the configuration; take it out there"
            raise ConflictError(message)
        message = f"no current series {identity!r}"
        raise NotFoundError(message)
    draft = Draft(memory, now)
    ended = replace(series, ended_at=now, ended_by=by)
    draft.series.append(ended)
    del memory.series[identity]
    memory.planned_at.pop(identity, None)
    known = {key: each for key, each in memory.windows.items() if each.origin == series.origin}
    for window, events in follow((), known, now, ends_work=False):
        memory.windows[window.id] = window
        draft.tell_window(window, events, by)
    return ended, draft.batch()


def _entered(
    memory: Memory, window: Window, event: EventType, author: str, now: datetime
) -> tuple[Window, Batch]:
    draft = Draft(memory, now)
    memory.windows[window.id] = window
    draft.tell_window(window, (event,), author)
    return window, draft.batch()


def _step(
    memory: Memory, identity: str, now: datetime, by: str, take: Callable[[Window], Step]
) -> tuple[Window, Batch]:
    window = memory.windows.get(identity)
    if window is None:
        message = f"no current window {identity!r}"
        raise NotFoundError(message)
    draft = Draft(memory, now)
    try:
        after, events = take(window)
    except WindowTimesError as error:
        raise CommandError(str(error)) from error
    except WindowError as error:
        raise ConflictError(str(error)) from error
    memory.windows[identity] = after
    memory.is_dirty = True
    draft.tell_window(after, events, by)
    return after, draft.batch()
