"""A channel's own status page, in the shape of Atlassian Statuspage's public API v2."""

from datetime import UTC, datetime
from typing import Any

from tests.scenarios.programs.orders import Inbox
from tests.scenarios.programs.wire import Answer, Document, Request

# What the page lists; we use the first one only.
COMPONENTS = {"payment-api": "Payment API", "merchant-portal": "Merchant portal"}


class Feed:
    """The documents below /api/v2; a maintenance stands on it when it is ordered."""

    def __init__(self, name: str, inbox: Inbox) -> None:
        self._name = name
        self._inbox = inbox
        self._since = _text(datetime.now(UTC))

    async def answer(self, request: Request) -> Answer:
        """Answer for one document."""
        document = self._document(request.path.removeprefix("/api/v2/").removesuffix(".json"))
        if document is None:
            return Answer(status=404, body={"error": "not found"})
        return Answer(body={"page": self._page(), **document})

    def _document(self, name: str) -> Document | None:
        maintenances = self._maintenances()
        active = [each for each in maintenances if each["status"] == "in_progress"]
        match name:
            case "status":
                return self._status(active)
            case "components":
                return {"components": self._components(active)}
            case "incidents" | "incidents/unresolved":
                return {"incidents": []}
            case "scheduled-maintenances" | "scheduled-maintenances/upcoming":
                return {"scheduled_maintenances": maintenances}
            case "scheduled-maintenances/active":
                return {"scheduled_maintenances": active}
            case "summary":
                return {
                    **self._status(active),
                    "components": self._components(active),
                    "incidents": [],
                    "scheduled_maintenances": maintenances,
                }
        return None

    def _status(self, active: list[Document]) -> Document:
        indicator = "maintenance" if active else "none"
        return {"status": {"indicator": indicator, "description": indicator}}

    def _page(self) -> Document:
        return {
            "id": self._name,
            "name": self._name,
            "url": f"https://{self._name}.example.test",
            "time_zone": "Asia/Shanghai",
            "updated_at": _text(datetime.now(UTC)),
        }

    def _components(self, active: list[Document]) -> list[Document]:
        busy = {each["id"] for maintenance in active for each in maintenance["components"]}
        return [
            self._component(key, "under_maintenance" if key in busy else "operational")
            for key in COMPONENTS
        ]

    def _component(self, key: str, status: str) -> dict[str, Any]:
        return {
            "id": key,
            "name": COMPONENTS[key],
            "status": status,
            "created_at": self._since,
            "updated_at": self._since,
            "position": 1,
            "description": None,
            "group": False,
            "group_id": None,
            "page_id": self._name,
            "only_show_if_degraded": False,
            "showcase": False,
            "start_date": None,
        }

    def _maintenances(self) -> list[Document]:
        ordered = self._inbox.orders().get("maintenance")
        if not ordered:
            return []
        start, until = (datetime.fromisoformat(ordered[each]) for each in ("start", "until"))
        now = datetime.now(UTC)
        status = "scheduled" if now < start else "in_progress" if now < until else "completed"
        component = self._component(ordered["component"], "under_maintenance")
        update = {
            "id": "update-1",
            "status": status,
            "body": "Maintenance work on our systems.",
            "created_at": ordered["announced"],
            "updated_at": ordered["announced"],
            "display_at": ordered["announced"],
            "incident_id": ordered["id"],
            "affected_components": [],
        }
        return [
            {
                "id": ordered["id"],
                "name": "System maintenance",
                "status": status,
                "impact": "maintenance",
                "created_at": ordered["announced"],
                "updated_at": ordered["announced"],
                "started_at": ordered["start"],
                "monitoring_at": None,
                "resolved_at": None,
                "scheduled_for": ordered["start"],
                "scheduled_until": ordered["until"],
                "shortlink": "https://stspg.example.test/1",
                "page_id": self._name,
                "incident_updates": [update],
                "components": [component],
            }
        ]


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
