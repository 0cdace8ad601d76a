"""CPU per http probe on a loopback nginx: run it with `python bench/probes.py [http|https|tcp]`."""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.observation import Outcome
from monitor.probes.prober import Prober
from monitor.probes.table import SPECS

PROBES, CONCURRENCY, ROUNDS = 5000, 50, 5

_NGINX = """\
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    default_type application/json;
    location / {{ return 200 '{{"status": "ok", "saturation": 0.2}}'; }}
  }}
}}
"""


@contextmanager
def nginx() -> Iterator[int]:
    """Run a server for the time of the block and give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port))
        command = ["nginx", "-p", name, "-c", f"{name}/nginx.conf", "-e", f"{name}/error.log"]
        with subprocess.Popen(command) as server:
            try:
                wait_for(port)
                yield port
            finally:
                server.terminate()


def wait_for(port: int) -> None:
    """Return when somebody listens."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise SystemExit("nginx did not start")


def checks(port: int) -> dict[str, Check]:
    """Return one check per way of probing."""
    url = f"http://127.0.0.1:{port}/"
    fields = {
        "http": ("http", {"url": url}),
        "http with assertions": (
            "http",
            {
                "url": url,
                "expect_body": "ok",
                "expect_json": {"$.status": "ok"},
                "signals": {"saturation_ratio": "$.saturation"},
            },
        ),
        "tcp": ("tcp", {"host": "127.0.0.1", "port": port}),
    }
    return {
        name: Check(
            name=name, type=type_, component="bench", spec=SPECS[type_].spec.model_validate(values)
        )
        for name, (type_, values) in fields.items()
    }


async def measure(check: Check) -> float:
    """Return the CPU-microseconds of this process per probe."""
    prober = Prober(SystemClock())

    async def work() -> None:
        for _ in range(PROBES // CONCURRENCY):
            observation = await prober.probe(check)
            if observation.outcome is not Outcome.OK:
                raise SystemExit(f"not ok: {observation}")

    await prober.probe(check)
    began = time.process_time()
    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    took = time.process_time() - began
    await prober.close()
    return took / PROBES * 1e6


def main() -> None:
    """Print the best and the median of several rounds for each check asked for."""
    asked = " ".join(sys.argv[1:])
    with nginx() as port:
        for name, check in checks(port).items():
            if asked and asked != name:
                continue
            figures = sorted(uvloop.run(measure(check)) for _ in range(ROUNDS))
            print(f"{name:22} min {figures[0]:4.0f}  median {figures[ROUNDS // 2]:4.0f} us/probe")


if __name__ == "__main__":
    main()
