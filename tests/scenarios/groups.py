"""A control group of the stand's own, so that a limit on the processor meets nobody else."""

import os
from pathlib import Path

from tests.scenarios.watchdog import Watchdog

_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")
PERIOD_MICROSECONDS = 100_000


class Group:
    """A group with the cpu controller, of version 1 or 2, whichever the machine has."""

    def __init__(self, name: str, watchdog: Watchdog) -> None:
        self._is_v1 = (_V1 / "cpu.cfs_quota_us").exists() or (_V1 / "cpu.shares").exists()
        self.path = (_V1 if self._is_v1 else _V2) / name
        watchdog.note("group", self.path)
        self.path.mkdir()

    def limit(self, processors: float | None) -> None:
        """Allow so many processors' time; None takes the limit away."""
        quota = None if processors is None else round(processors * PERIOD_MICROSECONDS)
        if self._is_v1:
            (self.path / "cpu.cfs_quota_us").write_text(str(-1 if quota is None else quota))
        else:
            text = f"{'max' if quota is None else quota} {PERIOD_MICROSECONDS}"
            (self.path / "cpu.max").write_text(text)


def why_no_groups() -> str:
    """Return why no control group can be made; empty where it can."""
    place = _V1 if _V1.exists() else _V2
    if os.geteuid() != 0 or not os.access(place, os.W_OK):
        return "needs root to make control groups"
    if place == _V2:
        controllers = (_V2 / "cgroup.subtree_control").read_text().split()
        return "" if "cpu" in controllers else "the cpu controller is not handed down here"
    return ""
