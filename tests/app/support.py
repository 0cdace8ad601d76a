"""A real `monitor run` on a small configuration, with targets that a test can switch."""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.polling import eventually
from tests.support.programs import free_port

MONITOR = Path(sys.executable).parent / "monitor"


class Target(http.server.ThreadingHTTPServer):
    """Answers with `status`, and keeps the webhooks that are posted to it."""

    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.hits = 0
        self.hooks: list[dict[str, Any]] = []


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Target

    def do_GET(self) -> None:
        self.server.hits += 1
        self._answer(self.server.status)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.hooks.append({"id": self.headers["webhook-id"], **body})
        self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


@contextmanager
def target() -> Iterator[Target]:
    """Serve a target in a thread."""
    server = Target()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configuration(target_port: int, public: int, operations: int, *names: str) -> str:
    """Return a configuration with one component and check per name, all on one target."""
    components = "\n".join(f"  {name}: {{kind: server}}" for name in names)
    checks = "\n".join(
        f'  {name}-http: {{type: http, component: {name}, url: "http://127.0.0.1:{target_port}/",'
        " interval: 1s, timeout: 400ms, confirmation: {retry_after: null}}"
        for name in names
    )
    return f"""
platform: {{name: {{zh-CN: 试验, en: Trial}}}}
services:
  checkout: {{name: {{zh-CN: 收银台, en: Checkout}}, critical: true, depends_on: [{names[0]}]}}
components:
{components}
checks:
{checks}
receivers:
  hook: {{type: webhook, url: "http://127.0.0.1:{target_port}/", secret: {"s" * 32}}}
recovery: {{watch: 3s, critical_watch: 3s}}
listeners: {{public: "127.0.0.1:{public}", operations: "127.0.0.1:{operations}"}}
"""


class Run:
    """One monitor process."""

    def __init__(self, folder: Path, target_port: int) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.file = folder / "monitor.yml"
        self._target_port = target_port
        self._log = folder / f"monitor-{os.urandom(4).hex()}.log"
        self.public, self.operations = free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None
        self.configure("gateway")

    def configure(self, *names: str, extra: str = "") -> None:
        """Write the configuration with these components."""
        text = configuration(self._target_port, self.public, self.operations, *names)
        self.file.write_text(text + extra)

    def start(self) -> "subprocess.Popen[str]":
        """Start the monitor; its stderr goes to a file."""
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [MONITOR, "run", "-c", self.file],
                env={**os.environ, "DATA_DIR": str(self.data)},
                stdout=subprocess.DEVNULL,
                stderr=log,
                text=True,
            )
        return self.process

    def ready(self) -> None:
        """Wait until every check was seen."""
        eventually(lambda: self.get("/readyz").is_success)

    def get(self, path: str) -> httpx.Response:
        """Ask the operations listener; one that does not answer raises OSError."""
        url = f"http://127.0.0.1:{self.operations}{path}"
        try:
            return httpx.get(url, trust_env=False, timeout=5)
        except httpx.TransportError as error:
            raise ConnectionError(url) from error

    def reload(self) -> None:
        """Send SIGHUP."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def metric(self, name: str) -> float | None:
        """Return the value of a metric line, None where it is absent."""
        lines = self.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith(f"{name} ")]
        return float(found[0].split()[-1]) if found else None

    def checks(self) -> set[str]:
        """Return the names of the checks in force."""
        return {each["name"] for each in self.get("/api/v1/status").json()["checks"]}

    def log(self) -> str:
        """Return what the monitor said on stderr."""
        return self._log.read_text()

    def stop(self) -> int:
        """End it in order; return its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=60)
