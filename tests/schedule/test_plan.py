from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.schedule.plan import (
    FIRST_RUNS_WITHIN,
    SECOND,
    Slot,
    first_run,
    plan,
    slot_of,
    slot_width,
)
from tests.schedule.helpers import check, checks

MOMENTS = st.integers(min_value=0, max_value=10**15)


@pytest.mark.parametrize(
    ("interval", "width"),
    [(0.02, 0.05), (2, 0.05), (10, 0.05), (30, 0.15), (60, 0.3), (200, 1), (3600, 1)],
)
def test_a_slot_is_a_two_hundredth_of_the_interval_within_bounds(
    interval: float, width: float
) -> None:
    assert slot_width(round(interval * SECOND)) == round(width * SECOND)


def test_a_check_keeps_its_slot_whatever_else_is_watched() -> None:
    """The figures are written down: a new release must not move anybody's checks."""
    assert slot_of(check("ledger-sql", 10)) == Slot(interval=10_000_000, offset=2_750_000)
    assert slot_of(check("bank-a-http", 60)) == Slot(interval=60_000_000, offset=45_000_000)


def test_the_slots_of_an_interval_share_its_checks_evenly() -> None:
    sizes = Counter(len(names) for names in plan(checks(10_000, 10)).values())

    assert sum(sizes.values()) == 200
    assert max(sizes) < 2 * 10_000 / 200


def test_a_plan_holds_every_enabled_check_once_in_a_slot_of_its_own_interval() -> None:
    watched = [*checks(50, 2), check("slow", 60), check("off", 2, enabled=False)]

    planned = plan(watched)

    names = [name for slot in planned.values() for name in slot]
    assert sorted(names) == sorted(each.name for each in watched if each.enabled)
    assert {slot.interval for slot, names in planned.items() if "slow" in names} == {60 * SECOND}


@given(
    name=st.text(min_size=1, max_size=20),
    interval=st.floats(min_value=0.001, max_value=90_000),
    moment=MOMENTS,
)
def test_the_next_moment_of_a_slot_is_later_and_within_one_interval(
    name: str, interval: float, moment: int
) -> None:
    slot = slot_of(check(name, interval))

    following = slot.after(moment)

    assert 0 <= slot.offset < slot.interval
    assert moment < following <= moment + slot.interval
    assert (following - slot.offset) % slot.interval == 0


@given(name=st.text(min_size=1), interval=st.floats(min_value=0.1, max_value=90_000), at=MOMENTS)
def test_the_first_run_comes_within_the_interval_and_within_seconds(
    name: str, interval: float, at: int
) -> None:
    slot = slot_of(check(name, interval))

    assert 0 <= first_run(slot, at) - at <= min(slot.interval, FIRST_RUNS_WITHIN)
