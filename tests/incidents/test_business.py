"""What an incident cost is reckoned from the same hours of earlier weeks, and else not claimed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.incidents.business import Span, expectation

START = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def _span(minutes: float) -> Span:
    return Span.of(START, START + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(1, 15.0), (30, 15.0), (60, 30.0), (600, 300.0), (6000, 300.0)],
)
def test_a_span_asks_for_some_hundred_samples(minutes: float, step: float) -> None:
    assert _span(minutes).step_seconds == step


def test_a_rate_over_time_is_a_number_of_things() -> None:
    """Ten minutes of sixty a minute, in samples a quarter of a minute apart."""
    assert _span(10).total([60.0] * 41, per_seconds=60) == 600
    assert _span(10).total([1.0] * 41, per_seconds=1) == 600
    assert _span(10).total([0.0] * 41, per_seconds=60) == 0


def test_a_span_that_was_hardly_measured_has_no_total() -> None:
    assert _span(10).total([60.0] * 33, per_seconds=60) == 600
    assert _span(10).total([60.0] * 32, per_seconds=60) is None
    assert _span(10).total([], per_seconds=60) is None


def test_earlier_weeks_are_the_same_hours() -> None:
    before = _span(10).weeks_before(2, SHANGHAI)

    assert before.start == START - timedelta(weeks=2)
    assert before.end == before.start + timedelta(minutes=10)
    assert before.step_seconds == 15.0


def test_the_same_hours_are_those_of_the_clocks_on_the_wall() -> None:
    """In Berlin the clocks were set on 29 March 2026: ten o'clock was an hour later in UTC."""
    before = _span(10).weeks_before(1, ZoneInfo("Europe/Berlin"))

    assert before.start == START - timedelta(weeks=1) + timedelta(hours=1)
    assert before.end - before.start == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([100.0, 120.0, 5000.0, 110.0], (115.0, 4)),
        ([100.0, None, 120.0, None], (110.0, 2)),
        ([100.0, None, None, None], (None, 1)),
        ([None, None, None, None], (None, 0)),
    ],
    ids=["the median", "weeks without data", "one week is none", "nothing known"],
)
def test_what_is_expected_is_the_median_of_enough_weeks(
    earlier: list[float | None], expected: tuple[float | None, int]
) -> None:
    assert expectation(earlier) == expected
