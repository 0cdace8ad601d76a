"""Processes told apart for certain: a pid alone may belong to someone else by now."""

import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from monitor.demo.waiting import wait_until

PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class ProcessRecord:
    """A process as it was recorded: its pid and the mark of its start."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "ProcessRecord | None":
        """Record a process that runs now; None when it does not."""
        started = start_mark(pid)
        return None if started is None else cls(pid=pid, started=started)

    @classmethod
    def load(cls, document: Any) -> "ProcessRecord | None":
        """Read a record back from JSON; None when it is not one."""
        match document:
            case {"pid": int(pid), "started": str(started)}:
                return cls(pid=pid, started=started)
        return None

    def dump(self) -> dict[str, Any]:
        """Return the record as JSON."""
        return asdict(self)

    def is_running(self) -> bool:
        """Say whether this very process, not a later one of the same pid, runs."""
        return start_mark(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this very process, if it still runs."""
        if self.is_running():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def end(self, grace_seconds: float = 5.0) -> None:
        """End the process: first politely, after the grace for certain."""
        self.send(signal.SIGTERM)
        if not wait_until(lambda: not self.is_running(), grace_seconds):
            self.send(signal.SIGKILL)
            wait_until(lambda: not self.is_running(), grace_seconds)


def start_mark(pid: int) -> str | None:
    """Return when a process started, as an opaque mark; None when it does not run.

    On Linux the mark counts ticks since boot: psutil's creation time moves with the
    wall clock, and a stepped clock would make every recorded process a stranger.
    """
    return _linux_start_mark(pid) if (PROC / "self").exists() else _other_start_mark(pid)


def _other_start_mark(pid: int) -> str | None:
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.Error:
        return None


def _linux_start_mark(pid: int) -> str | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name, in brackets, may itself hold spaces and brackets: fields start after the last.
    fields = text.rpartition(")")[2].split()
    state, started = fields[0], fields[19]
    return None if state in "ZX" else started
