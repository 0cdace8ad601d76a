"""The monitor under test: a real `monitor run`, asked through its API only."""

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tests.scenarios.crew import Crew
from tests.scenarios.network import Network, Side
from tests.support.programs import free_port

MONITOR = Path(sys.executable).parent / "monitor"
Json = dict[str, Any]


class MonitorProcess:
    """Starts the monitor on its side; one thread of its own, on that side too, speaks to it."""

    def __init__(self, crew: Crew, network: Network) -> None:
        self._crew = crew
        self.data_dir = crew.place("monitor")
        self._started = 0
        self.environment: dict[str, str] = {}
        self._url = ""
        self._thread = ThreadPoolExecutor(1, initializer=network.enter, initargs=(Side.MONITOR,))

    def start(self, configuration: Path) -> None:
        """Start it with an empty store and return once it has seen every check."""
        self._started += 1
        self.data_dir = self._crew.place(f"monitor-{self._started}")
        # Ports of loopback are shared among stands that have no namespaces.
        ports = {"PORT": str(free_port()), "OPS_PORT": str(free_port())}
        self._url = f"http://127.0.0.1:{ports['OPS_PORT']}"
        self.environment = {**ports, "DATA_DIR": str(self.data_dir)}
        self._crew.start(
            "monitor-run",
            [MONITOR, "run", "-c", configuration],
            Side.MONITOR,
            ready=self._is_ready,
            environment=self.environment,
        )

    def end(self) -> None:
        """End it; it may be started anew."""
        self._crew.end("monitor-run")

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=True)

    def incidents(self) -> list[Json]:
        """Return all incidents, newest first."""
        found: list[Json] = self._get("/api/v1/incidents", limit=100)
        return found

    def incident(self, identity: str) -> Json:
        """Return one incident with its events, deliveries and notices."""
        found: Json = self._get(f"/api/v1/incidents/{identity}")
        return found

    def status(self) -> Json:
        """Return the present status of everything, and the monitor's own faults."""
        found: Json = self._get("/api/v1/status")
        return found

    def verdicts(self) -> list[Json]:
        """Return the verdict on each component that is not well."""
        found: list[Json] = self._get("/api/v1/diagnose")
        return found

    def notices(self) -> list[Json]:
        """Return all notices, oldest first."""
        found: list[Json] = self._get("/api/v1/notices", limit=200)
        return sorted(found, key=lambda each: str(each["at"]))

    def windows(self) -> list[Json]:
        """Return all maintenance windows."""
        found: list[Json] = self._get("/api/v1/maintenance", limit=100)
        return found

    def schedule(self, body: Mapping[str, Any]) -> Json:
        """Schedule a maintenance window."""
        return self._post("/api/v1/maintenance", body)

    def report_change(self, body: Mapping[str, Any]) -> Json:
        """Report a deploy."""
        return self._post("/api/v1/changes", {"kind": "deploy", **body})

    def _post(self, path: str, body: Mapping[str, Any]) -> Json:
        token = (self.data_dir / "token").read_text().strip()
        headers = {"Authorization": f"Bearer {token}"}
        answer = self._thread.submit(
            lambda: httpx.post(
                f"{self._url}{path}",
                json=dict(body),
                headers=headers,
                timeout=5,
                trust_env=False,
            )
        ).result()
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def _get(self, path: str, **query: int) -> Any:
        answer = self._ask(path, query)
        answer.raise_for_status()
        return answer.json()

    def _is_ready(self) -> bool:
        return self._ask("/readyz", {}).is_success

    def _ask(self, path: str, query: Mapping[str, int]) -> httpx.Response:
        def ask() -> httpx.Response:
            try:
                return httpx.get(f"{self._url}{path}", params=query, timeout=5, trust_env=False)
            except httpx.ConnectError as error:
                raise ConnectionRefusedError(self._url) from error

        return self._thread.submit(ask).result()
