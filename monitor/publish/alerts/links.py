"""Adds to an incident the addresses under which people find it and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.cause import Cause
from monitor.model.events import Event, Json
from monitor.model.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Outer addresses of both listeners and the runbooks; empty where the operator gave none."""

    operations_url: str = ""
    public_url: str = ""
    runbooks_url: str = ""

    @classmethod
    def of(cls, platform: Platform) -> "Links":
        return cls(
            operations_url=platform.operations_url.rstrip("/"),
            public_url=platform.public_url.rstrip("/"),
            runbooks_url=platform.runbooks_url.rstrip("/"),
        )

    def incident(self, payload: Mapping[str, Json]) -> dict[str, Json]:
        """Return an incident object with its addresses, null where unknown, and its runbook."""
        place = f"/incidents/{payload['id']}"
        return {
            **payload,
            "url": self.operations_url + place if self.operations_url else None,
            "public_url": self.public_url + place if self.public_url else None,
            **self._runbook(payload.get("cause")),
        }

    def event_data(self, event: Event) -> dict[str, Json]:
        """Return the `data` of a webhook for *event*."""
        if event.type.startswith("incident."):
            return self.incident({"id": event.subject, **event.data})
        if event.type.startswith("notice."):
            path = event.data.get("path")
            known = self.public_url and path
            return {**event.data, "public_url": f"{self.public_url}{path}" if known else None}
        return dict(event.data)

    def _runbook(self, cause: Json) -> dict[str, Json]:
        if not isinstance(cause, str):
            return {}
        url = self.runbook_url(Cause(cause))
        return {"runbook": Cause(cause).runbook, "runbook_url": url or None}

    def runbook_url(self, cause: Cause) -> str:
        """Return where the runbook of *cause* is read, empty where the operator gave no place.

        The operations page shows those that ship with the monitor.
        """
        if self.runbooks_url:
            return f"{self.runbooks_url}/{cause.value}.md"
        return f"{self.operations_url}/runbooks/{cause.value}" if self.operations_url else ""
