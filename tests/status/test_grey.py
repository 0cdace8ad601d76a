"""Grey failures: many of the last runs fail, and never enough in a row to be confirmed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.check import Confirmation
from monitor.model.codec import from_json, to_json
from monitor.model.observation import MissedReason, Observation, Outcome, Trigger
from monitor.model.status import CheckState, Condition
from monitor.status.confirmation import confirmed_after, expire, observe

START = datetime(2026, 3, 1, tzinfo=UTC)
FRESH = CheckState(check="pay", component="switch")
BAD = (Condition.FAILED, Condition.DEGRADED)
WORDS = {"o": Outcome.OK, "d": Outcome.DEGRADED, "f": Outcome.FAILED, "m": Outcome.MISSED}

RUNS = st.lists(st.sampled_from("oooooofdm"), max_size=70).map("".join)


def _at(index: int) -> datetime:
    return START + timedelta(seconds=30 * index)


def _attempt(index: int, word: str, trigger: Trigger = Trigger.SCHEDULE) -> Observation:
    return Observation(
        check="pay",
        component="switch",
        type="http",
        location="here",
        scheduled_at=_at(index),
        started_at=_at(index) + timedelta(seconds=trigger is Trigger.RETRY),
        duration_seconds=0.1,
        outcome=WORDS[word],
        trigger=trigger,
        missed=MissedReason.OVERLAP if word == "m" else None,
    )


def states(
    words: Iterable[str], policy: Confirmation | None = None, state: CheckState = FRESH
) -> list[CheckState]:
    """Return the state after each run; every failure is retried at once, and then works."""
    policy = policy or Confirmation()
    found = []
    for index, word in enumerate(words):
        state = observe(state, _attempt(index, word), policy)
        if word == "f":
            state = observe(state, _attempt(index, "o", Trigger.RETRY), policy)
        found.append(state)
    return found


def test_four_failures_in_twenty_runs_degrade_though_no_two_are_near() -> None:
    found = states("oooof" * 4)

    assert {each.condition for each in found[:-1]} == {Condition.OK}
    last = found[-1]
    assert last.condition is Condition.DEGRADED
    assert last.is_grey
    assert (last.bad_since, last.last_ok_at) == (_at(4), _at(3))


@pytest.mark.parametrize(
    ("words", "policy"),
    [
        ("o" * 30 + "f" + "o" * 30, Confirmation()),
        ("o" * 30 + "f" + "o" * 30, Confirmation(grey_ratio=0.01, grey_window=2)),
        ("oooooof" * 12, Confirmation()),
        ("oooof" * 12, Confirmation(grey_ratio=0)),
        ("ooood" * 12, Confirmation()),
        ("oooom" * 12, Confirmation()),
    ],
    ids=["one lost", "one lost, sharp policy", "one in seven", "turned off", "slow", "missed"],
)
def test_few_failures_are_no_grey_one(words: str, policy: Confirmation) -> None:
    assert {each.condition for each in states(words, policy)} == {Condition.OK}


def test_a_grey_failure_ends_when_half_of_its_share_is_left_and_not_before() -> None:
    found = states("oooof" * 6 + "o" * 30)
    grey = [each.condition is Condition.DEGRADED for each in found]

    began, ended = grey.index(True), len(grey) - grey[::-1].index(True)
    assert all(grey[began:ended])
    assert began == 19
    # Two of the last four failures have left the window of twenty runs, and the third follows.
    assert 40 < ended < 46
    last = found[-1]
    assert (last.condition, last.losses, last.is_grey) == (Condition.OK, (), False)
    # It dates from the first success of the last run of them.
    assert last.since == _at(29) + timedelta(seconds=1)


def test_what_was_before_a_recovery_does_not_count_towards_a_grey_failure() -> None:
    outage = [observe(FRESH, _attempt(0, "o"), Confirmation())]
    for index in range(1, 10):
        outage.append(observe(outage[-1], _attempt(index, "f"), Confirmation()))
    assert outage[-1].condition is Condition.FAILED
    after = outage[-1]
    for index, word in enumerate("ooof" + "o" * 10, start=10):
        after = observe(after, _attempt(index, word), Confirmation())

    assert after.condition is Condition.OK


def test_a_grey_failure_may_become_a_confirmed_one() -> None:
    grey = states("oooof" * 4)[-1]
    for index in (20, 21):
        grey = observe(grey, _attempt(index, "f"), Confirmation())

    assert grey.condition is Condition.FAILED
    assert not grey.is_grey


def test_a_grey_failure_confirms_anew_only_by_its_own_failures() -> None:
    state = states("oooof" * 4)[-1]

    assert confirmed_after(state, _at(3), Confirmation())
    assert not confirmed_after(state, _at(4), Confirmation())


def test_no_data_forgets_what_was_counted() -> None:
    gone = expire(states("oooof" * 3)[-1], _at(1000), 30.0)

    assert (gone.runs, gone.losses) == (0, ())


@given(RUNS)
def test_a_check_turns_bad_only_with_enough_failures_in_its_window(words: str) -> None:
    policy = Confirmation()
    before = FRESH
    for index, after in enumerate(states(words, policy)):
        if after.is_grey and not before.is_grey:
            runs = words[: index + 1].replace("m", "")
            assert runs.endswith("f")
            assert runs[-policy.grey_window :].count("f") >= 4
        before = after


@given(RUNS, st.integers(2, 30), st.floats(0.05, 1))
def test_what_often_fails_is_never_taken_for_well(words: str, window: int, ratio: float) -> None:
    policy = Confirmation(grey_window=window, grey_ratio=ratio)
    recovered = 0
    for index, state in enumerate(states(words, policy)):
        # What was before a recovery counts no more, from the run on that completes it.
        if state.runs == 0:
            recovered = index + 1
        runs = words[recovered : index + 1].replace("m", "")
        if runs[-window:].count("f") >= max(2, ceil(ratio * window - 1e-9)):
            assert state.condition in BAD


@given(st.integers(0, 60), st.integers(0, 60), st.integers(2, 40), st.floats(0, 1))
def test_one_lost_run_changes_nothing_whatever_the_policy(
    before: int, after: int, window: int, ratio: float
) -> None:
    policy = Confirmation(grey_window=window, grey_ratio=ratio)

    found = states("o" * (before + 1) + "f" + "o" * after, policy)

    assert {each.condition for each in found} == {Condition.OK}


@given(RUNS)
def test_what_is_remembered_is_bounded_and_survives_the_store(words: str) -> None:
    for state in states(words):
        assert len(state.losses) <= Confirmation().grey_window
        assert all(each.run > state.runs - 20 for each in state.losses)
        assert from_json(CheckState, to_json(state)) == state


@given(RUNS)
def test_the_onset_lies_between_a_success_and_a_failure(words: str) -> None:
    for state in states(words):
        if state.bad_since is not None and state.last_ok_at is not None:
            assert state.last_ok_at < state.bad_since
