"""Drafts, leads, reminders and verification: what happens around the work itself."""

from dataclasses import replace

import pytest

from monitor.maintenance.lifecycle import WindowError, advance, approve, extend, verify
from monitor.model.events import EventType
from monitor.model.maintenance import Milestone
from tests.maintenance.life import (
    CANCELLED,
    COMPLETED,
    DRAFTED,
    IN_PROGRESS,
    POLICY,
    WINDOW,
    asked,
    at,
    begun,
    health,
    run,
)


def test_a_draft_never_begins_and_lapses_when_nobody_approved_it_in_time() -> None:
    window, told = run(DRAFTED, -10, 599)
    assert (window, told) == (DRAFTED, [])
    assert not window.is_public
    window, told = run(window, 600, 600)
    assert (window.status, window.is_public) == (CANCELLED, False)
    assert told == [EventType.MAINTENANCE_CANCELLED]


def test_an_approved_draft_is_scheduled_told_and_begins() -> None:
    window, told = approve(DRAFTED, "ann", at(-60))
    assert told == (EventType.MAINTENANCE_SCHEDULED,)
    assert (window.approved_by, window.approved_at, window.announced_at) == (
        "ann", at(-60), at(-60),
    )  # fmt: skip
    assert window.is_public
    assert run(window, -59, 0)[0].status is IN_PROGRESS


def test_a_draft_is_not_approved_after_its_end() -> None:
    with pytest.raises(WindowError, match="end of the window has passed"):
        approve(DRAFTED, "ann", at(600))


def test_users_are_told_when_the_lead_is_reached_and_reminded_once() -> None:
    policy = replace(POLICY, reminder_seconds=100)
    window = replace(WINDOW, lead_seconds=300)
    steps: list[tuple[int, Milestone]] = []
    for second in range(-400, 1):
        before = window.milestone
        window, _ = advance(window, asked(health(at(second))), policy, at(second))
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
    window = replace(WINDOW, announced_at=at(-90))
    window, told = advance(window, asked(health(at(-50))), policy, at(-50))
    assert (window.reminded_at, told) == (None, ())


def test_a_person_says_that_work_is_done_and_green_rounds_complete_it_early() -> None:
    window, told = verify(run(begun(), 1, 99)[0], at(100))
    assert (window.milestone, told) == (Milestone.VERIFYING, (EventType.MAINTENANCE_VERIFYING,))
    window, events = run(window, 101, 150, failing=True)
    assert (window.milestone, events) == (Milestone.VERIFYING, [])
    window, events = run(window, 151, 160)
    assert (window.status, window.actual_end) == (COMPLETED, at(153))
    assert events == [EventType.MAINTENANCE_COMPLETED]


def test_past_its_end_a_window_that_fails_no_more_is_verifying() -> None:
    window, _ = run(begun(), 1, 610, failing=True)
    assert window.milestone is Milestone.IN_PROGRESS
    window, _ = run(window, 611, 612)
    assert (window.milestone, window.verifying_since) == (Milestone.VERIFYING, at(611))


def test_an_extended_window_says_so() -> None:
    assert extend(begun(), at(900), at(10))[0].milestone is Milestone.EXTENDED
