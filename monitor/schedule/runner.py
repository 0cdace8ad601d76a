"""Runs probes: one at a time per check, so many at once in all, and no run lost in silence."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from monitor.clock import Clock
from monitor.model.check import Check
from monitor.model.observation import (
    Failure,
    FailureKind,
    MissedReason,
    Observation,
    Outcome,
    Stage,
    Trigger,
)
from monitor.schedule.clock_watch import JUMP_SECONDS
from monitor.schedule.guard import Guard
from monitor.schedule.plan import SECOND, slot_of
from monitor.schedule.stats import ScheduleStats

# A run that took so much longer than it may was held up by us, or by the machine.
HELD_UP_SECONDS = 1.0
CANCEL_AGAIN_SECONDS = 2.0

Sink = Callable[[Observation], None]


class Prober(Protocol):
    """Makes one observation of a check."""

    async def probe(
        self, check: Check, *, trigger: Trigger, scheduled_at: datetime
    ) -> Observation: ...


class Watched:
    """A check under watch: its slot, the run in flight and the run that was asked for later."""

    __slots__ = ("asked", "check", "gone", "not_before", "run", "slot", "trigger")

    def __init__(self, check: Check) -> None:
        self.check = check
        self.slot = slot_of(check)
        self.not_before = 0
        self.run: asyncio.Task[None] | None = None
        self.trigger = Trigger.SCHEDULE
        self.asked: asyncio.TimerHandle | None = None
        self.gone = False


class Runner:
    """Starts probes and hands what they saw to the sink."""

    def __init__(
        self,
        prober: Prober,
        sink: Sink,
        clock: Clock,
        max_in_flight: int,
        stats: ScheduleStats,
    ) -> None:
        self._prober = prober
        self._sink = sink
        self._clock = clock
        self._max_in_flight = max_in_flight
        self._stats = stats
        self._guard = Guard(stats)
        self._ending: set[asyncio.Task[None]] = set()

    def planned(self, watched: Watched, lateness: int) -> None:
        """Start the planned run of a check, *lateness* microseconds after its moment."""
        scheduled_at = self._clock.now() - timedelta(microseconds=lateness)
        if watched.gone:
            return
        if lateness > watched.slot.interval:
            self.miss(watched, MissedReason.LATE, Trigger.SCHEDULE, scheduled_at)
        elif watched.run is None:
            self._stats.lateness.add(lateness / SECOND)
            self._start(watched, Trigger.SCHEDULE, scheduled_at)
        elif watched.trigger in (Trigger.SCHEDULE, Trigger.RETRY):
            self.miss(watched, MissedReason.OVERLAP, Trigger.SCHEDULE, scheduled_at)
        # Else a run that somebody asked for is in flight and stands for the planned one.

    def asked(self, watched: Watched, trigger: Trigger) -> None:
        """Start a run that somebody asked for, unless the answer is on its way already."""
        if watched.run is None and not watched.gone:
            self._start(watched, trigger, self._clock.now())

    def miss(
        self,
        watched: Watched,
        reason: MissedReason,
        trigger: Trigger,
        scheduled_at: datetime,
    ) -> None:
        """Say that a run did not happen."""
        if watched.gone:
            return
        self._stats.missed[reason] += 1
        observation = self._without_probe(watched.check, trigger, scheduled_at)
        self._deliver(watched, replace(observation, outcome=Outcome.MISSED, missed=reason))

    def drop(self, watched: Watched) -> None:
        """Forget a check: nothing of it reaches the sink from now on."""
        watched.gone = True
        if watched.asked is not None:
            watched.asked.cancel()
        if watched.run is not None:
            self._ending.add(watched.run)
            watched.run.add_done_callback(self._ending.discard)
            # A task that is cancelled before it began never comes to its own `finally`.
            watched.run.add_done_callback(lambda _: self._ended(watched))
            watched.run.cancel()

    async def close(self, all_watched: Iterable[Watched]) -> None:
        """Drop the checks and wait until the last run has ended."""
        for watched in all_watched:
            self.drop(watched)
        # A library may swallow a cancellation, so those that do not end are told again.
        while self._ending:
            await asyncio.wait(self._ending, timeout=CANCEL_AGAIN_SECONDS)
            for run in self._ending:
                run.cancel()

    def _start(self, watched: Watched, trigger: Trigger, scheduled_at: datetime) -> None:
        if self._stats.in_flight >= self._max_in_flight:
            self.miss(watched, MissedReason.CAPACITY, trigger, scheduled_at)
            return
        self._stats.in_flight += 1
        self._stats.runs[trigger] += 1
        watched.trigger = trigger
        watched.run = asyncio.get_running_loop().create_task(
            self._run(watched, trigger, scheduled_at)
        )

    async def _run(self, watched: Watched, trigger: Trigger, scheduled_at: datetime) -> None:
        began, began_at = self._clock.monotonic(), self._clock.now()
        try:
            observation = await self._observe(watched.check, trigger, scheduled_at)
        finally:
            # Before the sink hears of it: what it asks for then is a new run.
            self._ended(watched)
        took = self._clock.monotonic() - began
        stepped = (self._clock.now() - began_at).total_seconds() - took
        disturbed = _disturbance(watched.check, took, stepped)
        if disturbed is None or observation.outcome is Outcome.OK:
            self._deliver(watched, observation)
        else:
            self.miss(watched, disturbed, trigger, scheduled_at)

    async def _observe(self, check: Check, trigger: Trigger, scheduled_at: datetime) -> Observation:
        try:
            return await self._prober.probe(check, trigger=trigger, scheduled_at=scheduled_at)
        except Exception as error:  # noqa: BLE001  # a fault of ours, never one of the target
            self._guard.count("probe")
            kind, stage = FailureKind.PROBE_BUG, Stage.RESOLVE
            failure = Failure(kind=kind, stage=stage, detail=type(error).__name__)
            observation = self._without_probe(check, trigger, scheduled_at)
            return replace(observation, stage=stage, failure=failure)

    def _ended(self, watched: Watched) -> None:
        if watched.run is not None:
            watched.run = None
            self._stats.in_flight -= 1

    def _without_probe(self, check: Check, trigger: Trigger, scheduled_at: datetime) -> Observation:
        return Observation(
            check=check.name,
            component=check.component,
            type=check.type,
            location=check.location,
            scheduled_at=scheduled_at,
            started_at=self._clock.now(),
            duration_seconds=0.0,
            outcome=Outcome.FAILED,
            trigger=trigger,
        )

    def _deliver(self, watched: Watched, observation: Observation) -> None:
        if not watched.gone:
            self._guard.call(partial(self._sink, observation), "sink")


def _disturbance(check: Check, took: float, stepped: float) -> MissedReason | None:
    """Return why a bad run says nothing of its target: the loop stood still, or the machine.

    *took* is steady time, *stepped* by how much the wall clock went further; both in seconds.
    """
    if abs(stepped) > JUMP_SECONDS:
        return MissedReason.CLOCK_JUMP
    return MissedReason.STALL if took > check.timeout_seconds + HELD_UP_SECONDS else None
