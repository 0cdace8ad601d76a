"""Figures per check, minute and hour: counted in memory, added to the table once a second."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model.history import Rollup
from monitor.model.observation import Observation
from monitor.storage.columns import microseconds
from monitor.storage.insert import execute_raw, insert_into
from monitor.storage.tables import COUNT_COLUMNS, PHASE_COLUMNS, ROLLUPS

MINUTE = 60
HOUR = 3600
MAX_CELLS = 100_000

_EMPTY: dict[str, Any] = {
    **dict.fromkeys(COUNT_COLUMNS.values(), 0),
    "duration_sum": 0.0,
    "duration_max": 0.0,
    **dict.fromkeys(PHASE_COLUMNS.values(), 0.0),
}


class RollupBuffer:
    """What was observed since the last `take`, summed up; bounded, and counts what it drops."""

    def __init__(self, max_cells: int = MAX_CELLS) -> None:
        self._max_cells = max_cells
        self._cells: dict[tuple[str, int, int], dict[str, Any]] = {}
        self.dropped = 0

    def add(self, observation: Observation) -> None:
        """Count an observation in its minute and its hour."""
        at = microseconds(observation.started_at)
        cells = [self._cell(observation.check, each, at) for each in (MINUTE, HOUR)]
        self.dropped += None in cells
        for cell in cells:
            if cell is not None:
                _count(cell, observation)

    def take(self) -> list[dict[str, Any]]:
        """Return the sums as rows for the driver, and start anew."""
        cells, self._cells = self._cells, {}
        return list(cells.values())

    def _cell(self, check: str, resolution: int, at: int) -> dict[str, Any] | None:
        start = at - at % (resolution * 1_000_000)
        key = (check, resolution, start)
        cell = self._cells.get(key)
        if cell is None:
            if len(self._cells) >= self._max_cells:
                return None
            names = {"check_name": check, "resolution": resolution, "start": start}
            cell = self._cells[key] = {**names, **_EMPTY}
        return cell


def _count(cell: dict[str, Any], observation: Observation) -> None:
    cell[COUNT_COLUMNS[observation.outcome]] += 1
    cell["duration_sum"] += observation.duration_seconds
    cell["duration_max"] = max(cell["duration_max"], observation.duration_seconds)
    for phase, seconds in observation.phases.items():
        cell[PHASE_COLUMNS[phase]] += seconds


def save_rollups(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Add the sums to what the table has for the same check and span."""
    if not rows:
        return
    statement = insert_into(connection, ROLLUPS)
    old, new = ROLLUPS.c, statement.excluded
    largest = sa.case(
        (new.duration_max > old.duration_max, new.duration_max), else_=old.duration_max
    )
    sums = {name: old[name] + new[name] for name in _EMPTY if name != "duration_max"}
    keys = [each.name for each in ROLLUPS.primary_key]
    update = statement.on_conflict_do_update(
        index_elements=keys, set_={**sums, "duration_max": largest}
    )
    execute_raw(connection, update, rows)


def read_rollups(
    connection: sa.Connection, check: str, resolution: int, since: datetime, until: datetime
) -> list[Rollup]:
    """Return the spans of a check that start in [since, until), oldest first."""
    table = ROLLUPS.c
    query = (
        sa.select(ROLLUPS)
        .where(table.check_name == check, table.resolution == resolution)
        .where(table.start >= since, table.start < until)
        .order_by(table.start)
    )
    return [_rollup(row) for row in connection.execute(query).mappings()]


def _rollup(row: sa.RowMapping) -> Rollup:
    return Rollup(
        check=row["check_name"],
        start=row["start"],
        resolution_seconds=row["resolution"],
        counts={outcome: row[name] for outcome, name in COUNT_COLUMNS.items()},
        duration_sum=row["duration_sum"],
        duration_max=row["duration_max"],
        # A phase that took no time at all did not run: no phase is shown rather than a zero.
        phases={phase: row[name] for phase, name in PHASE_COLUMNS.items() if row[name] > 0},
    )
