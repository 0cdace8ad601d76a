"""Two weeks of a platform with random faults, windows, DST and restarts keep every invariant.

`bench/year.py` plays a whole year of 200 components.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.simulation.judge import lonely, misjudged, off_the_clock
from tests.simulation.keepers import SqliteKeeper
from tests.simulation.platform import platform
from tests.simulation.record import Record
from tests.simulation.run import Simulation
from tests.simulation.year import CALENDAR, CALM, Year, year

# Berlin sets its clocks back on the 25th of October, New York on the 1st of November.
START = datetime(2026, 10, 24, tzinfo=UTC)
DAYS = 10
COMPONENTS = 30
SEED = 3


class Played:
    """What happened, and what came of it."""

    def __init__(self, folder: Path) -> None:
        configuration = platform(COMPONENTS, SEED, CALENDAR)
        self.record = Record()
        self.year: Year = year(configuration, START, DAYS, SEED, density=4)
        self.simulation = Simulation(configuration, START, SqliteKeeper(folder), self.record)
        self.simulation.play(self.year.deeds, START + timedelta(days=DAYS) + CALM)
        self.record.end(self.simulation.engine.memory, self.simulation.now)


@pytest.fixture(name="played", scope="module")
def _played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(tmp_path_factory.mktemp("year"))


def test_no_resolve_is_lost_and_no_time_runs_backwards(played: Played) -> None:
    assert played.record.broken == []
    assert len(played.record.incidents) > 10
    assert len(played.record.windows) > 10


def test_a_fault_that_nothing_else_touches_is_one_incident_dated_right(played: Played) -> None:
    alone = list(lonely(played.year, list(played.record.windows.values())))

    assert list(misjudged(alone, list(played.record.incidents.values()))) == []


def test_series_begin_at_their_wall_time_whatever_the_clocks_do(played: Played) -> None:
    windows = list(played.record.windows.values())

    assert list(off_the_clock(windows, CALENDAR)) == []
    begun = {each.start for each in windows if each.origin == "series/weekly-service-08"}
    # Half past two comes twice on the 25th in Berlin; the first is meant.
    assert {
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 1, 30, tzinfo=UTC),
    } <= begun
