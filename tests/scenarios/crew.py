"""The processes of one stand: started on their side, logged, signalled and ended by pid."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.scenarios.network import Network, Side
from tests.scenarios.watchdog import Watchdog, kill_group, started_at
from tests.support.polling import eventually
from tests.support.programs import end, require

ROOT = Path(__file__).parents[2]
Ready = Callable[[], bool]


class Crew:
    """Starts and ends processes; every one leads a group of its own, known to the watchdog."""

    def __init__(self, folder: Path, network: Network, watchdog: Watchdog) -> None:
        self.folder = folder
        self._network = network
        self._watchdog = watchdog
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def log_of(self, name: str) -> Path:
        """Return where a program's output goes."""
        return self.folder / f"{name}.log"

    def start(
        self,
        name: str,
        command: Sequence[object],
        side: Side,
        *,
        ready: Ready = lambda: True,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
        group: Path | None = None,
    ) -> int:
        """Start a program and wait until it is ready; return its pid.

        *group* is a control group that it runs in, with all that it starts.
        """
        words = [*self._network.command(side), *_as(user), *map(str, command)]
        if group is not None:
            enter = f'echo $$ > "{group}/cgroup.procs" && exec "$@"'
            words = ["sh", "-c", enter, "sh", *words]
        with self.log_of(name).open("ab") as log:
            process = subprocess.Popen(
                words,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                start_new_session=True,
            )
        self._watchdog.note("process", process.pid, started_at(process.pid))
        self._processes[name] = process
        eventually(lambda: process.poll() is not None or ready())
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended:\n{self.log(name)[-2000:]}")
        return process.pid

    def start_python(
        self, name: str, module: str, side: Side, *, ready: Ready, group: Path | None = None
    ) -> int:
        """Start one of the bench's own programs; it finds its settings in its folder."""
        command = [sys.executable, "-m", f"tests.scenarios.programs.{module}", self.place(name)]
        return self.start(name, command, side, ready=ready, group=group)

    def place(self, name: str) -> Path:
        """Return the folder of one program."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def pid(self, name: str) -> int:
        """Return the pid of a running program."""
        return self._processes[name].pid

    def runs(self, name: str) -> bool:
        """Whether a program was started and has not ended."""
        process = self._processes.get(name)
        return process is not None and process.poll() is None

    def send(self, name: str, what: signal.Signals) -> None:
        """Send a signal to a program."""
        self._processes[name].send_signal(what)

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a program and what is left of its group."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        start = started_at(process.pid)
        end(process, how)
        kill_group(process.pid, start)

    def log(self, name: str) -> str:
        """Return what a program has said."""
        file = self.folder / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def close(self) -> None:
        """End everything, the last started first."""
        for name in reversed([*self._processes]):
            self.end(name)


def _as(user: str | None) -> list[str]:
    """Return what makes a command run as an ordinary user, under the same pid."""
    if user is None:
        return []
    who = ["--reuid", user, "--regid", user, "--clear-groups"]
    return [require("setpriv"), *who, "--"]
