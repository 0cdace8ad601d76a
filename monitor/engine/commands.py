"""What people and programs tell the engine: windows, changes, acknowledgements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.maintenance import lifecycle
from monitor.maintenance.lifecycle import Step, WindowError
from monitor.model.batch import Batch
from monitor.model.change import Change
from monitor.model.events import EventType
from monitor.model.identity import make_id
from monitor.model.incident import Incident
from monitor.model.maintenance import ExpectedPattern, Window, WindowSource
from monitor.model.platform import LocalizedText


class CommandError(ValueError):
    """A command that names what does not exist or asks what cannot be; for the operator."""


class NotFoundError(CommandError):
    """A command about something the monitor does not know."""


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


def schedule_window(memory: Memory, wish: WindowDraft, now: datetime) -> tuple[Window, Batch]:
    """Enter a window into the calendar; the same wish twice is one window."""
    _check_window(memory, wish, now)
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
        expected=wish.expected,
        source=WindowSource.OPERATOR,
        created_by=wish.author,
        internal_note=wish.note,
    )
    draft = Draft(memory, now)
    memory.windows[identity] = window
    draft.tell_window(window, (EventType.MAINTENANCE_SCHEDULED,), wish.author)
    return window, draft.batch()


def extend_window(
    memory: Memory, identity: str, end: datetime, now: datetime, by: str = ""
) -> tuple[Window, Batch]:
    """Move a window's end."""
    return _step(memory, identity, now, by, lambda window: lifecycle.extend(window, end, now))


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


def add_change(memory: Memory, change: Change, now: datetime) -> Batch:
    """Note a deploy or a change of configuration."""
    if change.component not in memory.graph.components:
        message = f"unknown component {change.component!r}"
        raise CommandError(message)
    draft = Draft(memory, now)
    if all(each.id != change.id for each in memory.changes):
        memory.changes.append(change)
        draft.changes.append(change)
    return draft.batch()


def acknowledge(
    memory: Memory, identity: str, author: str, now: datetime
) -> tuple[Incident, Batch]:
    """Note that a person has taken an incident on; the first one counts."""
    incident = memory.incidents.get(identity)
    if incident is None:
        message = f"no current incident {identity!r}"
        raise NotFoundError(message)
    draft = Draft(memory, now)
    if incident.acknowledged_at is None:
        memory.incidents[identity] = replace(incident, acknowledged_at=now, acknowledged_by=author)
    batch = draft.batch()
    return memory.incidents[identity], batch


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
    except WindowError as error:
        raise CommandError(str(error)) from error
    memory.windows[identity] = after
    memory.is_dirty = True
    draft.tell_window(after, events, by)
    return after, draft.batch()


def _check_window(memory: Memory, wish: WindowDraft, now: datetime) -> None:
    problems = [
        *(
            f"unknown service {name!r}"
            for name in wish.services
            if name not in memory.graph.services
        ),
        *(
            f"unknown component {name!r}"
            for name in wish.components
            if name not in memory.graph.components
        ),
    ]
    if not wish.services and not wish.components:
        problems.append("name at least one service or component")
    if wish.end <= wish.start:
        problems.append("the end must come after the start")
    if wish.end <= now:
        problems.append("the end must lie ahead")
    if problems:
        raise CommandError("; ".join(problems))
