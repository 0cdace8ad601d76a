"""Finds the programs that tests need, and starts and ends them."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.support.polling import eventually

_DEBIAN_POSTGRES = "/usr/lib/postgresql"


def require(program: str) -> str:
    """Return the path of *program*; without it skip on a laptop, but fail where CI is true."""
    found = find(program)
    if not found:
        missing(f"{program} is not installed (tools/setup-system.sh installs it)")
    return found


def find(program: str) -> str | None:
    """Return the path of *program*, None where it is not installed."""
    return shutil.which(program, path=_search_path())


def missing(reason: str) -> NoReturn:
    """Skip with *reason* on a laptop; where CI is true, what is missing is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _search_path() -> str:
    versions = sorted(Path(_DEBIAN_POSTGRES).glob("*/bin"), key=lambda each: each.parent.name)
    extra = [str(each) for each in reversed(versions)]
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *extra])


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def accepts(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def unprivileged(user: str) -> str | None:
    """Return the user a server runs as: *user* for root, else nobody but ourselves."""
    return user if os.geteuid() == 0 else None


@contextmanager
def scratch_folder(user: str | None = None) -> Iterator[Path]:
    """Make a folder with a short path (unix sockets allow 107 characters) that *user* owns."""
    folder = Path(tempfile.mkdtemp(prefix="monitor-test-"))
    try:
        if user:
            shutil.chown(folder, user, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[object], user: str | None = None, cwd: Path | None = None) -> str:
    """Run a program to its end and return what it printed; its complaint is in the error."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        **_as_user(user),
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


@contextmanager
def running(
    command: Sequence[object],
    *,
    log: Path,
    ready: Callable[[], bool],
    user: str | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Keep a program running inside the block, from the moment it is ready."""
    with (
        log.open("ab") as out,
        subprocess.Popen(
            [str(part) for part in command],
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            **_as_user(user),
        ) as process,
    ):
        try:
            eventually(lambda: process.poll() is not None or ready())
            assert process.poll() is None, f"{command} ended:\n{log.read_text()}"
            yield process
        finally:
            end(process, stop)


def end(
    process: subprocess.Popen[bytes],
    stop: signal.Signals = signal.SIGTERM,
    timeout: float = 30.0,
) -> None:
    """End a program: first politely, then for good; one that was stopped is continued first."""
    if process.poll() is not None:
        return
    process.send_signal(stop)
    process.send_signal(signal.SIGCONT)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _as_user(user: str | None) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}
