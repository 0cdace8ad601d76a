"""The spells in which this process was alive, out of beats that its loop gives each second."""

from datetime import datetime, timedelta

from monitor.model.history import MonitorRun

# A beat is due each second. A loop that stood still or a clock that was set must not turn time
# in which nothing was probed into time in which the monitor was alive.
LONGEST_GAP = timedelta(seconds=5)


class RunLog:
    """Knows the present run, and the ones not yet handed to the writer."""

    def __init__(self) -> None:
        self._current: MonitorRun | None = None
        self._ended: list[MonitorRun] = []

    def beat(self, now: datetime) -> None:
        """Prolong the present run to *now*, or begin a new one after a gap or a step back."""
        current = self._current
        if current and timedelta() <= now - current.alive_until <= LONGEST_GAP:
            self._current = MonitorRun(started_at=current.started_at, alive_until=now)
            return
        if current:
            self._ended.append(current)
        self._current = MonitorRun(started_at=now, alive_until=now)

    def take(self) -> tuple[MonitorRun, ...]:
        """Return the runs to write; the present one is given each time."""
        runs = (*self._ended, self._current) if self._current else ()
        self._ended.clear()
        return runs

    def current(self, now: datetime) -> MonitorRun | None:
        """Return the present run as it stands at *now*, or None before the first beat."""
        current = self._current
        if current is None or now <= current.alive_until:
            return current
        if now - current.alive_until > LONGEST_GAP:
            return current
        return MonitorRun(started_at=current.started_at, alive_until=now)
