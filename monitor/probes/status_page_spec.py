"""The spec of a status_page check: which document, and which of its components concern us."""

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from monitor.model.status import Status
from monitor.probes.endpoint import Endpoint
from monitor.probes.fields import Seconds
from monitor.probes.http_request import target_of


def _mapped(value: object) -> object:
    """Return a list of names as a mapping to the check's own component."""
    return dict.fromkeys(value, "") if isinstance(value, list | tuple) else value


class StatusPageSpec(Endpoint):
    """A third party's page: what it says is a signal, and judged only where the check says so.

    *components* maps components of the page, by id or name, to ours; a list means the check's
    own component. Without it the whole page speaks of the check's component.
    """

    components: Annotated[dict[str, str], BeforeValidator(_mapped)] = Field(default_factory=dict)
    components_url: str | None = None
    stale_after: Seconds | None = None
    degraded_when: tuple[Status, ...] = ()
    failed_when: tuple[Status, ...] = ()

    @field_validator("components_url")
    @classmethod
    def _reachable(cls, url: str | None) -> str | None:
        if url is not None:
            target_of(url)
        return url

    @model_validator(mode="after")
    def _same_origin(self) -> "StatusPageSpec":
        """Credentials in the headers are meant for one origin."""
        if self.components_url and target_of(self.components_url) != target_of(self.url):
            raise ValueError("expected components_url at the origin of url")
        return self
