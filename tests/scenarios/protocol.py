"""How a scenario is played: baseline, injection, hold, revert, recovery, in rounds of probes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.scenarios.configuration import ROUND_SECONDS
from tests.scenarios.scenario import Scenario
from tests.scenarios.stand import Stand
from tests.support.polling import eventually

Json = dict[str, Any]
LOOK_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many rounds each part lasts; the injection comes within *spread* rounds.

    A hold that *ends_early* ends when enough was seen; where the stand was in use before, the
    baseline begins once all checks are well.
    """

    baseline: int = 10
    spread: int = 5
    hold: int = 20
    recovery: int = 10
    ends_early: bool = False
    waits_until_well: bool = False


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What the monitor said at one moment."""

    at: datetime
    incidents: tuple[Json, ...]
    faults: tuple[Json, ...]
    windows: tuple[Json, ...] = ()


@dataclass(kw_only=True)
class Record:
    """All that was seen of one scenario from outside."""

    scenario: Scenario
    seed: int
    on: datetime
    off: datetime
    samples: list[Sample] = field(default_factory=list)
    verdicts: list[Json] = field(default_factory=list)
    notices: list[Json] = field(default_factory=list)

    def before(self) -> list[Sample]:
        """Return what was seen before the injection."""
        return [each for each in self.samples if each.at < self.on]

    def during(self) -> list[Sample]:
        """Return what was seen while the fault was there."""
        return [each for each in self.samples if self.on <= each.at <= self.off]


Enough = Callable[[Record], bool]


class Play:
    """One scenario on one stand whose servers run."""

    def __init__(self, scenario: Scenario, stand: Stand, seed: int, pace: Pace) -> None:
        self._scenario = scenario
        self._stand = stand
        self._pace = pace
        self._random = Random(f"{seed}/{scenario.id}")
        now = datetime.now(UTC)
        self._record = Record(scenario=scenario, seed=seed, on=now, off=now)

    def run(self, enough: Enough = lambda _: False) -> Record:
        """Play all parts; *enough* ends the hold early where the pace allows it."""
        record, pace = self._record, self._pace
        record.on = datetime.max.replace(tzinfo=UTC)
        self._stand.start_monitor()
        if pace.waits_until_well:
            eventually(self._is_well)
        self._watch(pace.baseline + self._random.uniform(0, pace.spread))
        # The clock of the watchdog begins before the injector does anything.
        self._stand.watchdog.arm()
        record.on = datetime.now(UTC)
        with self._scenario.fault(self._stand, self._random):
            self._watch(pace.hold, enough if pace.ends_early else None)
            record.verdicts = self._stand.monitor.verdicts()
            record.off = datetime.now(UTC)
        self._stand.watchdog.disarm()
        self._watch(pace.recovery)
        record.notices = self._stand.monitor.notices()
        return record

    def _watch(self, rounds: float, enough: Enough | None = None) -> None:
        """Look at the monitor's answers again and again for so many rounds."""
        end = time.monotonic() + rounds * ROUND_SECONDS
        while time.monotonic() < end:
            self._record.samples.append(self._look())
            if enough is not None and enough(self._record):
                return
            time.sleep(max(0.0, min(LOOK_SECONDS, end - time.monotonic())))

    def _is_well(self) -> bool:
        checks = self._stand.monitor.status()["checks"]
        return all(each["last"] and each["last"]["outcome"] == "ok" for each in checks)

    def _look(self) -> Sample:
        monitor = self._stand.monitor
        incidents, faults = monitor.incidents(), monitor.status()["faults"]
        windows = monitor.windows()
        # The answers may rest on what was seen while they were asked for.
        return Sample(
            at=datetime.now(UTC),
            incidents=tuple(incidents),
            faults=tuple(faults),
            windows=tuple(windows),
        )
