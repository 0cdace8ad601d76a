"""The life of a window: started by the clock, ended by green rounds or by a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

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
from monitor.model.configuration import MaintenancePolicy
from monitor.model.events import EventType
from monitor.model.maintenance import Milestone, Window, WindowStatus

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(minutes=10)
POLICY = MaintenancePolicy(clean_rounds=3, overrun_grace_seconds=60)

SCHEDULED, IN_PROGRESS = WindowStatus.SCHEDULED, WindowStatus.IN_PROGRESS
OVERRUNNING, COMPLETED = WindowStatus.OVERRUNNING, WindowStatus.COMPLETED
CANCELLED, DRAFT = WindowStatus.CANCELLED, WindowStatus.DRAFT

WINDOW = Window(
    id="win_1", start=START, end=END, planned_end=END, created_at=START - timedelta(days=3)
)


DRAFTED = replace(WINDOW, status=DRAFT, needs_approval=True)


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _health(now: datetime, *, failing: bool = False, known: bool = True) -> ScopeHealth:
    return ScopeHealth(failing=failing, known=known, oldest_seen_at=now if known else None)


def _given(health: ScopeHealth) -> ScopeHealth:
    return health


def _run(
    window: Window, first: int, last: int, *, failing: bool = False, known: bool = True
) -> tuple[Window, list[EventType]]:
    """Advance once a second, every check seen at every second."""
    told: list[EventType] = []
    for second in range(first, last + 1):
        now = _at(second)
        health = _health(now, failing=failing, known=known)
        window, events = advance(window, partial(_given, health), POLICY, now)
        told.extend(events)
    return window, told


def _begun() -> Window:
    return _run(WINDOW, 0, 0)[0]


def _overrunning() -> Window:
    return _run(_begun(), 1, 661, failing=True)[0]


def _in(status: WindowStatus) -> Window:
    return {
        DRAFT: DRAFTED,
        SCHEDULED: WINDOW,
        IN_PROGRESS: _begun(),
        OVERRUNNING: _overrunning(),
        COMPLETED: complete(_begun(), _at(5))[0],
        CANCELLED: cancel(WINDOW, _at(-5))[0],
    }[status]


def test_nothing_happens_before_the_start() -> None:
    assert _run(WINDOW, -100, -1) == (WINDOW, [])


def test_the_clock_starts_a_window() -> None:
    window, told = _run(WINDOW, -2, 0)
    assert (window.status, window.actual_start, window.revision) == (IN_PROGRESS, START, 2)
    assert told == [EventType.MAINTENANCE_STARTED]


def test_green_rounds_only_propose_completion_before_the_end() -> None:
    window, told = _run(_begun(), 1, 599)
    assert (window.status, told) == (IN_PROGRESS, [])
    assert window.proposed_at == _at(3)


def test_a_failure_takes_the_proposal_back() -> None:
    window, _ = _run(_run(_begun(), 1, 10)[0], 11, 11, failing=True)
    assert (window.green_rounds, window.proposed_at) == (0, None)


def test_a_round_counts_once_all_checks_were_seen_again() -> None:
    window = _begun()
    for second in range(1, 10):
        health = ScopeHealth(failing=False, known=True, oldest_seen_at=START)
        window, _ = advance(window, partial(_given, health), POLICY, _at(second))
    assert window.green_rounds == 0
    health = ScopeHealth(failing=False, known=True, oldest_seen_at=_at(9))
    assert advance(window, partial(_given, health), POLICY, _at(10))[0].green_rounds == 1


def test_three_green_rounds_complete_a_window_at_its_planned_end() -> None:
    window, told = _run(_begun(), 1, 600)
    assert (window.status, window.actual_end) == (COMPLETED, END)
    assert told == [EventType.MAINTENANCE_COMPLETED]


def test_green_rounds_after_the_end_complete_it_then() -> None:
    window, told = _run(_run(_begun(), 1, 610, failing=True)[0], 611, 613)
    assert (window.status, window.actual_end) == (COMPLETED, _at(613))
    assert told == [EventType.MAINTENANCE_COMPLETED]


def test_failing_after_the_grace_is_overrunning_once() -> None:
    window, told = _run(_begun(), 1, 700, failing=True)
    assert (window.status, window.overrun_since) == (OVERRUNNING, END)
    assert told == [EventType.MAINTENANCE_OVERRUNNING]
    assert _run(_begun(), 1, 659, failing=True)[1] == []


def test_no_data_keeps_a_window_in_progress() -> None:
    window, told = _run(_begun(), 1, 5000, known=False)
    assert (window.status, told) == (IN_PROGRESS, [])


def test_an_overrunning_window_completes_by_green_rounds() -> None:
    window, told = _run(_overrunning(), 700, 702)
    assert (window.status, told) == (COMPLETED, [EventType.MAINTENANCE_COMPLETED])


def test_an_extended_window_is_in_progress_again_and_keeps_its_first_end() -> None:
    window, told = extend(_overrunning(), _at(1200), _at(700))
    assert (window.status, window.end, window.planned_end) == (IN_PROGRESS, _at(1200), END)
    assert (window.overrun_since, window.proposed_at) == (None, None)
    assert told == (EventType.MAINTENANCE_EXTENDED,)


def test_a_window_that_has_not_begun_stays_scheduled_when_it_is_extended() -> None:
    assert extend(WINDOW, _at(1200), _at(-60))[0].status is SCHEDULED


@pytest.mark.parametrize("end", [_at(-1), START, _at(90)], ids=["before", "start", "past"])
def test_an_end_must_lie_ahead(end: datetime) -> None:
    with pytest.raises(WindowError, match="ahead"):
        extend(_begun(), end, _at(100))


def test_a_person_completes_a_window_early() -> None:
    window, told = complete(_begun(), _at(30))
    assert (window.status, window.actual_end) == (COMPLETED, _at(30))
    assert told == (EventType.MAINTENANCE_COMPLETED,)


def test_a_scheduled_window_is_called_off() -> None:
    window, told = cancel(WINDOW, _at(-30))
    assert (window.status, window.actual_start) == (CANCELLED, None)
    assert told == (EventType.MAINTENANCE_CANCELLED,)


def test_a_draft_never_begins_and_lapses_when_nobody_approved_it_in_time() -> None:
    window, told = _run(DRAFTED, -10, 599)
    assert (window, told) == (DRAFTED, [])
    assert not window.is_public
    window, told = _run(window, 600, 600)
    assert (window.status, window.is_public) == (CANCELLED, False)
    assert told == [EventType.MAINTENANCE_CANCELLED]


def test_an_approved_draft_is_scheduled_told_and_begins() -> None:
    window, told = approve(DRAFTED, "ann", _at(-60))
    assert told == (EventType.MAINTENANCE_SCHEDULED,)
    assert (window.approved_by, window.approved_at, window.announced_at) == (
        "ann", _at(-60), _at(-60),
    )  # fmt: skip
    assert window.is_public
    assert _run(window, -59, 0)[0].status is IN_PROGRESS


def test_a_draft_is_not_approved_after_its_end() -> None:
    with pytest.raises(WindowError, match="end of the window has passed"):
        approve(DRAFTED, "ann", _at(600))


def test_users_are_told_when_the_lead_is_reached_and_reminded_once() -> None:
    policy = replace(POLICY, reminder_seconds=100)
    window = replace(WINDOW, lead_seconds=300)
    steps: list[tuple[int, Milestone]] = []
    for second in range(-400, 1):
        before = window.milestone
        window, _ = advance(window, partial(_given, _health(_at(second))), policy, _at(second))
        if window.milestone is not before:
            steps.append((second, window.milestone))
        assert window.is_public == (second >= -300)
    assert steps == [
        (-300, Milestone.ANNOUNCED),
        (-100, Milestone.REMINDED),
        (0, Milestone.IN_PROGRESS),
    ]


def test_who_was_told_late_is_not_reminded() -> None:
    policy = replace(POLICY, reminder_seconds=100)
    window = replace(WINDOW, announced_at=_at(-90))
    window, told = advance(window, partial(_given, _health(_at(-50))), policy, _at(-50))
    assert (window.reminded_at, told) == (None, ())


def test_a_person_says_that_work_is_done_and_green_rounds_complete_it_early() -> None:
    window, told = verify(_run(_begun(), 1, 99)[0], _at(100))
    assert (window.milestone, told) == (Milestone.VERIFYING, (EventType.MAINTENANCE_VERIFYING,))
    window, events = _run(window, 101, 150, failing=True)
    assert (window.milestone, events) == (Milestone.VERIFYING, [])
    window, events = _run(window, 151, 160)
    assert (window.status, window.actual_end) == (COMPLETED, _at(153))
    assert events == [EventType.MAINTENANCE_COMPLETED]


def test_past_its_end_a_window_that_fails_no_more_is_verifying() -> None:
    window, _ = _run(_begun(), 1, 610, failing=True)
    assert window.milestone is Milestone.IN_PROGRESS
    window, _ = _run(window, 611, 612)
    assert (window.milestone, window.verifying_since) == (Milestone.VERIFYING, _at(611))


def test_an_extended_window_says_so() -> None:
    assert extend(_begun(), _at(900), _at(10))[0].milestone is Milestone.EXTENDED


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
    window = _in(status)
    assert window.status is status
    if status in FITTING[name]:
        assert _command(name, window, _at(590))[1]
        return
    with pytest.raises(WindowError, match=status.value):
        _command(name, window, _at(590))


def _command(name: str, window: Window, now: datetime) -> Step:
    if name == "extend":
        return extend(window, now + timedelta(minutes=15), now)
    if name == "approve":
        return approve(window, "ann", now)
    return {"verify": verify, "complete": complete, "cancel": cancel}[name](window, now)


@pytest.mark.parametrize("status", [COMPLETED, CANCELLED])
def test_a_window_that_ended_changes_no_more(status: WindowStatus) -> None:
    window = _in(status)
    assert _run(window, 1000, 2000, failing=True) == (window, [])


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
                health = _health(now, failing=failing, known=known)
                window, told = advance(window, partial(_given, health), POLICY, now)
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
