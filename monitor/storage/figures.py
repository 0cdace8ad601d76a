"""What the writer adds once a second: rollups and the beat; the loop fills it, a thread empties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import sqlalchemy as sa

from monitor.model.history import MonitorRun
from monitor.model.observation import Observation
from monitor.storage.insert import insert_into
from monitor.storage.rollups import RollupBuffer, save_rollups
from monitor.storage.runs import RunLog
from monitor.storage.tables import MONITOR_RUNS


@dataclass(frozen=True, slots=True)
class Figures:
    """One second's worth of figures, as it goes into a transaction."""

    rollups: Sequence[dict[str, Any]]
    runs: Sequence[MonitorRun]

    def save(self, connection: sa.Connection) -> None:
        """Write both; after an unclear commit a second's figures may be counted twice."""
        save_runs(connection, self.runs)
        save_rollups(connection, self.rollups)


class FigureBuffer:
    """Collects figures; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rollups = RollupBuffer()
        self._runs = RunLog()

    def observe(self, observation: Observation) -> None:
        with self._lock:
            self._rollups.add(observation)

    def beat(self, now: datetime) -> None:
        with self._lock:
            self._runs.beat(now)

    def take(self) -> Figures:
        """Return what has come together, and start anew."""
        with self._lock:
            return Figures(rollups=self._rollups.take(), runs=self._runs.take())

    def current_run(self, now: datetime) -> MonitorRun | None:
        with self._lock:
            return self._runs.current(now)

    @property
    def dropped(self) -> int:
        """Observations that no rollup counts."""
        return self._rollups.dropped


def save_runs(connection: sa.Connection, runs: Sequence[MonitorRun]) -> None:
    """Write runs; one that is there already is prolonged."""
    if not runs:
        return
    rows = [{"started_at": each.started_at, "alive_until": each.alive_until} for each in runs]
    statement = insert_into(connection, MONITOR_RUNS)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["started_at"],
            set_={"alive_until": statement.excluded.alive_until},
        ),
        rows,
    )
