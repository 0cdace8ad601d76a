"""A prober, a sink and a clock whose behaviour the test decides; time itself is real."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model.check import Check
from monitor.model.observation import MissedReason, Observation, Outcome, Trigger
from monitor.schedule.clock_watch import Jump
from monitor.schedule.schedule import Schedule


def check(name: str, interval: float = 0.1, **rest: Any) -> Check:
    return Check(
        name=name, type="fake", component=f"c-{name}", spec=None, interval_seconds=interval, **rest
    )


def checks(count: int, interval: float = 0.1) -> list[Check]:
    return [check(f"check-{number}", interval) for number in range(count)]


class SteppedClock:
    """The real clocks, but for the steps that somebody makes the wall clock take."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def monotonic(self) -> float:
        return time.monotonic()

    def step(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


class FakeProber:
    """Answers at once, or for the checks named in *held* only when they are released."""

    def __init__(self, clock: SteppedClock) -> None:
        self._clock = clock
        self.held: dict[str, asyncio.Event] = {}
        self.raising: set[str] = set()
        self.stubborn: set[str] = set()
        # How many cancellations of these are lost, as in a library that swallows them.
        self.losing: dict[str, int] = {}
        self.running: set[str] = set()
        self.cancelled: list[str] = []
        self.probed: list[Check] = []

    def hold(self, name: str) -> asyncio.Event:
        return self.held.setdefault(name, asyncio.Event())

    async def probe(self, check: Check, *, trigger: Trigger, scheduled_at: datetime) -> Observation:
        assert check.name not in self.running, "two runs of one check at a time"
        self.probed.append(check)
        self.running.add(check.name)
        started_at = self._clock.now()
        try:
            await self._work(check.name)
        finally:
            self.running.discard(check.name)
        return Observation(
            check=check.name,
            component=check.component,
            type=check.type,
            location=check.location,
            scheduled_at=scheduled_at,
            started_at=started_at,
            duration_seconds=(self._clock.now() - started_at).total_seconds(),
            outcome=Outcome.OK,
            trigger=trigger,
        )

    async def _work(self, name: str) -> None:
        if name in self.raising:
            raise LookupError("a fault of the probe")
        while self.losing.get(name, 0):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            self.losing[name] -= 1
        try:
            if name in self.held:
                await self.held[name].wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            if name not in self.stubborn:
                raise


class Seen:
    """A sink that keeps everything, each with the monotonic time at which it came."""

    def __init__(self) -> None:
        self.all: list[Observation] = []
        self.times: list[float] = []
        self.then: Callable[[Observation], None] | None = None

    def __call__(self, observation: Observation) -> None:
        self.all.append(observation)
        self.times.append(time.monotonic())
        if self.then:
            self.then(observation)

    def of(self, name: str) -> list[Observation]:
        return [each for each in self.all if each.check == name]

    def missed(self, reason: MissedReason) -> list[Observation]:
        return [each for each in self.all if each.missed is reason]

    def runs(self) -> Counter[str]:
        return Counter(each.check for each in self.all if each.outcome is not Outcome.MISSED)


class Stage:
    """A running schedule with all that surrounds it."""

    def __init__(self, max_in_flight: int = 1000, prober: type[FakeProber] = FakeProber) -> None:
        self.clock = SteppedClock()
        self.prober = prober(self.clock)
        self.seen = Seen()
        self.jumps: list[float] = []
        self.stalls: list[float] = []
        self.then: Callable[[float], None] | None = None
        self.schedule = Schedule(
            self.prober,
            self.seen,
            self.clock,
            max_in_flight,
            on_jump=self._jumped,
            on_stall=self.stalls.append,
        )

    def _jumped(self, jump: Jump) -> None:
        self.jumps.append(jump.seconds)
        if self.then:
            self.then(jump.seconds)


@asynccontextmanager
async def running(
    *watched: Check, max_in_flight: int = 1000, prober: type[FakeProber] = FakeProber
) -> AsyncIterator[Stage]:
    stage = Stage(max_in_flight, prober)
    stage.schedule.replace(watched)
    stage.schedule.start()
    try:
        yield stage
    finally:
        await stage.schedule.stop()


def now() -> float:
    return time.monotonic()
