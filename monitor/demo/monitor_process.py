"""The monitor, started beside the demo as any operator would start it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx

from monitor import resources
from monitor.demo.children import end_process
from monitor.demo.errors import DemoError
from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.settings import Settings

CONFIGURATION = "checks/demo/monitor.yml"


class MonitorProcess:
    """The monitor, as a process of its own with its log in a file."""

    def __init__(self, settings: Settings, layout: Layout, environment: Mapping[str, str]) -> None:
        self._client = httpx.Client(base_url=settings.ops_url, timeout=2.0, trust_env=False)
        self.log = layout.logs / "monitor.log"
        program = Path(sys.executable).parent / "monitor"
        if not program.exists():
            raise DemoError(f"{program} is missing: install the package first")
        own = {
            "PORT": str(settings.port),
            "OPS_PORT": str(settings.ops_port),
            "DATA_DIR": str(layout.data_dir),
        }
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "run", "-c", CONFIGURATION],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=resources.path("checks").parent,
                env={**os.environ, **environment, **own},
            )

    @property
    def record(self) -> ProcessRecord | None:
        """The process as it goes into the state file."""
        return ProcessRecord.of(self._process.pid)

    def exit_code(self) -> int | None:
        """Return the code the monitor ended with; None while it runs."""
        code = self._process.poll()
        return 128 - code if code is not None and code < 0 else code

    def is_ready(self) -> bool:
        """Ask the monitor whether every check has been seen once."""
        try:
            answer = self._client.get("/readyz")
        except httpx.HTTPError:
            return False
        return answer.is_success

    def stop(self) -> None:
        """End the monitor, unless it has ended."""
        self._client.close()
        if self._process.poll() is None:
            end_process(self._process)
