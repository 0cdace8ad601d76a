"""What really works in a simulation: faults, what they take along, and what a probe then sees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

from monitor.model.check import Check
from monitor.model.graph import Graph
from monitor.model.observation import Failure, FailureKind, Observation, Outcome, Stage, Trigger
from monitor.model.platform import Dependency

# Of a hundred components so many answer wrongly when what they need is gone.
_FEELING_PERCENT = 70
REFUSED = Failure(kind=FailureKind.CONNECT_REFUSED, stage=Stage.CONNECT)
ANSWERED = Failure(kind=FailureKind.STATUS_UNEXPECTED, stage=Stage.PROTOCOL)
UNREACHABLE = Failure(kind=FailureKind.CONNECT_UNREACHABLE, stage=Stage.CONNECT)
OURS = Failure(kind=FailureKind.LOCAL_RESOURCE, stage=Stage.CONNECT)


class Kind(StrEnum):
    """How a component fails."""

    DOWN = "down"
    SLOW = "slow"
    FLAPPING = "flapping"
    GREY = "grey"
    SILENT = "silent"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A span in which a component fails; *component* empty: the monitor has no way out."""

    component: str
    start: datetime
    end: datetime
    kind: Kind = Kind.DOWN

    def is_near(self, other: "Fault", margin: timedelta) -> bool:
        """Whether the spans come within *margin* of each other."""
        return self.start - margin < other.end and other.start - margin < self.end


class World:
    """The faults of now; `run` is what a probe sees of them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._faults: list[Fault] = []
        self._kinds: dict[str, Kind] = {}
        self._down: set[str] = set()
        self.is_cut_off = False

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self._faults

    def begin(self, fault: Fault) -> None:
        """Let a fault begin."""
        self._faults.append(fault)
        self._spread()

    def end(self, fault: Fault) -> None:
        """Let it end."""
        self._faults.remove(fault)
        self._spread()

    def run(
        self, check: Check, at: datetime, trigger: Trigger = Trigger.SCHEDULE
    ) -> Observation | None:
        """Return what *check* sees at *at*; None where nobody hears of it."""
        outcome, failure = self._answer(check, at)
        if outcome is Outcome.MISSED:
            return None
        return Observation(
            check=check.name,
            component=check.component,
            type=check.type,
            location=check.location,
            scheduled_at=at,
            started_at=at,
            duration_seconds=0.05,
            outcome=outcome,
            stage=failure.stage if failure is not None else Stage.SEMANTIC,
            failure=failure,
            trigger=trigger,
        )

    def _answer(self, check: Check, at: datetime) -> tuple[Outcome, Failure | None]:
        name = check.component
        if not self._faults:
            return Outcome.OK, None
        if self.is_cut_off:
            return Outcome.FAILED, UNREACHABLE
        kind = self._kinds.get(name)
        run = int(at.timestamp() // check.interval_seconds)
        if kind is Kind.SILENT:
            return Outcome.MISSED, None
        if kind is Kind.OURS:
            return Outcome.FAILED, OURS
        if name in self._down:
            return Outcome.FAILED, REFUSED if kind is Kind.DOWN else ANSWERED
        if (kind is Kind.FLAPPING and run // 3 % 2) or (kind is Kind.GREY and run % 4 == 0):
            return Outcome.FAILED, ANSWERED
        if kind is Kind.SLOW:
            return Outcome.DEGRADED, None
        return Outcome.OK, None

    def _spread(self) -> None:
        self.is_cut_off = any(not each.component for each in self._faults)
        self._kinds = {each.component: each.kind for each in self._faults}
        self._down = {name for name, kind in self._kinds.items() if kind is Kind.DOWN}
        for name in self._graph.order():
            component = self._graph.components.get(name)
            if component and feels(name) and self._lacks(component.depends_on):
                self._down.add(name)

    def _lacks(self, needs: Iterable[Dependency]) -> bool:
        return any(
            not each.soft and sum(name not in self._down for name in each.names) < each.required
            for each in needs
        )


def feels(component: str) -> bool:
    """Whether a component fails with what it needs; others have their own way around."""
    return crc32(component.encode()) % 100 < _FEELING_PERCENT
