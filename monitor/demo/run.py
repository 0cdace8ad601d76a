"""What `make run` does: the demo platform, then the monitor beside it, in the foreground."""

import argparse
import fcntl
import os
import signal
import sys
import threading
from shlex import quote

from monitor.demo.errors import DemoError, UsageError
from monitor.demo.faults import list_faults
from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.ledger import Ledger
from monitor.demo.monitor_process import MonitorProcess
from monitor.demo.ports import HOST, is_free
from monitor.demo.postgres import PostgresError, Programs, tail
from monitor.demo.settings import DEFAULT_DATA_DIR, Settings
from monitor.demo.supervisor import Supervisor, end_leftovers
from monitor.demo.waiting import wait_until

TICK_SECONDS = 0.2
READY_SECONDS = 60.0

USAGE = 2
FAILED = 1


class Run:
    """One `make run` from the first check of its settings to the end of all processes."""

    def __init__(self, settings: Settings, *, with_monitor: bool) -> None:
        self._settings = settings
        self._with_monitor = with_monitor
        self._layout = Layout.at(settings.data_dir)
        self._stop = threading.Event()
        self._monitor: MonitorProcess | None = None

    def run(self) -> int:
        """Run until told to stop; return the exit code."""
        self._make_folders()
        lock = self._lock()
        try:
            end_leftovers(self._layout)
            self._refuse_busy_ports()
            self._watch_signals()
            supervisor = self._supervisor()
            try:
                return self._run(supervisor)
            finally:
                if self._monitor is not None:
                    self._monitor.stop()
                supervisor.record_monitor(None)
                supervisor.stop()
        finally:
            os.close(lock)

    def _run(self, supervisor: Supervisor) -> int:
        supervisor.start()
        if self._with_monitor:
            self._monitor = MonitorProcess(self._settings, self._layout, supervisor.environment())
            supervisor.record_monitor(self._monitor.record)
            self._await_monitor(supervisor)
        if not self._stop.is_set() and self._exit_code() is None:
            self._announce()
        while not self._stop.wait(TICK_SECONDS):
            if (code := self._exit_code()) is not None:
                print(f"the monitor ended with {code}:\n{self._monitor_tail()}", file=sys.stderr)
                return code or FAILED
            supervisor.tick()
        return 0

    def _await_monitor(self, supervisor: Supervisor) -> None:
        """Wait until the monitor is ready; the demo is kept meanwhile."""
        monitor = self._monitor

        def settled() -> bool:
            supervisor.tick()
            over = self._stop.is_set() or self._exit_code() is not None
            return over or (monitor is not None and monitor.is_ready())

        if not wait_until(settled, READY_SECONDS):
            raise DemoError(
                f"the monitor was not ready after {READY_SECONDS:.0f} s:\n{self._monitor_tail()}"
            )

    def _exit_code(self) -> int | None:
        return None if self._monitor is None else self._monitor.exit_code()

    def _monitor_tail(self) -> str:
        return "" if self._monitor is None else tail(self._monitor.log)

    def _supervisor(self) -> Supervisor:
        own = ProcessRecord.of(os.getpid())
        if own is None:
            raise DemoError("this process cannot be found in the process table")
        ledger = Ledger(self._layout, Programs.find())
        return Supervisor(self._layout, ledger, own, self._settings.ops_url)

    def _make_folders(self) -> None:
        try:
            self._layout.logs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            place = self._layout.data_dir
            raise UsageError(f"DATA_DIR {place} cannot be used: {error.strerror}") from error

    def _lock(self) -> int:
        descriptor = os.open(self._layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise UsageError(
                f"the demo is running already on {self._layout.data_dir}; stop it first,"
                " or set another DATA_DIR, PORT and OPS_PORT"
            ) from None
        return descriptor

    def _refuse_busy_ports(self) -> None:
        wanted = {"PORT": self._settings.port, "OPS_PORT": self._settings.ops_port}
        if self._settings.port == self._settings.ops_port:
            raise UsageError("PORT and OPS_PORT must differ")
        for name, port in wanted.items():
            if self._with_monitor and not is_free(port):
                raise UsageError(f"port {port} of {HOST} is in use; set another {name}")

    def _watch_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())

    def _announce(self) -> None:
        logs = self._layout.logs
        if not self._with_monitor:
            print(f"The demo platform is running; its logs are in {logs}.", flush=True)
            return
        ops = self._settings.ops_url
        print(
            f"Public page   {self._settings.page_url}/\n"
            f"  in English  {self._settings.page_url}/?lang=en\n"
            f"Operations    {ops}/\n"
            f"Metrics       {ops}/metrics\n"
            f"Logs          {logs}\n"
            "What the person on call and subscribers receive is shown below, in Beijing time.\n"
            f"{self._suggestion()}\n"
            "Ctrl-C stops everything.",
            flush=True,
        )

    def _suggestion(self) -> str:
        """Say what to try, as it must be typed for the data directory of this run."""
        chosen = self._settings.data_dir
        place = "" if chosen == DEFAULT_DATA_DIR else f"DATA_DIR={quote(str(chosen))} "
        command = f"    {place}.venv/bin/monitor demo"
        still_on = [each.name for each in list_faults(chosen) if each.on]
        if still_on:
            return f"Still on: {', '.join(still_on)}. In another terminal:\n{command} repair"
        return f"Try, in another terminal:\n{command} break database-down"


def main() -> int:
    """Run; say in one sentence what went wrong."""
    parser = argparse.ArgumentParser(description="Run the demo platform and the monitor.")
    parser.add_argument("--demo-only", action="store_true", help="start no monitor")
    options = parser.parse_args()
    try:
        settings = Settings.of(os.environ)
        return Run(settings, with_monitor=not options.demo_only).run()
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    except (DemoError, PostgresError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
