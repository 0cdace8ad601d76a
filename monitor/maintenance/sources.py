"""Plans of windows out of what there is to plan by: series, calendars, third parties' pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from monitor.maintenance.calendar_text import Entry
from monitor.maintenance.plans import Plan
from monitor.maintenance.recurrence import occurrences
from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.identity import make_id
from monitor.model.maintenance import WindowSource
from monitor.model.series import Series

# So far ahead the windows of a series stand in the calendar, or a day longer than their lead.
AHEAD = timedelta(days=14)
# So far ahead an imported calendar is read.
IMPORTED_AHEAD = timedelta(days=60)
MOST_OF_A_SERIES = 60

_DAY = timedelta(days=1)
_OVER = (AnnouncementStatus.COMPLETED, AnnouncementStatus.CANCELLED)
_GOES_ON = (AnnouncementStatus.IN_PROGRESS, AnnouncementStatus.VERIFYING)


def plans_of_series(
    series: Series, now: datetime, planned_until: datetime | None = None
) -> list[Plan]:
    """Return the windows of *series* that go on or lie ahead, up to the horizon.

    *planned_until* is the start of the last one that is planned already: what was planned under a
    longer lead is not forgotten under a shorter one.
    """
    if series.ended_at is not None:
        return []
    horizon = now + max(AHEAD, timedelta(seconds=series.lead_seconds or 0) + _DAY)
    if not series.rule:
        horizon = datetime.max.replace(tzinfo=now.tzinfo) - 2 * _DAY
    elif planned_until is not None:
        horizon = max(horizon, planned_until + timedelta(seconds=1))
    found = occurrences(series, now, horizon)
    return [
        Plan(
            id=make_id("mnt", "series", series.id, each.nominal),
            origin=series.origin,
            source=WindowSource.OPERATOR,
            start=each.start,
            end=each.end,
            services=series.services,
            components=series.components,
            title=series.title,
            expected=series.expected,
            note=series.note,
            owner=series.owner,
            author=series.created_by,
            needs_approval=series.needs_approval,
            lead_seconds=series.lead_seconds,
        )
        for each in found[:MOST_OF_A_SERIES]
    ]


def origin_of(check: str) -> str:
    """Return how windows name the check they come from."""
    return f"check/{check}"


def plans_of_entries(
    check: str, component: str, entries: Iterable[Entry], lead_seconds: float
) -> list[Plan]:
    """Return what a calendar plans for the component of the check that delivered it.

    Its words are for operators: nobody has agreed to show them to users.
    """
    return [
        Plan(
            id=make_id("mnt", "check", check, each.uid, each.recurrence),
            origin=origin_of(check),
            source=WindowSource.CALENDAR,
            start=each.start,
            end=each.end,
            components=(component,),
            note=each.summary,
            author=check,
            needs_approval=each.is_tentative,
            lead_seconds=lead_seconds,
        )
        for each in entries
    ]


def plans_of_announcements(
    announcements: Sequence[Announcement], component: str, known: Iterable[str], lead_seconds: float
) -> list[Plan]:
    """Return the maintenance that a page announces for components that are *known*.

    Where the page does not say what is affected it is *component*, the check's own. Without both
    times there is no window: nothing would bound what it excuses.
    """
    names = frozenset(known)
    plans: list[Plan] = []
    for each in announcements:
        affected = tuple(name for name in each.components if name in names) or (component,)
        if (
            each.status in _OVER
            or each.start is None
            or each.end is None
            or not each.start < each.end
        ):
            continue
        plans.append(
            Plan(
                id=make_id("mnt", "check", each.check, each.id),
                origin=origin_of(each.check),
                source=WindowSource.THIRD_PARTY,
                start=each.start,
                end=each.end,
                components=affected,
                note=each.title,
                author=each.check,
                lead_seconds=lead_seconds,
                goes_on=each.status in _GOES_ON,
            )
        )
    return plans
