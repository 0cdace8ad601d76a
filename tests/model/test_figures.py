"""Which figures beyond their limits hurt nobody by themselves."""

from datetime import UTC, datetime

import pytest

from monitor.model.figures import is_forecast, is_strain
from monitor.model.observation import Failure, FailureKind, Observation, Outcome, Stage, Trigger
from monitor.model.signals import Signal
from monitor.model.signals import SignalKind as S

NOW = datetime(2026, 1, 10, tzinfo=UTC)
FAILED, DEGRADED = Outcome.FAILED, Outcome.DEGRADED
BEYOND = FailureKind.THRESHOLD_EXCEEDED


def observed(outcome: Outcome, *exceeded: S, kind: FailureKind = BEYOND) -> Observation:
    return Observation(
        check="host",
        component="host",
        type="host",
        location="default",
        scheduled_at=NOW,
        started_at=NOW,
        duration_seconds=0.1,
        outcome=outcome,
        stage=Stage.SEMANTIC,
        failure=Failure(kind=kind, stage=Stage.SEMANTIC),
        signals=tuple(Signal(S.LIMIT_EXCEEDED, each.value) for each in exceeded),
        trigger=Trigger.SCHEDULE,
    )


CASES: dict[str, tuple[Observation, bool, bool]] = {
    "a limit ahead": (observed(DEGRADED, S.DISK_FREE_RATIO), True, False),
    "a full disk": (observed(FAILED, S.DISK_FREE_RATIO), False, False),
    "pressure": (observed(DEGRADED, S.CPU_PRESSURE_RATIO), False, True),
    "much pressure": (observed(FAILED, S.CPU_PRESSURE_RATIO), False, True),
    "both": (observed(DEGRADED, S.CPU_PRESSURE_RATIO, S.DISK_FREE_RATIO), False, True),
    # Which of the two failed is not told.
    "both, failed": (observed(FAILED, S.CPU_PRESSURE_RATIO, S.DISK_FREE_RATIO), False, False),
    "a replica behind": (observed(DEGRADED, S.REPLICATION_LAG_SECONDS), False, False),
    "pressure, and late": (observed(DEGRADED, S.LOCK_WAITERS, S.RUN_SECONDS), False, False),
    "late": (observed(DEGRADED), False, False),
    "down": (observed(FAILED, kind=FailureKind.CONNECT_REFUSED), False, False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_figures_say_of_users(case: str) -> None:
    observation, forecast, strain = CASES[case]

    assert (is_forecast(observation), is_strain(observation)) == (forecast, strain)
