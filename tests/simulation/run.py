"""A simulation: the real engine on a driven clock, every run of a check real or known to be dull.

While all is well the clock leaps to what is due next, and each check is seen once on the way; else
every run counts.
"""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from monitor.engine.due import is_unsettled, next_due
from monitor.engine.engine import Engine
from monitor.engine.memory import Memory
from monitor.model.batch import Batch, SavedState
from monitor.model.check import Check
from monitor.model.configuration import Configuration
from monitor.model.fault import FaultKind
from monitor.model.observation import Trigger
from monitor.status.confirmation import is_steady
from tests.simulation.platform import INTERVAL_SECONDS
from tests.simulation.world import World

SLOTS = 4
WIDTH = timedelta(seconds=INTERVAL_SECONDS / SLOTS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Keeper(Protocol):
    """Where batches are kept, and what a restart finds there."""

    def keep(self, batch: Batch) -> None: ...

    def reopen(self, now: datetime) -> SavedState: ...


class Witness(Protocol):
    """Who sees every batch and knows what must not be."""

    def see(self, batch: Batch, memory: Memory) -> None: ...

    def clock_stepped(self, before: datetime) -> None: ...


@dataclass(frozen=True, order=True)
class Deed:
    """Something that happens at a moment: to the platform, to the monitor, or by a person."""

    at: datetime
    number: int
    do: "Callable[[Simulation], None]" = field(compare=False)


class Simulation:
    """One platform and its monitor, from moment to moment."""

    def __init__(
        self, configuration: Configuration, start: datetime, keeper: Keeper, witness: Witness
    ) -> None:
        self.configuration = configuration
        self.now = start
        self.world = World(configuration.graph())
        self.runs = 0
        self.steps = 0
        self._keeper = keeper
        self._witness = witness
        self._slots: list[list[Check]] = [[] for _ in range(SLOTS)]
        for number, check in enumerate(configuration.checks):
            self._slots[number % SLOTS].append(check)
        self._wishes: list[tuple[datetime, str, Trigger]] = []
        self._begin(SavedState())

    def play(self, deeds: Iterable[Deed], until: datetime) -> None:
        """Let time pass, and each deed be done at its moment."""
        ahead = sorted(deeds, reverse=True)
        while self.now < until:
            while ahead and ahead[-1].at <= self.now:
                ahead.pop().do(self)
            self._step(min(until, ahead[-1].at) if ahead else until)

    def restart(self, away: timedelta) -> None:
        """Kill the monitor, and start it *away* later from what it had stored."""
        self.now += away
        self._begin(self._keeper.reopen(self.now))

    def set_clock(self, by: timedelta) -> None:
        """Step the wall clock."""
        self._witness.clock_stepped(self.now)
        self.now += by
        self._wishes.clear()
        kind = FaultKind.CLOCK_JUMP
        self.emit(self.engine.clock_jumped(kind, f"stepped by {by}", self.now))

    def reload(self, configuration: Configuration) -> None:
        """Take over another configuration."""
        self.configuration = configuration
        self._restless = {each.name for each in configuration.checks}
        self.emit(self.engine.reconfigure(configuration, self.now))

    def emit(self, batch: Batch) -> None:
        """Keep what a step brought, and note the probes that it calls for."""
        self.steps += 1
        if batch.is_urgent:
            self._keeper.keep(batch)
            self._witness.see(batch, self.engine.memory)
        for wish in batch.probes:
            at = self.now + timedelta(seconds=wish.delay_seconds)
            heapq.heappush(self._wishes, (at, wish.check, wish.trigger))

    def _begin(self, saved: SavedState) -> None:
        self.engine = Engine(self.configuration, saved, self.now)
        self._wishes.clear()
        self._restless = {each.name for each in self.configuration.checks}
        self.emit(self.engine.settle(self.now))

    def _step(self, latest: datetime) -> None:
        """Go to the next moment at which something happens, and let it happen."""
        memory = self.engine.memory
        due = min(latest, next_due(memory, self.now))
        if self._is_calm():
            self._leap(max(due, self.now))
        else:
            slot = self.now + WIDTH - (self.now - _EPOCH) % WIDTH
            wish = self._wishes[0][0] if self._wishes else slot
            self.now = max(self.now, min(due, slot, wish))
            if self.now == slot:
                for check in self._slot_at(slot):
                    self._run(check, slot)
            self._grant()
        if self.engine.is_dirty:
            self.emit(self.engine.settle(self.now))
        self.emit(self.engine.advance(self.now))

    def _is_calm(self) -> bool:
        is_well = self.world.is_well and self.engine.is_calm and not self.engine.is_dirty
        is_quiet = not self._restless and not self._wishes
        return is_well and is_quiet and not is_unsettled(self.engine.memory)

    def _leap(self, at: datetime) -> None:
        """Go to *at*; of the runs on the way each check has its last one."""
        left = self.now
        self.now = at
        first = at - (at - _EPOCH) % WIDTH - (SLOTS - 1) * WIDTH
        for slot in (first + number * WIDTH for number in range(SLOTS)):
            if slot > left:
                for check in self._slot_at(slot):
                    self._run(check, slot)

    def _slot_at(self, at: datetime) -> list[Check]:
        return self._slots[(at - _EPOCH) // WIDTH % SLOTS]

    def _grant(self) -> None:
        """Make the runs that the engine asked for and that are due."""
        while self._wishes and self._wishes[0][0] <= self.now:
            _, name, trigger = heapq.heappop(self._wishes)
            if (check := self.engine.memory.checks.get(name)) is not None:
                self._run(check, self.now, trigger)

    def _run(self, check: Check, at: datetime, trigger: Trigger = Trigger.SCHEDULE) -> None:
        memory = self.engine.memory
        seen = self.world.run(check, at, trigger) if check.name in memory.checks else None
        if seen is None:
            return
        self.runs += 1
        self.emit(self.engine.observe(seen, self.now))
        if is_steady(memory.states[check.name]):
            self._restless.discard(check.name)
        else:
            self._restless.add(check.name)
