"""Reads windows out of the text of an iCalendar file, of which nothing is believed unseen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

from monitor.model.recurrence import rule_problem

MOST_ENTRIES = 200
MOST_EVENTS = 1000
LONGEST = timedelta(days=31)
# What recurs from the year 1 on takes seconds to expand.
EARLIEST_YEAR = 1970
_LONGEST_SUMMARY = 200
_TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"}
_MOMENTS = ("DTSTART", "DTEND", "RECURRENCE-ID")
# The parser makes a list of what stands more than once.
_ONCE = ("UID", *_MOMENTS, "DURATION")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of a calendar; *recurrence* tells the occurrences of one *uid* apart."""

    uid: str
    recurrence: str
    start: datetime
    end: datetime
    summary: str
    is_tentative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarText:
    """What a calendar plans, in the order of the starts, and what of it could not be used."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()


class CalendarTextError(ValueError):
    """A text that is no calendar: nothing is known of what it plans."""


def read_calendar(text: str, zone: ZoneInfo, since: datetime, until: datetime) -> CalendarText:
    """Return what ends after *since* and begins before *until*; cancelled events are left out.

    Days and times without a zone are those of *zone*. CalendarTextError where it cannot be read.
    """
    calendar = _parsed(text)
    problems = list(_keep_what_is_bounded(calendar, zone))
    recurring = {_uid(each) for each in calendar.walk("VEVENT") if _recurs(each)}
    found: list[Entry] = []
    for event in _expanded(calendar, since, until, problems):
        entry = _entry(event, zone, recurs=_uid(event) in recurring)
        if isinstance(entry, str):
            problems.append(entry)
        elif entry is not None and entry.start < until and entry.end > since:
            found.append(entry)
    found.sort(key=lambda each: (each.start, each.uid))
    if len(found) > MOST_ENTRIES:
        problems.append(f"more than {MOST_ENTRIES} entries ahead; the first are taken")
    return CalendarText(entries=tuple(found[:MOST_ENTRIES]), problems=tuple(problems))


def _parsed(text: str) -> Component:
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise CalendarTextError(f"more than {MOST_EVENTS} events")
    try:
        return Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError) as error:
        raise CalendarTextError("not a calendar that can be read") from error


def _keep_what_is_bounded(calendar: Component, zone: ZoneInfo) -> Iterator[str]:
    """Take events out of *calendar* that cannot be expanded, or not in bounds, saying which."""
    kept: list[Component] = []
    for each in calendar.subcomponents:
        problem = _event_problem(each, zone) if each.name == "VEVENT" else ""
        if problem:
            yield f"{_uid(each)}: {problem}"
        else:
            kept.append(each)
    calendar.subcomponents = kept


def _event_problem(event: Component, zone: ZoneInfo) -> str:
    broken = sorted(name for name, _ in event.errors if name in _TIMES)
    if broken:
        return f"{broken[0]} cannot be read"
    if twice := [name for name in _ONCE if isinstance(event.get(name), list)]:
        return f"{twice[0]} stands more than once"
    if not _uid(event) or "DTSTART" not in event:
        return "no UID, or no DTSTART"
    if problem := _times_problem(event, zone):
        return problem
    rules = event.get("RRULE") or []
    for rule in rules if isinstance(rules, list) else [rules]:
        if problem := rule_problem(bytes(rule.to_ical()).decode()):
            return problem
    return ""


def _times_problem(event: Component, zone: ZoneInfo) -> str:
    try:
        times = {name: _time(event, name, zone) for name in _MOMENTS if name in event}
        length = event.decoded("DURATION", timedelta())
        end = times.get("DTEND", times["DTSTART"] + length)
    # A period or an hour of no day instead of a time, or one that is beyond all years.
    except (AttributeError, TypeError, ValueError, OverflowError):
        return "a time cannot be read"
    if times["DTSTART"].year < EARLIEST_YEAR:
        return f"it begins before {EARLIEST_YEAR}"
    # The library would turn such an event round.
    if end < times["DTSTART"]:
        return "it ends before it begins"
    return f"it lasts longer than {LONGEST.days} days" if length > LONGEST else ""


def _recurs(event: Component) -> bool:
    return "RRULE" in event or "RDATE" in event


def _expanded(
    calendar: Component, since: datetime, until: datetime, problems: list[str]
) -> list[Component]:
    # Whatever may be wrong with a stranger's event costs that event, not the calendar.
    try:
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        return list(query.between(since - LONGEST, until))
    except (ValueError, TypeError, OverflowError) as error:
        problems.append(f"events that cannot be expanded: {type(error).__name__}")
        return []


def _entry(event: Component, zone: ZoneInfo, *, recurs: bool) -> Entry | str | None:
    """Return the entry of one occurrence, why it has none, or None where it is called off."""
    status = str(event.get("STATUS", "")).upper()
    if status == "CANCELLED":
        return None
    uid = _uid(event)
    start = _time(event, "DTSTART", zone)
    end = _time(event, "DTEND", zone) if "DTEND" in event else start
    if not start < end <= start + LONGEST:
        return f"{uid}: it has no end, or lasts longer than {LONGEST.days} days"
    return Entry(
        uid=uid,
        recurrence=_recurrence(event, zone) if recurs else "",
        start=start,
        end=end,
        summary=str(event.get("SUMMARY", ""))[:_LONGEST_SUMMARY],
        is_tentative=status == "TENTATIVE",
    )


def _recurrence(event: Component, zone: ZoneInfo) -> str:
    """Return what tells an occurrence from the others: where it stood in the plan at first."""
    return _time(event, "RECURRENCE-ID", zone).isoformat()


def _time(event: Component, name: str, zone: ZoneInfo) -> datetime:
    value: date | datetime = event.decoded(name)
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def _uid(event: Component) -> str:
    return str(event.get("UID", ""))[:_LONGEST_SUMMARY]
