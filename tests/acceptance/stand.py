"""A whole `make run` under test: the real demo, the real monitor, seen only from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support.programs import free_port

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
MONITOR = Path(sys.executable).parent / "monitor"
# Only what never comes is waited for so long.
WAIT_SECONDS = 180.0


class Stand:
    """A demo with its monitor on ports and a data directory of its own."""

    program: tuple[str, ...] = ("-m", "monitor.demo.run")

    def __init__(self, data_dir: Path, slow: str = "1700ms") -> None:
        """*slow* is when the gateway counts as slow: late, as these tests share the machine."""
        self.data_dir = data_dir
        self.port = free_port()
        self.ops_port = free_port()
        self.environment = {
            **os.environ,
            "PORT": str(self.port),
            "OPS_PORT": str(self.ops_port),
            "DATA_DIR": str(data_dir),
            "DEMO_SLOW": slow,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start everything and wait until the monitor has seen every check."""
        log = (self.data_dir / "run.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, *self.program],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.wait(self.is_ready, "the monitor to be ready")

    def stop(self) -> int:
        """End it as Ctrl-C does; return the exit code."""
        process = self.process
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
        self.process = None
        return code

    def recover(self) -> None:
        """Let everything work again, for the next story."""
        self.cli("demo", "repair")

    def is_ready(self) -> bool:
        """Whether /readyz says so; a start that failed is told at once."""
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError((self.data_dir / "run.log").read_text()[-4000:])
        return self.get("/readyz").status_code == httpx.codes.OK

    def get(self, path: str) -> httpx.Response:
        """Ask the operations listener."""
        return httpx.get(f"http://127.0.0.1:{self.ops_port}{path}", trust_env=False, timeout=5)

    def public(self, path: str) -> httpx.Response:
        """Ask the public listener."""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=5)

    def send(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        """Send a form of the public listener, which must be taken."""
        url = f"http://127.0.0.1:{self.port}{path}"
        answer = httpx.post(url, data=fields, trust_env=False, timeout=5)
        assert answer.status_code in (httpx.codes.OK, httpx.codes.SEE_OTHER), answer.text
        return answer

    def cli(self, *arguments: str, expected: int = 0) -> Any:
        """Run `monitor ... --json` against this stand and return what it prints."""
        result = subprocess.run(
            [MONITOR, *arguments, "--json"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == expected, result.stdout + result.stderr
        return json.loads(result.stdout)

    def incidents(self) -> list[dict[str, Any]]:
        """Return all incidents, newest first."""
        answer: list[dict[str, Any]] = self.get("/api/v1/incidents?limit=100").json()
        return answer

    def notices(self, subject: str | None = None) -> list[dict[str, Any]]:
        """Return notices (of one subject), oldest first."""
        newest_first = self.get("/api/v1/notices?limit=200").json()
        return [each for each in reversed(newest_first) if subject in (None, each["subject"])]

    def webhooks(self) -> list[dict[str, Any]]:
        """Return what the receiver got, in order of arrival."""
        path = self.data_dir / "demo" / "webhooks.jsonl"
        if not path.exists():
            return []
        return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]

    def service_status(self, name: str) -> str:
        """Return the displayed status of a service."""
        services = self.get("/api/v1/status").json()["services"]
        return next(str(each["displayed"]) for each in services if each["name"] == name)

    def metric(self, line: str) -> float | None:
        """Return the value of the metric whose name and labels are *line*, None where absent."""
        for each in self.get("/metrics").text.splitlines():
            if each.startswith(f"{line} "):
                return float(each.split()[-1])
        return None

    def wait(self, ask: Callable[[], T], what: str) -> T:
        """Ask until the answer is true; say what was awaited where it never is."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                if answer := ask():
                    return answer
            except (httpx.HTTPError, LookupError, ValueError, StopIteration):
                answer = None
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {WAIT_SECONDS:.0f} s for {what}: {self._seen()}")
            time.sleep(0.1)

    def _seen(self) -> str:
        try:
            ready = self.get("/readyz").text
            return f"{ready}; incidents: {json.dumps(self.incidents(), ensure_ascii=False)[:3000]}"
        except (httpx.HTTPError, ValueError) as error:
            return repr(error)


def time_of(text: str) -> datetime:
    """Return an API time."""
    return datetime.fromisoformat(text)
