"""When the windows of a series begin: computed for a bounded time ahead, never beyond it."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event, vRecur

from monitor.model.recurrence import parts_of
from monitor.model.series import Series

# A wall time is never further from UTC than this.
_OFFSETS = timedelta(days=1)
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One window of a series; *nominal* is the wall time it was to begin at, which names it."""

    nominal: str
    start: datetime
    end: datetime


def occurrences(series: Series, since: datetime, until: datetime) -> tuple[Occurrence, ...]:
    """Return what ends after *since* and begins before *until*, in the order of the starts.

    A wall time that the clocks skip is reckoned with the offset before the change, one that they
    show twice is the first of the two (RFC 5545, 3.3.5). Two that come to the same moment are one.
    """
    zone = ZoneInfo(series.time_zone)
    length = timedelta(seconds=series.duration_seconds)
    found: dict[datetime, Occurrence] = {}
    for nominal in _nominals(series, zone, since - length, until):
        start = nominal.replace(tzinfo=zone).astimezone(UTC)
        if start < until and start + length > since:
            occurrence = Occurrence(nominal=nominal.isoformat(), start=start, end=start + length)
            found.setdefault(start, occurrence)
    return tuple(found[start] for start in sorted(found))


def _nominals(series: Series, zone: ZoneInfo, since: datetime, until: datetime) -> list[datetime]:
    """Return wall times of starts, a day more than asked for at either side."""
    if not series.rule:
        starts = [series.first]
    else:
        earliest = since.astimezone(zone).replace(tzinfo=None) - _OFFSETS
        latest = until.astimezone(zone).replace(tzinfo=None) + _OFFSETS
        query = recurring_ical_events.of(_calendar(series, zone))
        starts = [each["DTSTART"].dt for each in query.between(earliest, latest)]
    return sorted(each for each in starts if each.date().isoformat() not in series.excluded)


def _calendar(series: Series, zone: ZoneInfo) -> Calendar:
    event = Event()
    event.add("uid", series.id)
    # Without a zone: expanded as wall time, whatever the clocks do.
    event.add("dtstart", series.first)
    event.add("duration", _MOMENT)
    event.add("rrule", vRecur.from_ical(_rule(series, zone)))
    calendar = Calendar()
    calendar.add_component(event)
    return calendar


def _rule(series: Series, zone: ZoneInfo) -> str:
    """Return the rule with its UNTIL in wall time; a mere date includes all of that day."""
    parts = parts_of(series.rule)
    if until := parts.get("UNTIL"):
        last = datetime.fromisoformat(until)
        if "T" not in until:
            last = datetime.combine(last, time(23, 59, 59))
        elif last.tzinfo is not None:
            last = last.astimezone(zone).replace(tzinfo=None)
        parts["UNTIL"] = last.strftime("%Y%m%dT%H%M%S")
    return ";".join(f"{name}={value}" for name, value in parts.items())
