"""Uptime is seconds per status word, and time without the monitor is nobody's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.history import MonitorRun, StatusTime
from monitor.model.status import Status
from monitor.storage.uptime import day_histories, known_spells, shown_spells, status_time
from tests.storage.samples import at, transition

OK, DOWN, UNKNOWN = Status.OPERATIONAL, Status.MAJOR_OUTAGE, Status.UNKNOWN


def run(start: float, end: float) -> MonitorRun:
    return MonitorRun(started_at=at(start), alive_until=at(end))


def seconds(
    changes: list[tuple[Status, float]],
    runs: list[tuple[float, float]],
    since: float = 0,
    until: float = 100,
) -> dict[Status, float]:
    spells = known_spells(
        [transition(*each) for each in changes], [run(*each) for each in runs], at(until)
    )
    time = status_time(spells, at(since), at(until))
    return {status: length for status, length in time.seconds.items() if length}


@pytest.mark.parametrize(
    ("changes", "runs", "expected"),
    [
        ([], [(0, 100)], {UNKNOWN: 100}),
        ([(OK, 0)], [], {UNKNOWN: 100}),
        ([(OK, 0)], [(0, 100)], {OK: 100}),
        ([(OK, -50)], [(-99, 200)], {OK: 100}),
        ([(OK, 20)], [(0, 100)], {UNKNOWN: 20, OK: 80}),
        ([(OK, 0), (DOWN, 30), (OK, 40)], [(0, 100)], {OK: 90, DOWN: 10}),
        ([(OK, 0), (DOWN, 30)], [(0, 50), (80, 100)], {OK: 30, DOWN: 40, UNKNOWN: 30}),
        ([(OK, 0), (UNKNOWN, 60)], [(0, 100)], {OK: 60, UNKNOWN: 40}),
        ([(OK, 0), (Status.MAINTENANCE, 60)], [(0, 100)], {OK: 60, Status.MAINTENANCE: 40}),
        ([(OK, 0)], [(0, 60), (40, 80), (50, 55)], {OK: 80, UNKNOWN: 20}),
        ([(OK, 0), (DOWN, 50), (OK, 50)], [(0, 100)], {OK: 100}),
    ],
    ids=[
        "never seen", "never alive", "all well", "since long before", "seen late", "an outage",
        "dead in an outage", "no data", "planned", "overlapping runs", "a change and back at once",
    ],
)  # fmt: skip
def test_each_word_gets_the_time_it_was_shown(
    changes: list[tuple[Status, float]],
    runs: list[tuple[float, float]],
    expected: dict[Status, float],
) -> None:
    assert seconds(changes, runs) == expected


points = st.integers(min_value=-50, max_value=150)


@given(
    st.lists(st.tuples(st.sampled_from(Status), points), max_size=8),
    st.lists(st.tuples(points, points).map(sorted), max_size=5),
)
def test_the_words_fill_the_span_and_each_second_counts_once(
    changes: list[tuple[Status, float]], runs: list[list[float]]
) -> None:
    ordered = sorted(changes, key=lambda each: each[1])

    got = seconds(ordered, [(each[0], each[1]) for each in runs])

    expected = dict.fromkeys(Status, 0)
    for second in range(100):
        alive = any(start <= second < end for start, end in runs)
        shown = [status for status, since in ordered if since <= second]
        expected[shown[-1] if alive and shown else UNKNOWN] += 1
    assert got == {status: length for status, length in expected.items() if length}


@pytest.mark.parametrize(
    ("zone", "last", "hours"),
    [
        ("America/New_York", datetime(2025, 3, 10, 12, tzinfo=UTC), [24, 23, 8]),
        ("America/New_York", datetime(2025, 11, 3, 12, tzinfo=UTC), [24, 25, 7]),
        ("Asia/Shanghai", datetime(2025, 3, 9, 16, 30, tzinfo=UTC), [24, 24, 0.5]),
    ],
    ids=["spring forward", "fall back", "no change"],
)
def test_days_are_those_of_the_calendar(zone: str, last: datetime, hours: list[float]) -> None:
    always = MonitorRun(started_at=last - timedelta(days=9), alive_until=last)
    spells = known_spells([transition(OK, -(10**9))], [always], last)

    days = day_histories(spells, 3, ZoneInfo(zone), last)

    assert [each.time.seconds[OK] / 3600 for each in days] == hours
    assert [each.day for each in days] == sorted(each.day for each in days)
    assert days[-1].day == last.astimezone(ZoneInfo(zone)).date()
    assert days[0].end == days[1].start


@pytest.mark.parametrize(
    ("words", "ratio", "worst"),
    [
        ({}, None, UNKNOWN),
        ({UNKNOWN: 9, Status.MAINTENANCE: 9}, None, Status.MAINTENANCE),
        ({OK: 9, UNKNOWN: 90}, 1.0, OK),
        ({OK: 1, Status.DEGRADED: 1, DOWN: 1, Status.PARTIAL_OUTAGE: 1}, 0.5, DOWN),
        ({DOWN: 1, Status.MAINTENANCE: 99}, 0.0, DOWN),
    ],
)
def test_the_one_formula(words: dict[Status, float], ratio: float | None, worst: Status) -> None:
    assert StatusTime(words).available_ratio == ratio
    assert StatusTime(words).worst is worst


def test_what_was_shown_is_joined_where_it_touches_and_begins_where_it_is_asked_for() -> None:
    changes = [(OK, 0), (OK, 20), (DOWN, 30), (OK, 40), (UNKNOWN, 70)]
    runs = [(0, 50), (60, 100)]
    spells = known_spells([transition(*each) for each in changes], [run(*r) for r in runs], at(100))

    shown = [(each.start, each.end, each.status) for each in shown_spells(spells, at(10))]

    assert shown == [
        (at(10), at(30), OK),
        (at(30), at(40), DOWN),
        (at(40), at(50), OK),
        (at(60), at(70), OK),
    ]
