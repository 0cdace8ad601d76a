"""The calendar in the engine: series and imported plans become windows, a bounded time ahead."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.maintenance.calendar_text import CalendarTextError, read_calendar
from monitor.maintenance.lifecycle import Step
from monitor.maintenance.plans import Plan, follow
from monitor.maintenance.sources import (
    IMPORTED_AHEAD,
    origin_of,
    plans_of_announcements,
    plans_of_entries,
    plans_of_series,
)
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.observation import Observation, Stage
from monitor.model.series import Series

PLAN_EVERY = timedelta(hours=1)
_AHEAD = (WindowStatus.DRAFT, WindowStatus.SCHEDULED)


def advance_calendar(memory: Memory, draft: Draft) -> None:
    """Bring the windows in line with what is planned; of many series one at each look."""
    if memory.is_replanned:
        memory.is_replanned = False
        memory.planned_at.clear()
        memory.texts.clear()
        _drop_orphans(memory, draft)
    due = next((each for each in series_of(memory).values() if _is_due(memory, each, draft)), None)
    if due is not None:
        _plan(memory, due, draft)
    while memory.unread:
        _read(memory, draft, memory.unread.popitem()[1])


def series_of(memory: Memory) -> dict[str, Series]:
    """Return the series in force by id, those of the configuration first."""
    configured = {each.id: each for each in memory.configuration.calendar}
    return configured | memory.series


def _is_due(memory: Memory, series: Series, draft: Draft) -> bool:
    planned = memory.planned_at.get(series.id)
    # A clock that was set back must not put planning off.
    return planned is None or not timedelta() <= draft.now - planned < PLAN_EVERY


def _plan(memory: Memory, series: Series, draft: Draft) -> None:
    memory.planned_at[series.id] = draft.now
    known = _windows_of(memory, series.origin)
    last = max((each.start for each in known.values() if each.status in _AHEAD), default=None)
    is_about_something = memory.knows((*series.services, *series.components))
    plans = plans_of_series(series, draft.now, last) if is_about_something else ()
    _take(memory, draft, series.origin, follow(plans, known, draft.now, ends_work=False))


def _read(memory: Memory, draft: Draft, observation: Observation) -> None:
    if observation.check not in memory.checks:
        return
    plans = _plans_of(memory, observation, draft.now)
    if plans is not None:
        origin = origin_of(observation.check)
        known = _windows_of(memory, origin)
        _take(memory, draft, origin, follow(plans, known, draft.now))


def _plans_of(memory: Memory, observation: Observation, now: datetime) -> Sequence[Plan] | None:
    """Return what a page or a calendar plans; None where it said nothing, or nothing new."""
    lead = memory.configuration.maintenance.minimum_lead_seconds
    if observation.type == "status_page":
        if observation.stage is not Stage.BUSINESS:
            return None
        names = memory.graph.components
        return plans_of_announcements(observation.announcements, observation.component, names, lead)
    check, text = observation.check, observation.document
    if not text or memory.texts.get(check) == (text, now.date()):
        return None
    zone = ZoneInfo(memory.configuration.platform.time_zone)
    try:
        found = read_calendar(text, zone, now, now + IMPORTED_AHEAD)
    except CalendarTextError as error:
        memory.calendar_problems[check] = (str(error),)
        return None
    memory.texts[check] = (text, now.date())
    memory.calendar_problems[check] = found.problems
    return plans_of_entries(check, observation.component, found.entries, lead)


def _drop_orphans(memory: Memory, draft: Draft) -> None:
    """Call off what lies ahead of a series or a check that is no more."""
    alive = {each.origin for each in series_of(memory).values()}
    alive |= {origin_of(name) for name in memory.checks}
    orphans = {
        each.origin for each in memory.windows.values() if each.origin and each.origin not in alive
    }
    for origin in sorted(orphans):
        known = _windows_of(memory, origin)
        _take(memory, draft, origin, follow((), known, draft.now, ends_work=False))


def _windows_of(memory: Memory, origin: str) -> dict[str, Window]:
    return {key: each for key, each in memory.windows.items() if each.origin == origin}


def _take(memory: Memory, draft: Draft, origin: str, steps: Sequence[Step]) -> None:
    for window, events in steps:
        memory.windows[window.id] = window
        memory.is_dirty = True
        draft.tell_window(window, events, origin)
