"""Confirmation: no condition changes without enough attempts, and time only goes on."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.check import Confirmation
from monitor.model.observation import MissedReason, Observation, Outcome
from monitor.model.status import CheckState, Condition
from monitor.status.confirmation import confirmed_after, expire, is_suspect, lapse, observe

START = datetime(2026, 3, 1, tzinfo=UTC)
FRESH = CheckState(check="ping", component="bank")
BAD = (Condition.FAILED, Condition.DEGRADED)
WORDS = {"o": Outcome.OK, "d": Outcome.DEGRADED, "f": Outcome.FAILED, "m": Outcome.MISSED}

OUTCOMES = st.lists(st.sampled_from("odfm"), max_size=30).map("".join)


@st.composite
def policies(draw: st.DrawFn) -> Confirmation:
    window = draw(st.integers(1, 5))
    failures = draw(st.integers(1, window))
    recoveries = draw(st.integers(1, 5))
    # Grey failures, which no window of confirmation sees, have their own tests.
    return Confirmation(failures=failures, window=window, recoveries=recoveries, grey_ratio=0)


def _at(index: int) -> datetime:
    return START + timedelta(seconds=2 * index)


def _attempt(index: int, word: str) -> Observation:
    return Observation(
        check="ping",
        component="bank",
        type="tcp",
        location="here",
        scheduled_at=_at(index),
        started_at=_at(index),
        duration_seconds=0.1,
        outcome=WORDS[word],
        missed=MissedReason.OVERLAP if word == "m" else None,
    )


def states(words: Iterable[str], policy: Confirmation | None = None) -> list[CheckState]:
    """Return the state after each word, the fresh one first."""
    found = [FRESH]
    for index, word in enumerate(words):
        found.append(observe(found[-1], _attempt(index, word), policy or Confirmation()))
    return found


def last(words: str, policy: Confirmation | None = None) -> CheckState:
    return states(words, policy)[-1]


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("", Condition.UNKNOWN),
        ("o", Condition.OK),
        ("d", Condition.UNKNOWN),
        ("f", Condition.UNKNOWN),
        ("of", Condition.OK),
        ("off", Condition.FAILED),
        ("ofof", Condition.FAILED),
        ("ofoof", Condition.OK),
        ("ff", Condition.FAILED),
        ("odd", Condition.DEGRADED),
        ("odf", Condition.DEGRADED),
        ("odff", Condition.FAILED),
        ("offoo", Condition.FAILED),
        ("offooo", Condition.OK),
        ("offoof", Condition.FAILED),
        ("offddd", Condition.DEGRADED),
        ("offodo", Condition.DEGRADED),
        ("offdddooo", Condition.OK),
        ("oddooo", Condition.OK),
        ("oddff", Condition.FAILED),
        ("ofmmf", Condition.FAILED),
        ("offmmm", Condition.FAILED),
    ],
)
def test_two_of_three_confirm_and_three_in_a_row_recover(words: str, condition: Condition) -> None:
    assert last(words).condition is condition


def test_a_missed_run_changes_nothing() -> None:
    before = last("of")
    assert observe(before, _attempt(9, "m"), Confirmation()) is before


def test_a_spell_begins_with_its_first_bad_attempt_after_the_last_good_one() -> None:
    state = last("ooff")
    assert (state.last_ok_at, state.bad_since, state.since) == (_at(1), _at(2), _at(2))


def test_a_single_lost_attempt_is_forgotten_once_it_leaves_the_window() -> None:
    lost = states("ofooo")
    assert [is_suspect(each) for each in lost] == [False, False, True, True, True, False]
    assert {each.condition for each in lost[1:]} == {Condition.OK}
    assert lost[-1].since == _at(0)


def test_recovery_dates_from_the_first_of_its_successes() -> None:
    state = last("offooo")
    assert (state.since, state.bad_since, state.good_since) == (_at(3), None, None)
    assert state.last_ok_at == _at(5)


def test_attempts_from_before_a_recovery_do_not_count_towards_the_next_failure() -> None:
    policy = Confirmation(failures=2, window=5, recoveries=2)
    states_ = states("ffoof", policy)
    assert states_[-2].condition is Condition.OK
    assert states_[-1].condition is Condition.OK
    assert last("ffooff", policy).condition is Condition.FAILED
    assert last("ffooff", policy).bad_since == _at(4)


def test_failures_from_before_a_partial_recovery_do_not_count_again() -> None:
    policy = Confirmation(failures=2, window=3, recoveries=1)
    assert last("ffd", policy).condition is Condition.DEGRADED
    assert last("ffdf", policy).condition is Condition.DEGRADED
    assert last("ffdff", policy).condition is Condition.FAILED


@given(OUTCOMES, policies())
def test_no_condition_turns_bad_without_enough_bad_attempts(
    words: str, policy: Confirmation
) -> None:
    found = states(words, policy)
    seen = ""
    for before, after, word in zip(found, found[1:], words, strict=False):
        if before.condition != after.condition:
            seen = "" if before.condition in BAD and after.condition not in BAD else seen
        if word != "m":
            seen += word
        if after.condition in BAD and before.condition not in BAD:
            bad = sum(each in "df" for each in seen[-policy.window :])
            assert bad >= policy.failures


@given(OUTCOMES, policies())
def test_recovery_needs_its_run_of_good_attempts(words: str, policy: Confirmation) -> None:
    found = states(words, policy)
    for index, (before, after) in enumerate(pairwise(found)):
        if before.condition in BAD and after.condition is Condition.OK:
            attempts = words[: index + 1].replace("m", "")
            assert attempts.endswith("o" * policy.recoveries)


@given(OUTCOMES, policies())
def test_after_a_recovery_a_check_fails_anew_only_by_new_attempts(
    words: str, policy: Confirmation
) -> None:
    found = states(words, policy)
    recovered_at: datetime | None = None
    for before, after in pairwise(found):
        if before.condition in BAD and after.condition is Condition.OK:
            recovered_at = after.since
        if before.condition is Condition.OK and after.condition in BAD:
            assert after.since is not None
            assert recovered_at is None or after.since > recovered_at


@given(OUTCOMES, policies())
def test_times_never_run_backwards(words: str, policy: Confirmation) -> None:
    found = states(words, policy)
    for before, after in pairwise(found):
        for name in ("last_seen_at", "last_ok_at", "since"):
            earlier, later = getattr(before, name), getattr(after, name)
            assert earlier is None or (later is not None and later >= earlier), name
        assert [each.at for each in after.marks] == sorted(each.at for each in after.marks)
        if after.bad_since is not None and after.last_ok_at is not None:
            assert after.last_ok_at < after.bad_since


@given(OUTCOMES, policies())
def test_a_state_remembers_a_bounded_past_and_whether_it_ever_worked(
    words: str, policy: Confirmation
) -> None:
    state = last(words, policy)
    assert len(state.marks) <= max(policy.window, policy.recoveries)
    assert state.ever_succeeded == any(each in "od" for each in words)
    if state.condition in BAD:
        assert state.bad_since is not None
    assert state.condition is not Condition.FAILED or "f" in words


def test_nothing_seen_for_three_intervals_is_no_data() -> None:
    state = last("off")
    seen = state.last_seen_at
    assert seen is not None
    assert expire(state, seen + timedelta(seconds=35), 10.0) is state
    gone = expire(state, seen + timedelta(seconds=36), 10.0)
    assert gone.condition is Condition.UNKNOWN
    assert (gone.marks, gone.bad_since, gone.good_since) == ((), None, None)
    assert gone.since == seen + timedelta(seconds=36)
    assert expire(gone, seen + timedelta(hours=1), 10.0) is gone


def test_a_suspicion_lapses_where_the_next_attempt_comes_too_late_to_tell() -> None:
    state = last("oof")
    seen, limit = state.last_seen_at, timedelta(seconds=35)
    assert seen is not None
    assert lapse(state, seen + limit, limit) is state
    gone = lapse(state, seen + limit + timedelta(seconds=1), limit)
    assert (gone.condition, gone.bad_since, gone.marks) == (Condition.UNKNOWN, None, ())
    assert lapse(last("fooooo"), seen + timedelta(days=1), limit).losses == ()
    for each in (last("ooo"), last("off")):
        assert lapse(each, seen + timedelta(days=1), limit) is each


def test_what_was_never_seen_does_not_expire() -> None:
    odd = CheckState(check="ping", component="bank", condition=Condition.FAILED)
    assert expire(odd, START, 10.0) is odd


def test_after_no_data_a_failure_is_confirmed_anew() -> None:
    gone = expire(last("off"), START + timedelta(hours=1), 2.0)
    once = observe(gone, _attempt(2000, "f"), Confirmation())
    assert once.condition is Condition.UNKNOWN
    assert observe(once, _attempt(2001, "f"), Confirmation()).condition is Condition.FAILED


def test_only_attempts_after_a_moment_confirm_after_it() -> None:
    state = last("off")
    policy = Confirmation()
    assert confirmed_after(state, _at(0), policy)
    assert not confirmed_after(state, _at(1), policy)
    assert confirmed_after(last("offd"), _at(1), policy)


def test_a_bad_attempt_is_suspect_until_it_is_confirmed() -> None:
    assert is_suspect(last("of"))
    assert is_suspect(last("f"))
    assert not is_suspect(last("off"))
    assert not is_suspect(last("o"))
