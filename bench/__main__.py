"""The main bench: a whole monitor with 1,000 http checks every 10 s against a loopback nginx.

Prints CPU per probe of the whole process, lateness, memory, and the time from the confirming
probe to the webhook's arrival. Run it with `make bench`; SECONDS and CHECKS may be set.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

import httpx
import psutil

CHECKS = int(os.environ.get("CHECKS", "1000"))
SECONDS = int(os.environ.get("SECONDS", "60"))
FLIPS = 40
INTERVAL_SECONDS = 10
MONITOR = Path(sys.executable).parent / "monitor"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Receiver(ThreadingHTTPServer):
    """Notes when the webhook of each opened incident arrives."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.arrived: dict[str, float] = {}


class _Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        now = time.time()
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if body["type"] == "incident.opened":
            self.server.arrived.setdefault(body["data"]["components"][0], now)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep quiet."""


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[None]:
    """Serve the files of *folder*/up, 503 where one is missing, and log each moment."""
    (folder / "nginx.conf").write_text(
        f"""
        daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
        events {{ worker_connections 4096; }}
        http {{
          log_format moments '$msec $uri $status'; access_log {folder}/access.log moments;
          server {{
            listen 127.0.0.1:{port}; root {folder}/up;
            location / {{ try_files $uri =503; }}
          }}
        }}
        """
    )
    process = subprocess.Popen(
        [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def configuration(target: int, public: int, operations: int, hook: int, folder: Path) -> str:
    """Return a configuration with one component and check per file."""
    names = [f"c{number:05d}" for number in range(CHECKS)]
    components = "\n".join(f"  {name}: {{kind: server}}" for name in names)
    checks = "\n".join(
        f"  {name}: {{type: http, component: {name},"
        f' url: "http://127.0.0.1:{target}/{name}", interval: {INTERVAL_SECONDS}s, timeout: 2s}}'
        for name in names
    )
    return f"""
platform: {{name: {{zh-CN: 基准, en: Bench}}}}
services:
  bench: {{name: {{zh-CN: 基准, en: Bench}}, depends_on: [{{soft: c00000}}]}}
components:
{components}
checks:
{checks}
receivers:
  hook: {{type: webhook, url: "http://127.0.0.1:{hook}/", secret: {"s" * 32}}}
listeners: {{public: "127.0.0.1:{public}", operations: "127.0.0.1:{operations}"}}
store: {{data_dir: "{folder / "data"}"}}
"""


class Watched:
    """The monitor's process and what its metrics say."""

    def __init__(self, process: subprocess.Popen[bytes], operations: int) -> None:
        self._process = psutil.Process(process.pid)
        self._url = f"http://127.0.0.1:{operations}"

    def ready(self) -> bool:
        """Whether every check was seen."""
        try:
            return httpx.get(f"{self._url}/readyz", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def cpu_seconds(self) -> float:
        """Return user and system time so far."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def rss_megabytes(self) -> float:
        """Return the resident set."""
        return float(self._process.memory_info().rss) / 1e6

    def lateness(self) -> dict[float, float]:
        """Return the cumulative lateness histogram."""
        text = httpx.get(f"{self._url}/metrics", trust_env=False).text
        rows = re.findall(
            r'^availability_scheduler_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)',
            text,
            re.MULTILINE,
        )
        return {float(bound): float(count) for bound, count in rows}


def quantile(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """Return the bucket's upper bound that holds *share* of what was added between two reads."""
    added = {bound: count - before.get(bound, 0.0) for bound, count in after.items()}
    wanted = share * max(added.values())
    return next(bound for bound, count in sorted(added.items()) if count >= wanted)


def until(ask: Callable[[], bool], seconds: float, what: str) -> None:
    """Poll until *ask* says yes."""
    deadline = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


def steady_state(watched: Watched, log: Path) -> None:
    """Print what probing costs while all is well."""
    before, cpu = watched.lateness(), watched.cpu_seconds()
    probes = sum(1 for _ in log.open())
    time.sleep(SECONDS)
    spent = watched.cpu_seconds() - cpu
    done = sum(1 for _ in log.open()) - probes
    after = watched.lateness()
    print(f"checks {CHECKS} every {INTERVAL_SECONDS} s, measured for {SECONDS} s, {done} probes")
    print(f"cpu of the whole process   {1e6 * spent / done:.0f} us per probe")
    print(f"lateness                   p50 <= {1e3 * quantile(before, after, 0.5):g} ms")
    print(f"                           p99 <= {1e3 * quantile(before, after, 0.99):g} ms")
    print(f"resident set               {watched.rss_megabytes():.0f} MB")


def webhook_delay(folder: Path, receiver: Receiver) -> None:
    """Break some targets and print how long the confirmed failure takes to the receiver."""
    broken = [f"c{number:05d}" for number in range(1, FLIPS + 1)]
    for name in broken:
        (folder / "up" / name).unlink()
    until(lambda: len(receiver.arrived) >= FLIPS, 60, "all webhooks")
    failures: dict[str, list[float]] = {name: [] for name in broken}
    for line in (folder / "access.log").open():
        moment, uri, status = line.split()
        if status == "503":
            failures[uri.removeprefix("/")].append(float(moment))
    delays = [
        receiver.arrived[name] - max(at for at in times if at <= receiver.arrived[name])
        for name, times in failures.items()
    ]
    percentiles = statistics.quantiles(delays, n=100, method="inclusive")
    print(f"confirming probe to webhook p50 {1e3 * percentiles[49]:.0f} ms")
    print(f"                            p99 {1e3 * percentiles[98]:.0f} ms ({FLIPS} incidents)")


def main() -> None:
    """Run the bench in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)
    (folder / "up").mkdir()
    for number in range(CHECKS):
        (folder / "up" / f"c{number:05d}").write_text("ok")
    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    target, public, operations = free_port(), free_port(), free_port()
    file = folder / "monitor.yml"
    file.write_text(configuration(target, public, operations, receiver.server_port, folder))
    with nginx(folder, target), (folder / "monitor.log").open("wb") as log:
        process = subprocess.Popen([MONITOR, "run", "-c", file], stdout=log, stderr=log)
        try:
            watched = Watched(process, operations)
            until(watched.ready, 60, "the monitor")
            steady_state(watched, folder / "access.log")
            webhook_delay(folder, receiver)
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
