"""Watches the clocks and the event loop: jumps of the wall clock, and stalls of the loop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from monitor.clock import Clock, seconds_asleep

BEAT_SECONDS = 0.25
JUMP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Jump:
    """By how many seconds the wall clock left the steady one behind; *slept*: in a suspend."""

    seconds: float
    slept: bool = False


class ClockWatch:
    """Compares the steps of both clocks at every beat and measures how late the beat is.

    *on_jump* gets each jump, *on_lag* how many seconds late each beat came; *asleep* tells how
    long the machine has been suspended in all.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        on_jump: Callable[[Jump], None],
        on_lag: Callable[[float], None],
        asleep: Callable[[], float] = seconds_asleep,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        self._clock = clock
        self._on_jump = on_jump
        self._on_lag = on_lag
        self._beat_seconds = beat_seconds
        self._asleep = asleep
        self._slept = asleep()
        self._distance = self._measure()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            before = self._clock.monotonic()
            await asyncio.sleep(self._beat_seconds)
            self._on_lag(max(0.0, self._clock.monotonic() - before - self._beat_seconds))
            self.compare()

    def compare(self) -> None:
        """Report a jump since the last comparison; slow correction of a clock is none."""
        distance = self._measure()
        jump, self._distance = distance - self._distance, distance
        asleep = self._asleep()
        slept, self._slept = asleep - self._slept, asleep
        if abs(jump) > JUMP_SECONDS:
            self._on_jump(Jump(jump, slept=abs(jump - slept) <= JUMP_SECONDS))

    def _measure(self) -> float:
        """Return how far the wall clock is ahead of the monotonic one.

        The process may be held up between the two readings; that must not look like a jump.
        """
        while True:
            before = self._clock.monotonic()
            wall = self._clock.now().timestamp()
            after = self._clock.monotonic()
            if after - before < JUMP_SECONDS / 4:
                return wall - after
