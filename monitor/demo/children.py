"""The demo's own processes: started from one table, kept running, ended in order."""

import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.names import (
    BANK_A,
    BANK_B,
    GATEWAY,
    LOCKER,
    MAILBOX,
    RECEIVER,
    RUSH,
    TRAFFIC,
)

RESTART_SECONDS = 1.0
GRACE_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """A module to run; `on_terminal` lets what it prints be seen by the person watching."""

    module: str
    on_terminal: bool = False


# In the order of starting; they end in the opposite order.
PROGRAMS: dict[str, Program] = {
    BANK_A: Program(module="monitor.demo.bank"),
    BANK_B: Program(module="monitor.demo.bank"),
    RECEIVER: Program(module="monitor.demo.receiver", on_terminal=True),
    MAILBOX: Program(module="monitor.demo.mailbox", on_terminal=True),
    GATEWAY: Program(module="monitor.demo.gateway"),
    TRAFFIC: Program(module="monitor.demo.traffic"),
    LOCKER: Program(module="monitor.demo.locker"),
    RUSH: Program(module="monitor.demo.overload"),
}


class Children:
    """The processes of this supervisor; they stay in its process group."""

    def __init__(self, layout: Layout, ports: Mapping[str, int]) -> None:
        self._layout = layout
        self._ports = ports
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._records: dict[str, ProcessRecord] = {}
        self._not_before: dict[str, float] = {}

    def reconcile(self, wanted: Collection[str]) -> None:
        """End what is not wanted, start what is missing; what died is started again."""
        for name in [each for each in self._running if each not in wanted]:
            self._end(name)
        for name in PROGRAMS:
            if name in wanted and not self.is_running(name):
                self._start(name)

    def is_running(self, name: str) -> bool:
        """Say whether a process runs; one that has ended is forgotten."""
        process = self._running.get(name)
        if process is None:
            return False
        if process.poll() is None:
            return True
        del self._running[name], self._records[name]
        return False

    def records(self) -> dict[str, ProcessRecord]:
        """Return the running processes as they go into the state file."""
        return dict(self._records)

    def stop(self) -> None:
        """End everything, the last started first."""
        for name in reversed(PROGRAMS):
            if name in self._running:
                self._end(name)

    def _start(self, name: str) -> None:
        """Start a process, but not again and again one that dies at once."""
        now = time.monotonic()
        if now < self._not_before.get(name, now):
            return
        self._not_before[name] = now + RESTART_SECONDS
        program = PROGRAMS[name]
        command = [sys.executable, "-m", program.module, "--name", name]
        data_dir = ["--data-dir", str(self._layout.data_dir)]
        port = ["--port", str(self._ports[name])] if name in self._ports else []
        with (self._layout.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *data_dir, *port],
                stdin=subprocess.DEVNULL,
                stdout=None if program.on_terminal else log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self._running[name] = process
        if record := ProcessRecord.of(process.pid):
            self._records[name] = record

    def _end(self, name: str) -> None:
        process = self._running.pop(name)
        self._records.pop(name, None)
        end_process(process)


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End a child: first politely, after the grace for certain."""
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
