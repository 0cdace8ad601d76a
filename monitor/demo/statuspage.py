"""A bank's own status page, in the shape of Atlassian Statuspage's public API v2.

It says that all is well: such pages are written by people and lag behind the facts.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Document = dict[str, Any]
COMPONENTS = ("Payment API", "Settlement")


class StatusPage:
    """The documents of one page; nothing on it ever changes by itself."""

    def __init__(self, bank: str, created_at: datetime) -> None:
        self._bank = bank
        self._at = created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def routes(self) -> list[Route]:
        """Return the routes below /api/v2."""
        documents: dict[str, Callable[[], Document]] = {
            "summary": self.summary,
            "status": self.status,
            "components": lambda: {"components": self._components()},
            "incidents": lambda: {"incidents": []},
            "incidents/unresolved": lambda: {"incidents": []},
            "scheduled-maintenances": lambda: {"scheduled_maintenances": []},
            "scheduled-maintenances/upcoming": lambda: {"scheduled_maintenances": []},
            "scheduled-maintenances/active": lambda: {"scheduled_maintenances": []},
        }
        return [
            Route(f"/api/v2/{name}.json", self._answer(make)) for name, make in documents.items()
        ]

    def status(self) -> Document:
        """Return the overall status."""
        return {"status": {"indicator": "none", "description": "All Systems Operational"}}

    def summary(self) -> Document:
        """Return everything that is current."""
        return {
            **self.status(),
            "components": self._components(),
            "incidents": [],
            "scheduled_maintenances": [],
        }

    def _answer(self, make: Callable[[], Document]) -> Callable[[Request], Response]:
        def endpoint(request: Request) -> Response:
            return JSONResponse({"page": self._page(str(request.base_url)), **make()})

        return endpoint

    def _page(self, url: str) -> Document:
        return {
            "id": self._id("page"),
            "name": self._bank.replace("-", " ").title(),
            "url": url.rstrip("/"),
            "time_zone": "Asia/Shanghai",
            "updated_at": self._at,
        }

    def _components(self) -> list[Document]:
        return [
            {
                "id": self._id(name),
                "name": name,
                "status": "operational",
                "created_at": self._at,
                "updated_at": self._at,
                "position": position,
                "description": None,
                "showcase": False,
                "start_date": None,
                "group_id": None,
                "page_id": self._id("page"),
                "group": False,
                "only_show_if_degraded": False,
            }
            for position, name in enumerate(COMPONENTS, start=1)
        ]

    def _id(self, name: str) -> str:
        return hashlib.sha256(f"{self._bank}/{name}".encode()).hexdigest()[:12]
