"""The verdict on figures beyond their limits: the text is short, the signals are complete."""

import pytest

from monitor.clock import SystemClock
from monitor.model.observation import Outcome, Trigger
from monitor.model.signals import Signal, SignalKind
from monitor.probes.limits import Excess, judged
from monitor.probes.recording import Recording
from tests.probes.conftest import make_check

KINDS = (
    SignalKind.LOCK_WAITERS,
    SignalKind.ACTIVE_SESSIONS,
    SignalKind.DEADLOCKS,
    SignalKind.BLOCKING_SESSIONS,
    SignalKind.IDLE_IN_TRANSACTION,
    SignalKind.REPLICATION_LAG_SECONDS,
)


@pytest.fixture(name="recording")
def _recording() -> Recording:
    clock = SystemClock()
    check = make_check("tcp", host="127.0.0.1", port=1)
    return Recording(check, trigger=Trigger.SCHEDULE, scheduled_at=clock.now(), clock=clock)


def test_every_figure_beyond_its_limit_is_a_signal_and_so_is_lateness(recording: Recording) -> None:
    excesses = [Excess(outcome=Outcome.DEGRADED, kind=each, text=each.value) for each in KINDS]

    observation = judged(recording, excesses, "took 3.000 s, degraded after 1 s")

    told = [each for each in observation.signals if each.kind is SignalKind.LIMIT_EXCEEDED]
    assert {each.value for each in told} == {*KINDS, SignalKind.RUN_SECONDS}
    assert len(told) == len(KINDS) + 1
    assert observation.failure is not None
    assert observation.failure.detail.startswith("took 3.000 s, degraded after 1 s; ")
    assert observation.failure.detail.count(";") == 3


def test_of_one_kind_the_worst_is_told(recording: Recording) -> None:
    mild = Excess(outcome=Outcome.DEGRADED, kind=SignalKind.DISK_FREE_RATIO, text="/ 4 %")
    bad = Excess(outcome=Outcome.FAILED, kind=SignalKind.DISK_FREE_RATIO, text="/var 0 %")

    observation = judged(recording, [mild, bad])

    (told,) = [each for each in observation.signals if each.kind is SignalKind.LIMIT_EXCEEDED]
    assert (observation.outcome, told) == (
        Outcome.FAILED,
        Signal(SignalKind.LIMIT_EXCEEDED, "disk_free_ratio", "/var 0 %"),
    )
