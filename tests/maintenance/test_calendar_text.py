"""What is read out of an .ics text, and what a stranger's calendar cannot do to us."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.maintenance.calendar_text import (
    MOST_ENTRIES,
    MOST_EVENTS,
    CalendarText,
    CalendarTextError,
    read_calendar,
)

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=60)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def calendar(*events: str) -> str:
    """Return a calendar of events, each given as `NAME:value` lines."""
    blocks = [f"BEGIN:VEVENT\n{each}\nEND:VEVENT" for each in events]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bank//EN", *blocks, "END:VCALENDAR"]
    ).replace("\n", "\r\n")


def read(*events: str) -> CalendarText:
    return read_calendar(calendar(*events), SHANGHAI, SINCE, UNTIL)


def test_an_event_is_an_entry_with_its_times_in_utc() -> None:
    (entry,) = read(
        "UID:a@bank\nSUMMARY:Night of the ledger\nDTSTART:20260110T000000Z\nDTEND:20260110T060000Z"
    ).entries
    assert (entry.uid, entry.recurrence, entry.summary) == ("a@bank", "", "Night of the ledger")
    assert entry.start == datetime(2026, 1, 10, tzinfo=UTC)
    assert entry.end == datetime(2026, 1, 10, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "start", "hours"),
    [
        ("DTSTART:20260110T000000\nDURATION:PT2H", "2026-01-09T16:00", 2),
        ("DTSTART;VALUE=DATE:20260110", "2026-01-09T16:00", 24),
        ("DTSTART;TZID=Europe/London:20260110T010000\nDURATION:PT30M", "2026-01-10T01:00", 0.5),
    ],
    ids=["floating", "whole day", "a zone of its own"],
)
def test_times_without_a_zone_are_those_of_the_platform(
    times: str, start: str, hours: float
) -> None:
    (entry,) = read(f"UID:a\n{times}").entries
    assert entry.start.strftime("%Y-%m-%dT%H:%M") == start
    assert entry.end - entry.start == timedelta(hours=hours)


def test_a_recurring_event_has_its_exceptions() -> None:
    entries = read(
        "UID:a\nDTSTART:20260103T000000Z\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;COUNT=4"
        "\nEXDATE:20260110T000000Z",
        "UID:a\nRECURRENCE-ID:20260117T000000Z\nDTSTART:20260118T010000Z\nDURATION:PT1H",
        "UID:a\nRECURRENCE-ID:20260124T000000Z\nDTSTART:20260124T000000Z\nDURATION:PT2H"
        "\nSTATUS:CANCELLED",
    ).entries
    assert [(each.recurrence[:10], each.start.day) for each in entries] == [
        ("2026-01-03", 3),
        ("2026-01-17", 18),
    ]


def test_a_year_list_is_read_as_far_as_the_horizon() -> None:
    nights = [
        f"UID:{month}\nDTSTART:2026{month:02}10T000000\nDURATION:PT8H" for month in range(1, 13)
    ]
    assert [each.uid for each in read(*nights).entries] == ["1", "2"]


def test_what_is_cancelled_is_no_entry_and_what_is_tentative_says_so() -> None:
    times = "DTSTART:20260110T000000Z\nDTEND:20260110T060000Z"
    entries = read(
        f"UID:a\n{times}\nSTATUS:CANCELLED",
        f"UID:b\n{times}\nSTATUS:TENTATIVE",
        f"UID:c\n{times}\nSTATUS:CONFIRMED",
    ).entries
    assert [(each.uid, each.is_tentative) for each in entries] == [("b", True), ("c", False)]


GOOD = "UID:good\nDTSTART:20260110T000000Z\nDTEND:20260110T060000Z"


@pytest.mark.parametrize(
    "bad",
    [
        "UID:bad\nDTSTART:20260110T000000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY",
        "UID:bad\nDTSTART:20260110T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "UID:bad\nDTSTART:sometime",
        "UID:bad\nDTSTART:20260110T000000Z",
        "UID:bad\nDTSTART:20260110T000000Z\nDTEND:20260109T000000Z",
        "UID:bad\nDTSTART:20260110T000000Z\nDURATION:P90D",
        "DTSTART:20260110T000000Z\nDURATION:PT1H",
        "UID:bad\nSUMMARY:when?",
        "UID:bad\nDTSTART:20260110T000000Z\nDTSTART:20260111T000000Z\nDTEND:20260112T000000Z",
        "UID:bad\nUID:worse\nDTSTART:20260110T000000Z\nDTEND:20260111T000000Z",
        "UID:bad\nDTSTART:20260110T000000Z\nDURATION:PT1H\nDURATION:PT2H",
        "UID:bad\nDTSTART;VALUE=PERIOD:20260110T000000Z/PT1H",
        "UID:bad\nDTSTART:20260110T000000Z\nDTEND;VALUE=TIME:140000",
        "UID:bad\nDTSTART:20260110T000000Z\nDURATION:P99999999W",
        "UID:bad\nDTSTART:20260110T000000Z\nDURATION:-PT1H",
        "UID:bad\nDTSTART:00010101T000000\nDTEND:00010101T010000\nRRULE:FREQ=DAILY",
        "UID:bad\nDTSTART:00020101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY",
    ],
    ids=[
        "every second",
        "never",
        "broken",
        "no end",
        "ends first",
        "endless",
        "no uid",
        "no time",
        "two starts",
        "two uids",
        "two durations",
        "a period",
        "an hour of no day",
        "beyond all years",
        "runs backwards",
        "before the first year in UTC",
        "two thousand years of days",
    ],
)
def test_a_bad_event_costs_itself_and_is_told(bad: str) -> None:
    found = read(bad, GOOD)
    assert [each.uid for each in found.entries] == ["good"]
    assert len(found.problems) == 1


def test_more_entries_than_anybody_plans_are_cut_off_at_the_far_end() -> None:
    many = [
        f"UID:{number:04}\nDTSTART:20260110T{number // 60:02}{number % 60:02}00Z\nDURATION:PT1H"
        for number in range(MOST_ENTRIES + 1)
    ]
    found = read(*many)
    assert len(found.entries) == MOST_ENTRIES
    assert found.entries[-1].uid == f"{MOST_ENTRIES - 1:04}"
    assert "more than" in found.problems[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing of the kind",
        "BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR",
        calendar() * 2,
        calendar(*["UID:a\nDTSTART:20260110T000000Z"] * (MOST_EVENTS + 1)),
    ],
    ids=["empty", "text", "unbalanced", "two", "too many"],
)
def test_what_is_no_calendar_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(CalendarTextError):
        read_calendar(text, SHANGHAI, SINCE, UNTIL)
