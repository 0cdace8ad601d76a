"""Plans out of series, calendars and third parties' pages."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.maintenance.calendar_text import Entry
from monitor.maintenance.sources import (
    MOST_OF_A_SERIES,
    plans_of_announcements,
    plans_of_entries,
    plans_of_series,
)
from monitor.model.announcement import Announcement, AnnouncementStatus
from monitor.model.maintenance import WindowSource
from monitor.model.series import Series

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SERIES = Series(
    id="nightly",
    start="2026-01-01T02:00",
    duration_seconds=3600,
    time_zone="Asia/Shanghai",
    rule="FREQ=DAILY",
    services=("checkout",),
    title={"en": "Nightly hour"},
    note="for us",
    owner="payments",
)


def _series(**changes: object) -> Series:
    values = {name: getattr(SERIES, name) for name in SERIES.__slots__}
    return Series(**{**values, **changes})


def test_a_series_plans_two_weeks_ahead_whatever_its_length() -> None:
    plans = plans_of_series(SERIES, NOW)
    assert len(plans) == 14
    assert len({each.id for each in plans}) == 14
    assert {(each.origin, each.source) for each in plans} == {
        ("series/nightly", WindowSource.OPERATOR)
    }
    assert (plans[0].title, plans[0].note, plans[0].owner) == (
        {"en": "Nightly hour"},
        "for us",
        "payments",
    )


def test_the_same_night_has_the_same_id_at_every_look() -> None:
    today = {each.start: each.id for each in plans_of_series(SERIES, NOW)}
    later = {each.start: each.id for each in plans_of_series(SERIES, NOW + timedelta(days=3))}
    assert all(today.get(start, id_) == id_ for start, id_ in later.items())


def test_a_longer_lead_reaches_further_and_never_without_end() -> None:
    assert len(plans_of_series(_series(lead_seconds=20 * 86_400.0), NOW)) == 21
    assert len(plans_of_series(_series(lead_seconds=300 * 86_400.0), NOW)) == MOST_OF_A_SERIES


def test_what_was_planned_under_a_longer_lead_is_kept() -> None:
    far = NOW + timedelta(days=20)
    last = plans_of_series(SERIES, NOW, far)[-1]
    assert last.start > far - timedelta(days=1)


def test_a_single_window_is_planned_however_far_ahead() -> None:
    once = _series(rule="", start="2027-05-01T00:00", duration_seconds=172_800)
    (plan,) = plans_of_series(once, NOW)
    assert plan.end - plan.start == 48 * HOUR
    assert plans_of_series(_series(rule="", start="2026-01-01T02:00"), NOW) == []


def test_a_series_that_ended_plans_nothing() -> None:
    assert plans_of_series(_series(ended_at=NOW), NOW) == []


def test_an_entry_concerns_the_component_of_its_check_and_keeps_its_words_inside() -> None:
    entry = Entry(uid="a", recurrence="", start=NOW, end=NOW + HOUR, summary="Their secret host")
    (plan,) = plans_of_entries("bank-calendar", "bank-a", [entry], 259_200)
    assert (plan.components, plan.services, plan.title) == (("bank-a",), (), {})
    assert (plan.note, plan.source) == ("Their secret host", WindowSource.CALENDAR)


def _announced(**changes: object) -> Announcement:
    values: dict[str, object] = {
        "id": "x1",
        "check": "bank-page",
        "title": "Upgrade",
        "status": AnnouncementStatus.SCHEDULED,
        "start": NOW + HOUR,
        "end": NOW + 2 * HOUR,
    }
    return Announcement(**{**values, **changes})  # type: ignore[arg-type] # a table of fields


@pytest.mark.parametrize(
    ("components", "planned"),
    [
        ((), ("pages",)),
        (("bank-a", "bank-b"), ("bank-a", "bank-b")),
        (("bank-a", "gone"), ("bank-a",)),
        (("gone",), ("pages",)),
    ],
)
def test_an_announcement_concerns_what_it_names_or_the_component_of_its_check(
    components: tuple[str, ...], planned: tuple[str, ...]
) -> None:
    announcement = _announced(components=components)
    (plan,) = plans_of_announcements([announcement], "pages", ("bank-a", "bank-b", "pages"), 60)
    assert (plan.components, plan.services, plan.title) == (planned, (), {})
    assert plan.source is WindowSource.THIRD_PARTY


@pytest.mark.parametrize(
    ("changes", "goes_on"),
    [
        ({}, False),
        ({"status": AnnouncementStatus.UNKNOWN}, False),
        ({"status": AnnouncementStatus.IN_PROGRESS}, True),
        ({"status": AnnouncementStatus.VERIFYING}, True),
        ({"status": AnnouncementStatus.COMPLETED}, None),
        ({"status": AnnouncementStatus.CANCELLED}, None),
        ({"start": None}, None),
        ({"end": None}, None),
        ({"end": NOW}, None),
    ],
)
def test_a_word_we_do_not_know_is_scheduled_and_what_has_no_bounds_is_no_window(
    changes: dict[str, object], goes_on: bool | None
) -> None:
    plans = plans_of_announcements([_announced(**changes)], "bank-a", ("bank-a",), 60)
    assert [each.goes_on for each in plans] == ([] if goes_on is None else [goes_on])
