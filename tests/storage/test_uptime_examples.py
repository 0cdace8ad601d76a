"""The worked examples of docs/uptime.md, row by row."""

import re
from datetime import timedelta
from math import floor
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.model.history import MonitorRun
from monitor.model.status import Status, Transition
from monitor.storage.uptime import known_spells, status_time
from tests.storage.samples import at

PAGE = Path(__file__).parents[2] / "docs" / "uptime.md"
OK, SLOW, DOWN = Status.OPERATIONAL, Status.DEGRADED, Status.MAJOR_OUTAGE
WORK = Status.MAINTENANCE
HOUR = 3600.0
ALWAYS = ((0.0, 24.0),)


class Change(NamedTuple):
    """What is seen and shown from an hour of the day on."""

    hour: float
    observed: Status
    displayed: Status
    planned: bool = False


def _work(hour: float, observed: Status, *, planned: bool = True) -> Change:
    return Change(hour, observed, WORK, planned)


class Day(NamedTuple):
    """A day as its row tells it."""

    changes: list[Change]
    runs: tuple[tuple[float, float], ...] = ALWAYS
    counts: bool = False


WELL = Change(0, OK, OK)
DAYS = {
    "an outage of 36 minutes": Day([WELL, Change(5, DOWN, DOWN), Change(5.6, OK, OK)]),
    "slow for two hours": Day([WELL, Change(5, SLOW, SLOW), Change(7, OK, OK)]),
    "a planned window of 4 h, the service off all the time": Day(
        [WELL, _work(1, DOWN), Change(5, OK, OK)]
    ),
    "the same, `count_maintenance: true`": Day(
        [WELL, _work(1, DOWN), Change(5, OK, OK)], counts=True
    ),
    "the same, the service off for 1 h of it, `count_maintenance: true`": Day(
        [WELL, _work(1, OK), _work(2, DOWN), _work(3, OK), Change(5, OK, OK)], counts=True
    ),
    # For the grace of 5 minutes maintenance is still shown; then the outage is.
    "a planned window of 4 h that overran by 30 minutes": Day(
        [
            WELL,
            _work(1, DOWN),
            _work(5, DOWN, planned=False),
            Change(5 + 1 / 12, DOWN, DOWN),
            Change(5.5, OK, OK),
        ]
    ),
    "a planned window of 4 h, extended by 1 h before its end": Day(
        [WELL, _work(1, DOWN), Change(6, OK, OK)]
    ),
    "the same, extended 30 minutes after its end": Day(
        [
            WELL,
            _work(1, DOWN),
            _work(5, DOWN, planned=False),
            Change(5 + 1 / 12, DOWN, DOWN),
            _work(5.5, DOWN),
            Change(6.5, OK, OK),
        ]
    ),
    "an outage of 1 h, then the monitor dead for 12 h": Day(
        [WELL, Change(3, DOWN, DOWN), Change(4, OK, OK)], runs=((0, 4), (16, 24))
    ),
    "the monitor dead all day": Day([WELL], runs=()),
}


def _rows() -> dict[str, tuple[str, str, str]]:
    table = PAGE.read_text(encoding="utf-8").split("| what happened |")[1].split("\n\n")[0]
    found = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    return {what: (up, down, share) for what, up, down, share in found}


def _seconds(text: str) -> float:
    units = {"h": HOUR, "min": 60.0}
    return sum(float(n) * units[unit] for n, unit in re.findall(r"(\d+) (h|min)", text))


def test_every_row_of_the_page_is_tested() -> None:
    assert _rows().keys() == DAYS.keys()


@pytest.mark.parametrize("what", DAYS)
def test_the_example_comes_out_as_it_is_told(what: str) -> None:
    day = DAYS[what]
    transitions = [
        Transition(
            subject_kind="service",
            subject="checkout",
            at=at(each.hour * HOUR),
            observed=each.observed.value,
            displayed=each.displayed.value,
            planned=each.planned,
        )
        for each in day.changes
    ]
    runs = [
        MonitorRun(started_at=at(start * HOUR), alive_until=at(end * HOUR))
        for start, end in day.runs
    ]
    midnight = at(0) + timedelta(days=1)

    spells = known_spells(transitions, runs, midnight, count_maintenance=day.counts)
    time = status_time(spells, at(0), midnight)

    up, down, share = _rows()[what]
    counted = time.counted or {}
    assert counted[OK] + counted[SLOW] == pytest.approx(_seconds(up), abs=0.001)
    assert counted[DOWN] == pytest.approx(_seconds(down), abs=0.001)
    ratio = time.available_ratio
    told = "–" if ratio is None else f"{floor(ratio * 10_000 + 1e-6) / 100:.2f} %"
    assert told.replace("100.00", "100") == share
    assert time.total_seconds == sum(counted.values()) == 24 * HOUR
