"""The options of probes that fetch a document over HTTP: the address, who asks, whom to trust."""

from typing import Annotated, Self

from pydantic import ByteSize, Field, field_validator, model_validator

from monitor.probes.http_client import Client
from monitor.probes.http_credentials import Credentials
from monitor.probes.http_request import Request, checked_url, target_of
from monitor.probes.resolver import check_version


class Endpoint(Client, Credentials):
    """Where a document is fetched from; the types that fetch one add what they read in it."""

    url: str
    max_body: Annotated[ByteSize, Field(gt=0)] = ByteSize(4 * 1024 * 1024)

    @field_validator("url")
    @classmethod
    def _fetchable(cls, url: str) -> str:
        is_optional = not cls.model_fields["url"].is_required()
        return url if is_optional and not url else checked_url(url)

    @model_validator(mode="after")
    def _fits_the_version(self) -> Self:
        if self.url:
            check_version(target_of(self.url).host, self.ip_version)
        return self

    def document(self, url: str = "") -> Request:
        """Return the request for the document at *url*, by default that of the spec."""
        address = url or self.url
        route = self.route_to(target_of(address).host)
        return self.compose(address, "GET", self.header_lines(), None, route)
