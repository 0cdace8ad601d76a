"""The life of a window: started by the clock, ended by green rounds or by a person."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.maintenance.lifecycle import (
    ScopeHealth,
    Step,
    WindowError,
    advance,
    approve,
    cancel,
    complete,
    extend,
    verify,
)
from monitor.model.events import EventType
from monitor.model.maintenance import Window, WindowStatus
from tests.maintenance.life import (
    CANCELLED,
    COMPLETED,
    DRAFT,
    DRAFTED,
    END,
    IN_PROGRESS,
    OVERRUNNING,
    POLICY,
    SCHEDULED,
    START,
    WINDOW,
    asked,
    at,
    begun,
    health,
    in_status,
    overrunning,
    run,
)


def test_nothing_happens_before_the_start() -> None:
    assert run(WINDOW, -100, -1) == (WINDOW, [])


def test_the_clock_starts_a_window() -> None:
    window, told = run(WINDOW, -2, 0)
    assert (window.status, window.actual_start, window.revision) == (IN_PROGRESS, START, 2)
    assert told == [EventType.MAINTENANCE_STARTED]


def test_green_rounds_only_propose_completion_before_the_end() -> None:
    window, told = run(begun(), 1, 599)
    assert (window.status, told) == (IN_PROGRESS, [])
    assert window.proposed_at == at(3)


def test_a_failure_takes_the_proposal_back() -> None:
    window, _ = run(run(begun(), 1, 10)[0], 11, 11, failing=True)
    assert (window.green_rounds, window.proposed_at) == (0, None)


def test_a_round_counts_once_all_checks_were_seen_again() -> None:
    window = begun()
    for second in range(1, 10):
        seen = ScopeHealth(failing=False, known=True, oldest_seen_at=START)
        window, _ = advance(window, asked(seen), POLICY, at(second))
    assert window.green_rounds == 0
    seen = ScopeHealth(failing=False, known=True, oldest_seen_at=at(9))
    assert advance(window, asked(seen), POLICY, at(10))[0].green_rounds == 1


def test_three_green_rounds_complete_a_window_at_its_planned_end() -> None:
    window, told = run(begun(), 1, 600)
    assert (window.status, window.actual_end) == (COMPLETED, END)
    assert told == [EventType.MAINTENANCE_COMPLETED]


def test_green_rounds_after_the_end_complete_it_then() -> None:
    window, told = run(run(begun(), 1, 610, failing=True)[0], 611, 613)
    assert (window.status, window.actual_end) == (COMPLETED, at(613))
    assert told == [EventType.MAINTENANCE_COMPLETED]


def test_failing_after_the_grace_is_overrunning_once() -> None:
    window, told = run(begun(), 1, 700, failing=True)
    assert (window.status, window.overrun_since) == (OVERRUNNING, END)
    assert told == [EventType.MAINTENANCE_OVERRUNNING]
    assert run(begun(), 1, 659, failing=True)[1] == []


def test_no_data_keeps_a_window_in_progress() -> None:
    window, told = run(begun(), 1, 5000, known=False)
    assert (window.status, told) == (IN_PROGRESS, [])


def test_an_overrunning_window_completes_by_green_rounds() -> None:
    window, told = run(overrunning(), 700, 702)
    assert (window.status, told) == (COMPLETED, [EventType.MAINTENANCE_COMPLETED])


def test_an_extended_window_is_in_progress_again_and_keeps_its_first_end() -> None:
    window, told = extend(overrunning(), at(1200), at(700))
    assert (window.status, window.end, window.planned_end) == (IN_PROGRESS, at(1200), END)
    assert (window.overrun_since, window.proposed_at) == (None, None)
    assert told == (EventType.MAINTENANCE_EXTENDED,)


def test_a_window_that_has_not_begun_stays_scheduled_when_it_is_extended() -> None:
    assert extend(WINDOW, at(1200), at(-60))[0].status is SCHEDULED


@pytest.mark.parametrize("end", [at(-1), START, at(90)], ids=["before", "start", "past"])
def test_an_end_must_lie_ahead(end: datetime) -> None:
    with pytest.raises(WindowError, match="ahead"):
        extend(begun(), end, at(100))


def test_a_person_completes_a_window_early() -> None:
    window, told = complete(begun(), at(30))
    assert (window.status, window.actual_end) == (COMPLETED, at(30))
    assert told == (EventType.MAINTENANCE_COMPLETED,)


def test_a_scheduled_window_is_called_off() -> None:
    window, told = cancel(WINDOW, at(-30))
    assert (window.status, window.actual_start) == (CANCELLED, None)
    assert told == (EventType.MAINTENANCE_CANCELLED,)


FITTING = {
    "approve": (DRAFT,),
    "extend": (DRAFT, SCHEDULED, IN_PROGRESS, OVERRUNNING),
    "verify": (IN_PROGRESS, OVERRUNNING),
    "complete": (IN_PROGRESS, OVERRUNNING),
    "cancel": (DRAFT, SCHEDULED),
}


@pytest.mark.parametrize("status", WindowStatus)
@pytest.mark.parametrize("name", FITTING)
def test_commands_that_do_not_fit_say_so(name: str, status: WindowStatus) -> None:
    window = in_status(status)
    assert window.status is status
    if status in FITTING[name]:
        assert _command(name, window, at(590))[1]
        return
    with pytest.raises(WindowError, match=status.value):
        _command(name, window, at(590))


def _command(name: str, window: Window, now: datetime) -> Step:
    if name == "extend":
        return extend(window, now + timedelta(minutes=15), now)
    if name == "approve":
        return approve(window, "ann", now)
    return {"verify": verify, "complete": complete, "cancel": cancel}[name](window, now)


@pytest.mark.parametrize("status", [COMPLETED, CANCELLED])
def test_a_window_that_ended_changes_no_more(status: WindowStatus) -> None:
    window = in_status(status)
    assert run(window, 1000, 2000, failing=True) == (window, [])


STEPS = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.booleans(),
        st.booleans(),
        st.sampled_from(("advance", "advance", "advance", *FITTING)),
    ),
    max_size=25,
)


@given(st.sampled_from((WINDOW, DRAFTED)), STEPS)
def test_whatever_comes_a_window_goes_its_way_and_its_times_go_forward(
    window: Window, steps: list[tuple[int, bool, bool, str]]
) -> None:
    now = START - timedelta(seconds=60)
    for seconds, failing, known, command in steps:
        now += timedelta(seconds=seconds)
        before = window
        try:
            if command == "advance":
                seen = health(now, failing=failing, known=known)
                window, told = advance(window, asked(seen), POLICY, now)
            else:
                window, told = _command(command, window, now)
        except WindowError:
            continue
        _check_step(before, window, told)


ORDER = {DRAFT: -1, SCHEDULED: 0, IN_PROGRESS: 1, OVERRUNNING: 2, COMPLETED: 3, CANCELLED: 3}


def _check_step(before: Window, after: Window, told: tuple[EventType, ...]) -> None:
    assert after.revision == before.revision + len(told)
    assert len(told) <= 1
    changed = before.status is not after.status
    assert bool(told) >= changed
    back_in_progress = (before.status, after.status) == (OVERRUNNING, IN_PROGRESS)
    assert ORDER[after.status] >= ORDER[before.status] or back_in_progress
    if before.status.is_ended:
        assert after == before
    for name in ("actual_start", "actual_end"):
        earlier, later = getattr(before, name), getattr(after, name)
        assert earlier is None or later == earlier
    if after.actual_start and after.actual_end:
        assert after.actual_start <= after.actual_end
    assert after.status.is_ended == (after.actual_end is not None)
    assert (after.status is OVERRUNNING) == (
        after.overrun_since is not None and not after.status.is_ended
    )
    assert after.planned_end == before.planned_end
    assert not (after.needs_approval and after.actual_start and after.approved_at is None)
    if after.status not in (SCHEDULED, IN_PROGRESS):
        assert after.milestone.value == after.status.value
    assert replace(after, revision=0).id == before.id
