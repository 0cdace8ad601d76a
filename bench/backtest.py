"""A backtest of a year: one-minute history of 50 checks, in seconds of CPU on one core.

The history holds what a year brings: outages, joint failures, blips and flapping. Run it with
`python bench/backtest.py`; DAYS and CHECKS may be set.
"""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from monitor.backtest.history import History
from monitor.backtest.mode import Mode
from monitor.backtest.run import reports_of
from monitor.model.check import Check
from monitor.model.configuration import Configuration
from monitor.model.platform import Component, ComponentKind, Dependency, Platform, Service
from monitor.publish.notices.rehearsal import Rehearsal

DAYS = int(os.environ.get("DAYS", "365"))
CHECKS = int(os.environ.get("CHECKS", "50"))
SEED = 20260110
START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES_A_DAY = 1440
# Per check and year: outages of some minutes, and single lost probes.
OUTAGES, BLIPS = 12, 24
# Per year: a database takes along all that needs it, and a check fails and works by turns.
JOINT, FLAPPING = 12, 6
DATABASES = 5


def configuration() -> Configuration:
    """Return servers on a few databases, and services on the servers."""
    names = [f"part-{number:02d}" for number in range(CHECKS)]
    components = tuple(
        Component(name=name, kind=ComponentKind.DATABASE)
        if number < DATABASES
        else Component(
            name=name,
            kind=ComponentKind.SERVER,
            depends_on=(Dependency((names[number % DATABASES],)),),
        )
        for number, name in enumerate(names)
    )
    services = tuple(
        Service(name=f"service-{name}", names={"en": name}, depends_on=(Dependency((name,)),))
        for name in names[DATABASES::5]
    )
    checks = tuple(
        Check(name=name, type="http", component=name, spec=None, interval_seconds=60.0)
        for name in names
    )
    return Configuration(
        platform=Platform(names={"en": "Bench"}),
        services=services,
        components=components,
        checks=checks,
    )


def failures() -> dict[int, set[int]]:
    """Return the checks that fail in each minute that has any."""
    failing: dict[int, set[int]] = {}
    for check, start, minutes in spells():
        for minute in range(start, min(DAYS * MINUTES_A_DAY, start + minutes)):
            failing.setdefault(minute, set()).add(check)
    return failing


def spells() -> Iterator[tuple[int, int, int]]:
    """Yield each spell of failures: whose it is, the minute it begins in, and its length."""
    dice = random.Random(SEED)
    share, last = DAYS / 365, DAYS * MINUTES_A_DAY
    for check in range(CHECKS):
        for _ in range(round(OUTAGES * share)):
            yield check, dice.randrange(last), min(240, round(dice.lognormvariate(2.7, 0.8)))
        for _ in range(round(BLIPS * share)):
            yield check, dice.randrange(last), 1
    for _ in range(round(JOINT * share)):
        root, start, length = dice.randrange(DATABASES), dice.randrange(last), dice.randint(5, 60)
        yield from ((check, start, length) for check in range(root, CHECKS, DATABASES))
    for _ in range(round(FLAPPING * share)):
        check, start = dice.randrange(CHECKS), dice.randrange(last)
        yield from ((check, start + 5 * turn, 2) for turn in range(20))


def rows() -> Iterator[str]:
    """Yield the lines of the history, a minute at a time."""
    yield "timestamp,site,status,http_code,latency_ms\n"
    failing = failures()
    good = [f"part-{number:02d},up,200,{100 + number}\n" for number in range(CHECKS)]
    bad = [f"part-{number:02d},down,503,{20 + number}\n" for number in range(CHECKS)]
    for minute in range(DAYS * MINUTES_A_DAY):
        stamp = f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ},"
        down = failing.get(minute, ())
        yield "".join(
            stamp + (bad[number] if number in down else good[number]) for number in range(CHECKS)
        )


def main() -> None:
    """Write the history, replay it, and print what it took."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "year.csv"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(rows())
        cpu, wall = time.process_time(), time.monotonic()
        (report,) = reports_of(
            History([path]), [("bench", configuration())], Mode.OBSERVATIONS, None, Rehearsal
        )
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    incidents = cast("list[object]", report["incidents"])
    notices = cast("list[object]", report["notices"])
    count = DAYS * MINUTES_A_DAY * CHECKS
    print(f"{CHECKS} checks, {DAYS} days, every minute: {count:,} observations")
    print(f"cpu  {cpu:.1f} s, {1e6 * cpu / count:.2f} us per observation; elapsed {wall:.1f} s")
    print(f"incidents {len(incidents)}, flapping joins {report['flapping_joins']}")
    print(f"notices {len(notices)}")


if __name__ == "__main__":
    main()
