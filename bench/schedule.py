"""What the schedule costs on its own: CPU per dispatch of a probe that does nothing.

Run with `python bench/schedule.py [SECONDS]`; figures of one run compare, those of two may not.
"""

import asyncio
import sys
import time
from datetime import datetime

import uvloop

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.observation import Observation, Outcome, Trigger
from monitor.schedule.schedule import Schedule

WARM_UP_SECONDS = 12.0
CASES = [(1_000, 10.0), (10_000, 10.0), (10_000, 1.0)]


class NoProbe:
    """Answers with the same observation every time."""

    def __init__(self, clock: SystemClock) -> None:
        self._answer = Observation(
            check="c",
            component="c",
            type="none",
            location="default",
            scheduled_at=clock.now(),
            started_at=clock.now(),
            duration_seconds=0.0,
            outcome=Outcome.OK,
        )

    async def probe(
        self,
        check: Check,  # noqa: ARG002  # what is asked makes no difference
        *,
        trigger: Trigger,  # noqa: ARG002
        scheduled_at: datetime,  # noqa: ARG002
    ) -> Observation:
        return self._answer


async def measure(count: int, interval: float, seconds: float) -> None:
    clock = SystemClock()
    schedule = Schedule(NoProbe(clock), lambda _: None, clock, 100_000)
    schedule.replace(
        Check(name=f"check-{n}", type="none", component="c", spec=None, interval_seconds=interval)
        for n in range(count)
    )
    schedule.start()
    await asyncio.sleep(WARM_UP_SECONDS)
    stats = schedule.stats
    runs, cpu = sum(stats.runs.values()), time.process_time()
    await asyncio.sleep(seconds)
    runs, cpu = sum(stats.runs.values()) - runs, time.process_time() - cpu
    p50, p99 = (stats.lateness.quantile(share) * 1000 for share in (0.5, 0.99))
    await schedule.stop()
    print(
        f"schedule {count:>6} x {interval:>2.0f} s: {cpu / runs * 1e6:6.1f} us per dispatch"
        f" ({runs / seconds:.0f}/s), lateness p50 <= {p50:g} ms, p99 <= {p99:g} ms"
    )


async def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    for count, interval in CASES:
        await measure(count, interval, seconds)


if __name__ == "__main__":
    uvloop.run(main())
