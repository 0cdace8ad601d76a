"""A run that the machine held up says nothing of its target where it did not go well."""

import time
from dataclasses import replace
from datetime import datetime

import pytest

from monitor.model.check import Check
from monitor.model.observation import MissedReason, Observation, Outcome, Trigger
from monitor.schedule.runner import HELD_UP_SECONDS
from tests.schedule.helpers import FakeProber, check, running
from tests.support.polling import eventually_async

HOUR = 3600.0


class HeldUp(FakeProber):
    """Its first run comes back as *outcome*, after something came between."""

    outcome = Outcome.FAILED
    stall_seconds = 0.0
    step_seconds = 0.0

    async def probe(self, check: Check, *, trigger: Trigger, scheduled_at: datetime) -> Observation:
        is_first = not self.probed
        seen = await super().probe(check, trigger=trigger, scheduled_at=scheduled_at)
        if not is_first:
            return seen
        # A process that is stopped stands still like this, with its loop.
        time.sleep(self.stall_seconds)
        self._clock.step(self.step_seconds)
        return replace(seen, outcome=self.outcome)


@pytest.mark.parametrize(
    ("stall", "step", "outcome", "missed"),
    [
        (0.2 + HELD_UP_SECONDS, 0.0, Outcome.FAILED, MissedReason.STALL),
        (0.0, HOUR, Outcome.FAILED, MissedReason.CLOCK_JUMP),
        (0.0, -HOUR, Outcome.DEGRADED, MissedReason.CLOCK_JUMP),
        (0.2 + HELD_UP_SECONDS, 0.0, Outcome.OK, None),
        (0.0, 0.0, Outcome.FAILED, None),
    ],
    ids=["stalled", "stepped forward", "stepped back", "good all the same", "undisturbed"],
)
async def test_a_bad_run_that_was_held_up_is_missed(
    stall: float, step: float, outcome: Outcome, missed: MissedReason | None
) -> None:
    async with running(check("one", timeout_seconds=0.1), prober=HeldUp) as stage:
        prober = stage.prober
        assert isinstance(prober, HeldUp)
        prober.outcome, prober.stall_seconds, prober.step_seconds = outcome, stall, step
        await eventually_async(lambda: len(stage.seen.of("one")) >= 2)

    first = stage.seen.of("one")[0]
    expected = outcome if missed is None else Outcome.MISSED
    assert (first.outcome, first.missed) == (expected, missed)
