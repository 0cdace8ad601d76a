"""The edge where the schedule calls what others handed in."""

from collections.abc import Callable

import structlog

from monitor.schedule.stats import ScheduleStats

_log = structlog.get_logger(__name__)


class Guard:
    """Calls listeners; a fault of theirs is logged and counted, and ends nothing of ours."""

    def __init__(self, stats: ScheduleStats) -> None:
        self._stats = stats

    def call(self, listener: Callable[[], object], name: str) -> None:
        try:
            listener()
        except Exception:  # noqa: BLE001  # whatever a listener raises, checks must go on
            self.count(name)

    def count(self, name: str) -> None:
        """Log the exception being handled, with its traceback."""
        self._stats.errors += 1
        _log.exception("listener_raised", listener=name)
