"""Flapping: Icinga's window of 20 attempts, 30 % to begin and 25 % to end."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.check import Confirmation
from monitor.model.codec import from_json, to_json
from monitor.model.observation import Observation, Outcome
from monitor.model.status import CheckState
from monitor.status import flapping
from monitor.status.confirmation import observe

START = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = {"o": Outcome.OK, "d": Outcome.DEGRADED, "f": Outcome.FAILED}


def after(words: str, policy: Confirmation | None = None) -> CheckState:
    """Return the state of a check that saw *words*."""
    state = CheckState(check="ping", component="bank")
    for index, word in enumerate(words):
        at = START + timedelta(seconds=index)
        seen = Observation(
            check="ping", component="bank", type="tcp", location="here", scheduled_at=at,
            started_at=at, duration_seconds=0.1, outcome=WORDS[word],
        )  # fmt: skip
        state = observe(state, seen, policy or Confirmation())
    return state


@pytest.mark.parametrize(
    ("words", "flaps"),
    [
        ("o" * 40, False),
        ("f" * 40, False),
        ("o" * 20 + "fff" + "ooo", False),
        ("o" * 20 + "of" * 2, False),
        ("o" * 20 + "of" * 3 + "o", True),
        ("ooofff" * 4, True),
        ("o" * 20 + "od" * 4, True),
    ],
    ids=["well", "down", "an outage", "two blips", "three blips", "up and down", "slow at times"],
)
def test_a_check_flaps_where_enough_late_attempts_differ(words: str, flaps: bool) -> None:
    assert after(words).flapping is flaps


def test_later_changes_weigh_more() -> None:
    newest, oldest = flapping.share(1), flapping.share(1 << 19)

    assert newest * 20 == pytest.approx(1.15)
    assert oldest * 20 == pytest.approx(0.8)


def test_flapping_ends_below_a_lower_share_than_it_began() -> None:
    began = "o" * 20 + "of" * 4
    lasting = [after(began + "o" * count).flapping for count in range(30)]

    ended = lasting.index(False)
    assert all(lasting[:ended])
    assert not any(lasting[ended:])
    shares = [flapping.share(after(began + "o" * count).flips) for count in (ended - 1, ended)]
    assert shares[0] >= flapping.ENDS_BELOW > shares[1]


def test_a_check_of_confirmed_changes_never_flaps() -> None:
    policy = Confirmation(failures=1, window=1, recoveries=1, detect_flapping=False)

    assert not after("of" * 20, policy).flapping


@given(st.text("odf", max_size=60))
def test_the_window_is_bounded_and_survives_the_store(words: str) -> None:
    state = after(words)

    assert 0 <= state.flips < 1 << flapping.ATTEMPTS
    recent = words[-(flapping.ATTEMPTS + 1) :]
    assert state.flips.bit_count() == sum(one != other for one, other in pairwise(recent))
    assert from_json(CheckState, to_json(state)) == state
