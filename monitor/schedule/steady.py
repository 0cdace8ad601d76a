"""APScheduler on steady time: a step of the wall clock neither stops nor hurries a job."""

import logging
import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, tzinfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.clock import Clock
from monitor.schedule.plan import SECOND, Slot

MICROSECOND = timedelta(microseconds=1)
TIMER_FLOOR_SECONDS = 0.002
"""uvloop counts in milliseconds: it would spin through a shorter wait."""


class SteadyZone(tzinfo):
    """A time zone in which `datetime.now(zone)` is the monotonic clock.

    APScheduler asks for the time in this way only, so in this zone it runs on monotonic time. The
    dates are those of the year 2000: a time of the wall clock mixed into them shows at once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._epoch = datetime(2000, 1, 1, tzinfo=self)

    def microseconds(self) -> int:
        """Return the present as the plan counts it."""
        return int(self._clock.monotonic() * SECOND)

    def date(self, moment: int) -> datetime:
        """Return a moment of the plan as APScheduler wants it."""
        return self._epoch + timedelta(microseconds=moment)

    def moment(self, date: datetime) -> int:
        """Return what the plan calls *date*."""
        return (date - self._epoch) // MICROSECOND

    def fromutc(self, dt: datetime, /) -> datetime:  # noqa: ARG002  # replacing it is the point
        return self.date(self.microseconds())

    def utcoffset(self, dt: datetime | None, /) -> timedelta:  # noqa: ARG002  # asked by datetime
        return timedelta(0)

    def dst(self, dt: datetime | None, /) -> timedelta:  # noqa: ARG002  # asked by datetime
        return timedelta(0)

    def tzname(self, dt: datetime | None, /) -> str:  # noqa: ARG002  # asked by datetime
        return "steady"


class SlotTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler carries no annotations
    """Fires at the moments of a slot; those that have passed meanwhile count as one."""

    def __init__(self, slot: Slot, zone: SteadyZone) -> None:
        self._slot = slot
        self._zone = zone

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        passed = max(previous_fire_time, now) if previous_fire_time else now
        return self._zone.date(self._slot.after(self._zone.moment(passed)))


class _Scheduler(AsyncIOScheduler):  # type: ignore[misc]  # APScheduler carries no annotations
    """Wakes up in whole milliseconds and never for a shorter time than the loop can wait."""

    def _start_timer(self, wait_seconds: float | None) -> None:
        if wait_seconds is not None:
            wait_seconds = max(math.ceil(wait_seconds * 1000) / 1000, TIMER_FLOOR_SECONDS)
        super()._start_timer(wait_seconds)


class SlotJobs:
    """One APScheduler job per slot, started and stopped together."""

    def __init__(self, clock: Clock) -> None:
        self.zone = SteadyZone(clock)
        # A line per run of a job would drown the log; runs are counted instead.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        # How late is too late is decided per check, so APScheduler itself never drops a run.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = _Scheduler(timezone=self.zone, job_defaults=defaults)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=False)

    def add(self, slot: Slot, run: Callable[[], Awaitable[None]]) -> str:
        """Run an `async def` at each moment of the slot; return the job's id."""
        job = self._scheduler.add_job(run, SlotTrigger(slot, self.zone))
        return str(job.id)

    def remove(self, job: str) -> None:
        self._scheduler.remove_job(job)
