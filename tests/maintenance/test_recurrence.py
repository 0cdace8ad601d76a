"""When windows recur: by wall time, over both edges of summer time, over midnight, bounded."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.maintenance.recurrence import occurrences
from monitor.model.recurrence import rule_problem, start_problem
from monitor.model.series import Series

NIGHTLY = Series(
    id="nightly",
    start="2026-01-01T02:30",
    duration_seconds=3600,
    time_zone="America/New_York",
    rule="FREQ=DAILY",
)


def _series(**changes: object) -> Series:
    values = {name: getattr(NIGHTLY, name) for name in NIGHTLY.__slots__}
    return Series(**{**values, **changes})


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _starts(series: Series, since: str, until: str) -> list[str]:
    found = occurrences(series, _day(since), _day(until))
    return [each.start.strftime("%m-%dT%H:%M") for each in found]


def test_a_nightly_hour_follows_the_wall_clock_over_the_start_of_summer_time() -> None:
    # On March 8 the clocks go from 02:00 to 03:00: 02:30 is reckoned as if they had not, 03:30.
    assert _starts(NIGHTLY, "2026-03-07", "2026-03-10") == [
        "03-07T07:30",
        "03-08T07:30",
        "03-09T06:30",
    ]


def test_a_wall_time_that_is_shown_twice_is_the_first_of_the_two() -> None:
    twice = _series(start="2026-01-01T01:30")
    # On November 1 the clocks go from 02:00 back to 01:00.
    assert _starts(twice, "2026-10-31", "2026-11-03") == [
        "10-31T05:30",
        "11-01T05:30",
        "11-02T06:30",
    ]


def test_a_window_over_the_change_lasts_as_long_as_it_says() -> None:
    (found,) = occurrences(
        _series(start="2026-03-08T01:30", rule=""), _day("2026-03-08"), _day("2026-03-09")
    )
    assert found.end - found.start == timedelta(hours=1)
    assert found.end.astimezone(ZoneInfo("America/New_York")).hour == 3


def test_a_window_over_midnight_is_one_window_and_is_seen_from_both_days() -> None:
    late = _series(start="2026-01-01T23:30", time_zone="Asia/Shanghai")
    evening = occurrences(late, _day("2026-01-05T15:00"), _day("2026-01-05T15:45"))
    after = occurrences(late, _day("2026-01-05T16:15"), _day("2026-01-05T16:20"))
    assert evening == after
    assert [each.nominal for each in evening] == ["2026-01-05T23:30:00"]


def test_a_two_day_upgrade_and_a_yearly_maintenance() -> None:
    upgrade = _series(rule="", start="2026-05-01T00:00", duration_seconds=172_800)
    assert _starts(upgrade, "2026-05-02", "2026-05-03") == ["05-01T04:00"]
    assert _starts(upgrade, "2026-05-03T04:00", "2026-06-01") == []
    yearly = _series(start="2024-02-29T00:00", rule="FREQ=YEARLY", time_zone="Asia/Shanghai")
    assert _starts(yearly, "2026-01-01", "2029-01-01") == ["02-28T16:00"]


def test_a_day_that_is_excluded_has_no_window() -> None:
    some = _series(excluded=("2026-02-17",))
    assert _starts(some, "2026-02-16", "2026-02-19") == ["02-16T07:30", "02-18T07:30"]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260103", "01-03T07:30"),
        ("20260103T023000", "01-03T07:30"),
        ("20260103T022959", "01-02T07:30"),
        ("20260103T073000Z", "01-03T07:30"),
        ("20260103T072959Z", "01-02T07:30"),
    ],
)
def test_until_includes_its_moment_or_its_whole_day(until: str, last: str) -> None:
    some = _series(rule=f"FREQ=DAILY;UNTIL={until}")
    assert _starts(some, "2026-01-01", "2026-02-01")[-1] == last


def test_a_day_that_a_zone_skipped_moves_its_window_to_the_next() -> None:
    # Samoa had no December 30 in 2011.
    samoa = _series(start="2011-12-28T12:00", time_zone="Pacific/Apia")
    found = occurrences(samoa, _day("2011-12-28"), _day("2012-01-01"))
    starts = [each.start for each in found]
    assert starts == sorted(set(starts))


ZONES = (
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Apia",
    "UTC",
)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def _rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    rule = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 3))}"
    days = draw(st.lists(st.sampled_from(DAYS), max_size=3, unique=True))
    if days and frequency == "WEEKLY":
        rule += f";BYDAY={','.join(days)}"
    if frequency == "MONTHLY" and draw(st.booleans()):
        rule += f";BYDAY={draw(st.sampled_from((1, 2, -1)))}{draw(st.sampled_from(DAYS))}"
    if draw(st.booleans()):
        rule += f";COUNT={draw(st.integers(1, 500))}"
    return rule


@st.composite
def _many(draw: st.DrawFn) -> tuple[Series, datetime, datetime]:
    start = draw(st.datetimes(datetime(2008, 1, 1), datetime(2026, 1, 1)))  # noqa: DTZ001
    series = _series(
        start=start.replace(second=0, microsecond=0).isoformat(),
        duration_seconds=float(draw(st.sampled_from((60, 3600, 90_000, 172_800)))),
        time_zone=draw(st.sampled_from(ZONES)),
        rule=draw(_rules()),
    )
    since = start.replace(tzinfo=UTC) + timedelta(hours=draw(st.integers(-100, 40_000)))
    return series, since, since + timedelta(hours=draw(st.integers(1, 60 * 24)))


@given(_many())
def test_every_window_begins_at_its_wall_time_and_lasts_its_length(
    case: tuple[Series, datetime, datetime],
) -> None:
    series, since, until = case
    found = occurrences(series, since, until)
    zone = ZoneInfo(series.time_zone)
    for each in found:
        assert each.end - each.start == timedelta(seconds=series.duration_seconds)
        assert each.end > since
        assert each.start < until
        nominal = datetime.fromisoformat(each.nominal)
        assert nominal.time() == series.first.time()
        local = each.start.astimezone(zone).replace(tzinfo=None)
        # Where the clocks were set forward, the window begins later by as much.
        assert local == nominal or timedelta(0) < local - nominal <= timedelta(days=1)
    starts = [each.start for each in found]
    assert starts == sorted(set(starts))
    assert len({each.nominal for each in found}) == len(found)


@given(_many(), st.floats(0.1, 0.9))
def test_what_is_computed_in_parts_is_what_is_computed_at_once(
    case: tuple[Series, datetime, datetime], share: float
) -> None:
    series, since, until = case
    middle = since + (until - since) * share
    parts = {*occurrences(series, since, middle), *occurrences(series, middle, until)}
    assert parts == set(occurrences(series, since, until))


@given(_many())
def test_days_are_those_that_the_rule_names(case: tuple[Series, datetime, datetime]) -> None:
    series, since, until = case
    parts = dict(part.split("=") for part in series.rule.split(";"))
    first = series.first.date()
    for each in occurrences(series, since, until):
        day = datetime.fromisoformat(each.nominal).date()
        assert day >= first
        assert _fits(day, first, parts)


def _fits(day: date, first: date, parts: dict[str, str]) -> bool:
    interval = int(parts["INTERVAL"])
    if day == first:
        return True
    if parts["FREQ"] == "DAILY":
        return (day - first).days % interval == 0
    if parts["FREQ"] == "WEEKLY":
        weeks = (_monday(day) - _monday(first)).days // 7
        named = parts.get("BYDAY", DAYS[first.weekday()]).split(",")
        return weeks % interval == 0 and DAYS[day.weekday()] in named
    months = (day.year - first.year) * 12 + day.month - first.month
    if parts["FREQ"] == "YEARLY":
        return months % (12 * interval) == 0 and day.day == first.day
    if "BYDAY" not in parts:
        return months % interval == 0 and day.day == first.day
    return months % interval == 0 and day.weekday() == DAYS.index(parts["BYDAY"][-2:])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@given(_many())
def test_a_sound_start_is_itself_the_first_window(
    case: tuple[Series, datetime, datetime],
) -> None:
    series, _, _ = case
    assert rule_problem(series.rule) == ""
    if start_problem(series.rule, series.first):
        return
    moment = series.first.replace(tzinfo=ZoneInfo(series.time_zone)).astimezone(UTC)
    found = occurrences(series, moment - timedelta(days=3), moment + timedelta(seconds=1))
    assert [each.start for each in found] == [moment]
