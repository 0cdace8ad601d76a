"""Drives the engine on the event loop: observations in, batches to the store, probes asked for."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.engine.engine import Engine
from monitor.model.batch import Batch
from monitor.model.configuration import Configuration
from monitor.model.fault import FaultKind
from monitor.model.observation import Observation, Trigger

T = TypeVar("T")

# Failures that come in together are settled together: one look at the graph for all of them.
SETTLE_AFTER_SECONDS = 0.02
# Settling may take up to this share of the loop's time before it is spaced out.
SETTLE_SHARE = 0.2


class Clock(Protocol):
    """The two clocks that the driver reads."""

    def now(self) -> datetime:
        """Return the wall time in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        ...


class BatchSink(Protocol):
    """Where batches are stored, in order, without ever blocking the loop."""

    def submit(self, batch: Batch) -> None:
        """Take in a batch."""
        ...


class ProbeRequests(Protocol):
    """Where the engine's wishes for probes go."""

    def request(self, check_name: str, trigger: Trigger, delay_seconds: float = 0.0) -> None:
        """Probe a check now, or once after a delay."""
        ...


class Driver:
    """Owns the engine; everything that changes its state passes through here."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        sink: BatchSink,
        on_batch: Callable[[Batch], None],
    ) -> None:
        self.engine = engine
        self._clock = clock
        self._sink = sink
        self._on_batch = on_batch
        self._probes: ProbeRequests | None = None
        self._settling: asyncio.TimerHandle | None = None
        self._pause = SETTLE_AFTER_SECONDS

    def start(self, probes: ProbeRequests) -> None:
        """Begin; *probes* is where wishes for probes go from now on."""
        self._probes = probes
        self._emit(self.engine.settle(self._clock.now()))

    def take(self, observation: Observation) -> None:
        """Take in an observation from the schedule."""
        self._emit(self.engine.observe(observation, self._clock.now()))
        if self.engine.is_dirty and self._settling is None:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_later(self._pause, self._settle)

    def tick(self) -> None:
        """Do what is due; called once a second."""
        self._emit(self.engine.advance(self._clock.now()))

    def run(self, step: Callable[[datetime], tuple[T, Batch]]) -> T:
        """Carry out a command on the engine and settle what follows from it."""
        now = self._clock.now()
        value, batch = step(now)
        self._emit(batch)
        self._emit(self.engine.advance(now))
        return value

    def fault(self, kind: FaultKind, detail: str) -> None:
        """Note a fault of the monitor, once per spell."""
        if kind not in self.engine.memory.faults:
            self._emit(self.engine.raise_fault(kind, detail, self._clock.now()))

    def clear(self, kind: FaultKind) -> None:
        """Note that a fault is over."""
        if kind in self.engine.memory.faults:
            self._emit(self.engine.clear_fault(kind, self._clock.now()))

    def clock_jumped(self, kind: FaultKind, detail: str) -> None:
        """Note that the wall clock went another way than time, or that the machine slept."""
        self._emit(self.engine.clock_jumped(kind, detail, self._clock.now()))

    def reconfigure(self, configuration: Configuration) -> None:
        """Take over a reloaded configuration."""
        self._emit(self.engine.reconfigure(configuration, self._clock.now()))

    def unseen(self) -> list[str]:
        """Return the enabled checks that have no observation yet in this run."""
        return [name for name in self.engine.memory.checks if name not in self.engine.memory.seen]

    def _settle(self) -> None:
        self._settling = None
        began = self._clock.monotonic()
        self._emit(self.engine.settle(self._clock.now()))
        spent = self._clock.monotonic() - began
        self._pause = max(SETTLE_AFTER_SECONDS, spent / SETTLE_SHARE)

    def _emit(self, batch: Batch) -> None:
        if batch.is_urgent or batch.observation is not None:
            self._sink.submit(batch)
        for wish in batch.probes:
            if self._probes is not None:
                self._probes.request(wish.check, wish.trigger, wish.delay_seconds)
        if batch.is_urgent:
            self._on_batch(batch)
