"""Which recurrence rules are sound, and which start stands on a day of its rule."""

from datetime import datetime

import pytest

from monitor.model.recurrence import rule_problem, start_problem


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "freq=daily;interval=2",
        "FREQ=WEEKLY;BYDAY=SA,SU;COUNT=10",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;UNTIL=20261231",
        "FREQ=MONTHLY;BYDAY=2SU",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU;UNTIL=20301231T160000Z",
        "FREQ=WEEKLY;WKST=SU;BYDAY=MO",
    ],
)
def test_a_sound_rule_has_no_problem(rule: str) -> None:
    assert rule_problem(rule) == ""


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("", "expected a rule"),
        ("every Sunday", "expected a rule"),
        ("FREQ=DAILY;FREQ=WEEKLY", "expected a rule"),
        ("BYDAY=SU", "FREQ is missing"),
        ("FREQ=HOURLY", "FREQ has a value"),
        ("FREQ=SECONDLY", "FREQ has a value"),
        ("FREQ=DAILY;BYHOUR=2", "BYHOUR is not supported"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL has a value"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "exclude each other"),
        ("FREQ=DAILY;UNTIL=20261301", "no date"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "BYDAY exclude each other"),
        ("FREQ=DAILY;BYSETPOS=2;BYDAY=MO", "BYSETPOS needs FREQ"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "another FREQ"),
        ("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=5", "BYSETPOS needs BYDAY"),
        ("FREQ=WEEKLY;BYDAY=2SU", "a counted day"),
        ("FREQ=YEARLY;BYDAY=2SU", "a counted day"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "no month"),
        ("FREQ=DAILY;BYMONTH=4,6;BYMONTHDAY=31", "no month"),
    ],
)
def test_a_rule_that_says_too_much_or_nothing_is_refused(rule: str, problem: str) -> None:
    assert problem in rule_problem(rule)


# A Saturday, the second of its month, and its 10th day; the 22nd from the end.
START = datetime(2026, 1, 10, 2)  # noqa: DTZ001 - wall time


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("FREQ=DAILY", ""),
        ("FREQ=WEEKLY;BYDAY=SA,SU", ""),
        ("FREQ=WEEKLY;BYDAY=SU", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=2SA", ""),
        ("FREQ=MONTHLY;BYDAY=-4SA", ""),
        ("FREQ=MONTHLY;BYDAY=1SA", "BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=10", ""),
        ("FREQ=MONTHLY;BYMONTHDAY=-22", ""),
        ("FREQ=MONTHLY;BYMONTHDAY=11", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=10", "BYMONTH"),
    ],
)
def test_the_start_is_the_first_day_the_rule_names(rule: str, problem: str) -> None:
    assert rule_problem(rule) == ""
    found = start_problem(rule, START)
    assert problem in found
    assert bool(found) == bool(problem)
