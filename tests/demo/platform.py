"""Runs the demo as `make run` does, with a stand-in for the monitor, and looks at it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.pool import connection_text
from monitor.demo.state import DemoState, load_state
from tests.support.polling import eventually
from tests.support.programs import end, free_port

STUB = Path(__file__).with_name("stub_monitor.py")


def make_installation(folder: Path) -> Path:
    """Make an environment like ours whose `bin/monitor` is the stand-in; return its Python."""
    ours = Path(sys.prefix)
    (folder / "bin").mkdir(parents=True)
    shutil.copy(ours / "pyvenv.cfg", folder / "pyvenv.cfg")
    (folder / "lib").symlink_to(ours / "lib")
    python = folder / "bin" / "python"
    python.symlink_to(Path(sys.executable).resolve())
    program = folder / "bin" / "monitor"
    program.write_text(f'#!/bin/sh\nexec "{python}" "{STUB}" "$@"\n')
    program.chmod(0o755)
    return python


class Platform:
    """One data directory with its ports, on which the demo is started and ended."""

    def __init__(self, python: Path, data_dir: Path, name: str = "run") -> None:
        self.python = python
        self.data_dir = data_dir
        self.layout = Layout.at(data_dir)
        self._out, self._err = data_dir / f"{name}.stdout", data_dir / f"{name}.stderr"
        self.port, self.ops_port = free_port(), free_port()
        self._client = httpx.Client(timeout=5.0, trust_env=False)
        self.process: subprocess.Popen[bytes] | None = None

    def spawn(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start `make run`'s program without waiting; its output goes to files."""
        own = {
            "PORT": str(self.port),
            "OPS_PORT": str(self.ops_port),
            "DATA_DIR": str(self.data_dir),
        }
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self._out.open("wb") as out, self._err.open("wb") as err:
            return subprocess.Popen(
                [self.python, "-m", "monitor.demo.run"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={**os.environ, **own, **environment},
            )

    def start(self) -> None:
        """Start everything and wait until it says so."""
        process = self.process = self.spawn()
        try:
            eventually(lambda: process.poll() is not None or "Ctrl-C" in self.stdout())
            assert process.poll() is None, self.stderr()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> int:
        """End everything as Ctrl-C's sibling SIGTERM does; return the exit code."""
        assert self.process is not None
        self._client.close()
        end(self.process, signal.SIGTERM, timeout=60.0)
        return self.process.returncode

    def kill(self, *, but: frozenset[str] = frozenset()) -> None:
        """Send SIGKILL to all recorded processes at once, but for those named."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        for name, record in self.state().processes.items():
            if name not in but:
                record.send(signal.SIGKILL)

    def state(self) -> DemoState:
        return load_state(self.layout)

    def process_of(self, name: str) -> ProcessRecord:
        return self.state().processes[name]

    def stdout(self) -> str:
        return self._out.read_text()

    def stderr(self) -> str:
        return self._err.read_text()

    def ask(self, path: str, *, of: str = "gateway", method: str = "GET") -> httpx.Response:
        """Send one request to a process of the demo."""
        url = f"http://127.0.0.1:{self.state().ports[of]}{path}"
        return self._client.request(method, url)

    def connect(self) -> psycopg.Connection:
        """Connect to the ledger as the ordinary role."""
        text = connection_text(self.layout, self.state().ports["ledger"], connect_timeout=2)
        return psycopg.connect(text)

    def reported(self) -> list[dict[str, Any]]:
        """Return what the stand-in for the monitor was told."""
        path = self.data_dir / "reported.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]


@contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """Run a platform inside the block."""
    platform.start()
    try:
        yield platform
    finally:
        code = platform.stop()
    assert code == 0
