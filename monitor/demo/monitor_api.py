"""The two things the demo tells the monitor, over its operations API like any outsider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from monitor.demo.errors import MonitorUnreachableError
from monitor.demo.layout import Layout
from monitor.demo.state import DemoState

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class MonitorApi:
    """Where the monitor is, and the token that its writes need."""

    url: str
    token: str

    @classmethod
    def of(cls, layout: Layout, state: DemoState) -> "MonitorApi":
        """Find the monitor that shares the demo's data directory."""
        try:
            token = layout.token.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise MonitorUnreachableError(
                f"the monitor has left no token at {layout.token}: {error.strerror}"
            ) from error
        return cls(url=state.ops_url, token=token)

    def schedule_maintenance(
        self, services: Sequence[str], start: datetime, end: datetime, title: dict[str, str]
    ) -> str:
        """Schedule a window; return its id."""
        window = self._post(
            "/api/v1/maintenance",
            {
                "services": list(services),
                "components": [],
                "start": start.isoformat(),
                "end": end.isoformat(),
                "title": title,
            },
        )
        return str(window.get("id", ""))

    def report_deploy(self, component: str, version: str, at: datetime, note: str) -> None:
        """Report that a version went live."""
        self._post(
            "/api/v1/changes",
            {
                "component": component,
                "version": version,
                "kind": "deploy",
                "at": at.isoformat(),
                "author": "demo",
                "note": note,
            },
        )

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
                answer = client.post(f"{self.url}{path}", json=body, headers=headers)
            document = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise MonitorUnreachableError(
                f"the monitor at {self.url} does not answer: {error or type(error).__name__}"
            ) from error
        if not answer.is_success:
            raise MonitorUnreachableError(
                f"the monitor refused {path} with {answer.status_code}: {answer.text[:300]}"
            )
        return document if isinstance(document, dict) else {}
