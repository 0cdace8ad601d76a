"""The schedule: starts every check at its moments, and at once or once later where asked."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial

import structlog

from monitor.clock import Clock
from monitor.model.check import Check
from monitor.model.observation import MissedReason, Trigger
from monitor.schedule.clock_watch import ClockWatch, Jump
from monitor.schedule.guard import Guard
from monitor.schedule.plan import SECOND, Slot
from monitor.schedule.runner import Prober, Runner, Sink, Watched
from monitor.schedule.stats import ScheduleStats
from monitor.schedule.steady import TIMER_FLOOR_SECONDS, SlotJobs
from monitor.schedule.timetable import Timetable

_log = structlog.get_logger(__name__)

STALL_SECONDS = 1.0
MISSES_AT_ONCE = 100
EVERY_SECOND = Slot(interval=SECOND, offset=0)

Listener = Callable[[float], None]


class Schedule:
    """Decides when each check runs; all methods belong to the thread of the event loop.

    *on_jump* is told of each jump of the wall clock, *on_stall* how many seconds
    the event loop stood still, if that was more than one.
    """

    def __init__(
        self,
        prober: Prober,
        sink: Sink,
        clock: Clock,
        max_in_flight: int,
        *,
        on_jump: Callable[[Jump], None] | None = None,
        on_stall: Listener | None = None,
    ) -> None:
        self.stats = ScheduleStats()
        self._clock = clock
        self._on_jump = on_jump
        self._on_stall = on_stall
        self._guard = Guard(self.stats)
        self._runner = Runner(prober, sink, clock, max_in_flight, self.stats)
        self._jobs = SlotJobs(clock)
        self._timetable = Timetable(self._jobs, self._runner)
        self._watched: dict[str, Watched] = {}
        self._clock_watch = ClockWatch(clock, on_jump=self._jumped, on_lag=self._lagged)
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = False

    def start(self) -> None:
        """Begin; checks that are known already have their first run within seconds."""
        self._running = True
        self._jobs.start()
        self._timetable.add(self._watched.values())
        self._spawn(self._clock_watch.run())

    async def stop(self) -> None:
        """Cancel everything and wait for its end; nothing reaches the sink any more."""
        if not self._running:
            return
        self._running = False
        self._jobs.stop()
        self._timetable.clear()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await self._runner.close(self._watched.values())
        await asyncio.gather(*tasks, return_exceptions=True)

    def replace(self, checks: Iterable[Check]) -> None:
        """Watch exactly these checks; those that stay equal keep their slot and runs in flight."""
        wanted = {check.name: check for check in checks if check.enabled}
        left = [each for name, each in self._watched.items() if wanted.get(name) != each.check]
        for watched in left:
            del self._watched[watched.check.name]
            self._runner.drop(watched)
        added = [Watched(check) for name, check in wanted.items() if name not in self._watched]
        self._watched.update((watched.check.name, watched) for watched in added)
        self.stats.checks = len(self._watched)
        if self._running:
            for watched in left:
                self._timetable.remove(watched)
            self._timetable.add(added)
            self._timetable.prune()

    def request(self, check_name: str, trigger: Trigger, delay_seconds: float = 0.0) -> None:
        """Run a check now or once later; a run in flight by then answers instead.

        A check waits for one such run at most: the sooner one. Unknown names are ignored, because
        a reload may have removed the check meanwhile.
        """
        watched = self._watched.get(check_name)
        if watched is None or not self._running:
            return
        if delay_seconds <= 0:
            self._runner.asked(watched, trigger)
            return
        loop = asyncio.get_running_loop()
        when = loop.time() + max(delay_seconds, TIMER_FLOOR_SECONDS)
        if watched.asked is not None:
            if watched.asked.when() <= when:
                return
            watched.asked.cancel()
        watched.asked = loop.call_at(when, self._run_asked, watched, trigger)

    def every_second(self, callback: Callable[[], None]) -> None:
        """Call back once a second from the start on, whatever the wall clock does."""
        self._jobs.add(EVERY_SECOND, partial(self._tick, callback))

    async def _tick(self, callback: Callable[[], None]) -> None:
        self._guard.call(callback, "every_second")

    def _run_asked(self, watched: Watched, trigger: Trigger) -> None:
        watched.asked = None
        self._runner.asked(watched, trigger)

    def _lagged(self, seconds: float) -> None:
        self.stats.recent_lags.append(seconds)
        if seconds > STALL_SECONDS:
            _log.warning("event_loop_stalled", seconds=round(seconds, 3))
            if self._on_stall:
                self._guard.call(partial(self._on_stall, seconds), "on_stall")

    def _jumped(self, jump: Jump) -> None:
        self.stats.clock_jumps += 1
        _log.warning("clock_jumped", seconds=round(jump.seconds, 3), slept=jump.slept)
        if self._on_jump:
            self._guard.call(partial(self._on_jump, jump), "on_jump")
        self._spawn(self._miss_all())

    async def _miss_all(self) -> None:
        """Say of each check that its rhythm was disturbed, without stalling the loop."""
        for number, watched in enumerate(tuple(self._watched.values()), 1):
            now = self._clock.now()
            self._runner.miss(watched, MissedReason.CLOCK_JUMP, Trigger.SCHEDULE, now)
            if number % MISSES_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
