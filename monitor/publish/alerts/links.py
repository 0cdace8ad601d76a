"""Adds to an incident the two addresses under which people find it."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.events import Event, Json
from monitor.model.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The outer addresses of the two listeners; empty where the operator gave none."""

    operations_url: str = ""
    public_url: str = ""

    @classmethod
    def of(cls, platform: Platform) -> "Links":
        return cls(
            operations_url=platform.operations_url.rstrip("/"),
            public_url=platform.public_url.rstrip("/"),
        )

    def incident(self, payload: Mapping[str, Json]) -> dict[str, Json]:
        """Return an incident object with `url` and `public_url`, null where unknown."""
        place = f"/incidents/{payload['id']}"
        return {
            **payload,
            "url": self.operations_url + place if self.operations_url else None,
            "public_url": self.public_url + place if self.public_url else None,
        }

    def event_data(self, event: Event) -> dict[str, Json]:
        """Return the `data` of a webhook for *event*."""
        if event.type.startswith("incident."):
            return self.incident({"id": event.subject, **event.data})
        return dict(event.data)
