"""What a year brings: random faults, maintenance and mishaps of the monitor, from one seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from monitor.engine.planning import WindowDraft
from monitor.model.configuration import Configuration
from monitor.model.series import Series
from tests.simulation import people
from tests.simulation.platform import CANARIES, INTERVAL_SECONDS, monthly, nightly, weekly
from tests.simulation.run import Deed, Simulation
from tests.simulation.world import Fault, Kind

INTERVAL = timedelta(seconds=INTERVAL_SECONDS)
# After the last fault so long until every watch is over.
CALM = timedelta(hours=6)
PER_YEAR = {
    Kind.DOWN: 240, Kind.SLOW: 40, Kind.FLAPPING: 30, Kind.GREY: 20, Kind.SILENT: 20, Kind.OURS: 10,
}  # fmt: skip
CUT_OFF, RESTARTS, STEPS, WORKS, RELOADS = 12, 40, 8, 30, 6
WHIMS: Sequence[people.Whim | None] = (
    people.extend, people.verify, people.complete, people.cancel, None, None,
)  # fmt: skip
# Clocks that are put forward and back, at other times, by other spans, or never.
CALENDAR: Sequence[Series] = (
    nightly("Asia/Shanghai", "service-05"),
    weekly("America/New_York", "service-06"),
    weekly("Australia/Lord_Howe", "service-07"),
    weekly("Europe/Berlin", "service-08"),
    monthly("Asia/Shanghai", "service-09"),
)


@dataclass(frozen=True, slots=True)
class Year:
    """The deeds of a span, and the faults among them."""

    deeds: tuple[Deed, ...]
    faults: tuple[Fault, ...]
    mishaps: tuple[Fault, ...]


def year(
    configuration: Configuration, start: datetime, days: float, seed: int, density: float = 1.0
) -> Year:
    """Return what happens in *days* from *start*; all is well in the first and the last hours.

    *density* multiplies what goes wrong.
    """
    planner = _Planner(configuration, start, timedelta(days=days), random.Random(seed))
    planner.share *= density
    return planner.plan()


class _Planner:
    """Draws what happens; no two faults of one component touch."""

    def __init__(
        self, configuration: Configuration, start: datetime, span: timedelta, dice: random.Random
    ) -> None:
        self._configuration = configuration
        self._start, self._span, self._dice = start + timedelta(hours=2), span, dice
        self.share = span / timedelta(days=365)
        self._numbers = count()
        self._deeds: list[Deed] = []
        self._faults: list[Fault] = []
        self._mishaps: list[Fault] = []

    def plan(self) -> Year:
        for kind, number in PER_YEAR.items():
            for _ in range(self._times(number)):
                self._break(kind)
        for _ in range(self._times(CUT_OFF)):
            self._mishap(self._moment(), timedelta(minutes=self._dice.randint(3, 40)))
        for _ in range(self._times(RESTARTS)):
            self._away()
        for _ in range(self._times(STEPS)):
            self._step()
        for _ in range(self._times(WORKS)):
            self._work()
        for _ in range(self._times(RELOADS)):
            self._reload()
        self._people()
        return Year(tuple(self._deeds), tuple(self._faults), tuple(self._mishaps))

    def _times(self, number: int) -> int:
        return max(1, round(number * self.share))

    def _moment(self) -> datetime:
        room = (self._span - CALM).total_seconds() - 7200
        return self._start + timedelta(seconds=self._dice.randrange(int(room)))

    def _at(self, at: datetime, do: Callable[[Simulation], None]) -> None:
        self._deeds.append(Deed(at, next(self._numbers), do))

    def _break(self, kind: Kind) -> None:
        dice = self._dice
        names = [each.name for each in self._configuration.components if each.name not in CANARIES]
        start = self._moment()
        minutes = min(240.0, max(2.0, dice.lognormvariate(3.0, 0.9)))
        self._fault(
            Fault(
                component=dice.choice(names),
                start=start,
                end=start + timedelta(minutes=minutes),
                kind=kind,
            )
        )

    def _fault(self, fault: Fault) -> None:
        same = (each for each in self._faults if each.component == fault.component)
        last = self._start + self._span - CALM
        if fault.end > last or any(each.is_near(fault, INTERVAL) for each in same):
            return
        self._faults.append(fault)
        self._at(fault.start, lambda world: world.world.begin(fault))
        self._at(fault.end, lambda world: world.world.end(fault))

    def _mishap(self, start: datetime, length: timedelta) -> None:
        fault = Fault(component="", start=start, end=start + length)
        self._mishaps.append(fault)
        self._at(fault.start, lambda world: world.world.begin(fault))
        self._at(fault.end, lambda world: world.world.end(fault))

    def _away(self) -> None:
        """Restart the monitor, often in the middle of something."""
        dice = self._dice
        near = dice.choice(self._faults) if self._faults and dice.random() < 0.7 else None
        start = near.start + timedelta(minutes=dice.uniform(0, 30)) if near else self._moment()
        away = timedelta(seconds=dice.choice((5, 30, 240, 1800)))
        self._mishaps.append(Fault(component="", start=start, end=start + away))
        self._at(start, lambda world: world.restart(away))

    def _step(self) -> None:
        start, by = self._moment(), timedelta(minutes=self._dice.choice((60, 10, -10, -60)))
        self._mishaps.append(Fault(component="", start=start - abs(by), end=start + abs(by)))
        self._at(start, lambda world: world.set_clock(by))

    def _reload(self) -> None:
        """Take the checks of a component out for a day."""
        start, whole = self._moment(), self._configuration
        gone = self._dice.choice([each.name for each in whole.components][-20:])
        few = tuple(each for each in whole.checks if each.component != gone)
        without = Configuration(
            **{
                **{name: getattr(whole, name) for name in Configuration.__dataclass_fields__},
                "checks": few,
            }
        )
        self._mishaps.append(Fault(component="", start=start, end=start + timedelta(minutes=5)))
        self._at(start, lambda world: world.reload(without))
        back = min(start + timedelta(days=1), self._start + self._span - CALM)
        self._at(back, lambda world: world.reload(whole))

    def _work(self) -> None:
        """Plan a window, let what it names fail within it, and let people end it in their way."""
        dice = self._dice
        service = dice.choice(self._configuration.services[10:])
        start = self._moment() + timedelta(hours=1)
        end = start + timedelta(hours=dice.choice((1, 2, 6, 48)))
        if end > self._start + self._span - CALM:
            return
        made: list[str] = []
        wish = WindowDraft(
            start=start,
            end=end,
            services=(service.name,),
            author="ann",
            needs_approval=dice.random() < 0.3,
            lead_seconds=dice.choice((None, 259_200, 3600)),
        )
        self._at(start - timedelta(hours=1), lambda world: people.schedule(world, wish, made))
        self._at(start - timedelta(minutes=30), lambda world: people.approve(world, made))
        needs = next(each.names[0] for each in service.depends_on)
        late = dice.choice((-20, -20, 3, 12, 45))
        self._fault(
            Fault(
                component=needs,
                start=start + timedelta(minutes=10),
                end=end + timedelta(minutes=late),
            )
        )
        whim = dice.choice(
            (people.extend, people.verify, people.complete, people.cancel, None, None)
        )
        if whim is not None:
            self._at(
                end - timedelta(minutes=dice.choice((-8, 5, 15))), lambda world: whim(world, made)
            )

    def _people(self) -> None:
        """Approve what the calendar drafts, and take incidents on, twice a day."""
        at = self._start
        while at < self._start + self._span:
            self._at(at, people.look_after)
            at += timedelta(hours=12)
