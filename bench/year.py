"""A year of a platform through the engine: random faults, windows, DST, restarts and mishaps.

Prints what it took and what was not as it should be. Run it with `make year`;
COMPONENTS, DAYS and SEED may be set. It takes some minutes.
"""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.simulation.judge import lonely, misjudged, off_the_clock
from tests.simulation.keepers import SqliteKeeper
from tests.simulation.platform import platform
from tests.simulation.record import Record
from tests.simulation.run import Simulation
from tests.simulation.year import CALENDAR, CALM, year

COMPONENTS = int(os.environ.get("COMPONENTS", "200"))
DAYS = float(os.environ.get("DAYS", "365"))
SEED = int(os.environ.get("SEED", "20260101"))
START = datetime(2026, 1, 1, tzinfo=UTC)
MOST_SHOWN = 20


def main() -> int:
    """Play the year; 1 where an invariant was broken."""
    configuration = platform(COMPONENTS, SEED, CALENDAR)
    plan = year(configuration, START, DAYS, SEED)
    record = Record()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cpu, wall = time.process_time(), time.monotonic()
        simulation = Simulation(configuration, START, SqliteKeeper(Path(folder)), record)
        simulation.play(plan.deeds, START + timedelta(days=DAYS) + CALM)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    record.end(simulation.engine.memory, simulation.now)
    windows, incidents = list(record.windows.values()), list(record.incidents.values())
    alone = list(lonely(plan, windows))
    wrong = [
        *record.broken, *misjudged(alone, incidents), *off_the_clock(windows, CALENDAR),
    ]  # fmt: skip
    print(f"{COMPONENTS} components, {len(configuration.checks)} checks, {DAYS:g} days")
    print(f"faults {len(plan.faults)}, mishaps of the monitor {len(plan.mishaps)}")
    print(f"runs {simulation.runs:,}, steps {simulation.steps:,}; the rest were known to be dull")
    print(f"incidents {len(incidents)}, windows {len(windows)}, events {record.events}")
    print(f"faults alone in their time {len(alone)}, each one incident dated right")
    print(f"cpu {cpu:.0f} s, elapsed {wall:.0f} s")
    print(f"broken invariants: {len(wrong)}")
    print("".join(f"  {each}\n" for each in wrong[:MOST_SHOWN]), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
