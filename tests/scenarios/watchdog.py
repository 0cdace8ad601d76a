"""Undoes all that a stand did to the machine, should the stand's own process die or hang.

A process of its own: it is told of every process, namespace, mount and control group through a
pipe, and acts when that pipe ends without a farewell, or when an armed deadline passes.
"""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

HARD_REVERT_SECONDS = 180.0
_ROOT = Path(__file__).parents[2]


def started_at(pid: int) -> str:
    """Return when a process started, in the kernel's ticks; empty where there is none."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return ""


def kill_group(pid: int, start: str) -> None:
    """Kill a recorded process with its group, unless the number means somebody else by now.

    Where the leader is gone, its number is not given away as long as its group exists.
    """
    found = started_at(pid)
    if found in ("", start):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class Undo:
    """What was recorded, and how it is undone: processes first, then what they stood on."""

    def __init__(self) -> None:
        self._processes: dict[int, str] = {}
        self._things: list[tuple[str, str]] = []

    def note(self, kind: str, *values: str) -> None:
        """Record one thing."""
        if kind == "process":
            self._processes[int(values[0])] = values[1]
        else:
            self._things.append((kind, values[0]))

    def all(self) -> None:
        """Undo everything; what is gone already is passed over."""
        for pid, start in self._processes.items():
            kill_group(pid, start)
        for kind, value in reversed(self._things):
            _UNDO[kind](value)


def _run(*command: str) -> None:
    with suppress(OSError):
        subprocess.run(command, capture_output=True, check=False, timeout=20)


def _remove_group(path: str) -> None:
    """Remove a control group; those in it have been killed and need a moment to be gone."""
    for _ in range(50):
        with suppress(OSError):
            Path(path).rmdir()
            return
        time.sleep(0.1)


_UNDO = {
    "namespace": lambda name: _run("ip", "netns", "del", name),
    "mount": lambda path: _run("umount", "--lazy", path),
    "group": _remove_group,
}


class Watchdog:
    """The stand's side of the pipe."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.scenarios.watchdog"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def note(self, kind: str, *values: object) -> None:
        """Tell of one thing that must not outlive the stand."""
        self._say(kind, *values)

    def arm(self, seconds: float = HARD_REVERT_SECONDS) -> None:
        """Undo everything unless disarmed within *seconds*."""
        self._say("arm", seconds)

    def disarm(self) -> None:
        """Take the deadline back."""
        self._say("disarm")

    def farewell(self) -> None:
        """Have everything that is left undone, and wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.farewell()

    def _say(self, *words: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(("\t".join(map(str, words)) + "\n").encode())
        self._process.stdin.flush()


def main() -> None:
    """Listen until the pipe ends or the deadline passes, then undo everything."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    undo = Undo()
    deadline: float | None = None
    rest = b""
    while True:
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([0], [], [], wait)[0]:
            break
        block = os.read(0, 65536)
        if not block:
            break
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            kind, *values = line.decode().split("\t")
            if kind == "arm":
                deadline = time.monotonic() + float(values[0])
            elif kind == "disarm":
                deadline = None
            else:
                undo.note(kind, *values)
    undo.all()


if __name__ == "__main__":
    main()
