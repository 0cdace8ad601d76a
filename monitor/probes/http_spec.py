"""The spec of an http check: every option with its default, compiled when it is loaded."""

from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.probes.fields import Seconds
from monitor.probes.http_client import Client, body_of
from monitor.probes.http_credentials import Credentials, OAuth2, Spare
from monitor.probes.http_expectations import Expectations
from monitor.probes.http_request import Request, Target, checked_url, target_of
from monitor.probes.resolver import check_version


class HttpSpec(Client, Credentials, Expectations):
    """What an http check asks, who asks, and what it expects."""

    url: str
    method: Annotated[str, Field(pattern=r"^[A-Z]+$")] = "GET"
    body: SecretStr | None = None
    oauth2: OAuth2 | None = None
    spare: Spare | None = None
    degraded_after: Seconds | None = None

    @field_validator("url")
    @classmethod
    def _probeable(cls, url: str) -> str:
        return checked_url(url)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not self.resolve:
            check_version(self.target.host, self.ip_version)
        if self.oauth2 and (self.basic_auth or self.bearer_token):
            raise ValueError("expected oauth2, basic_auth or bearer_token, only one of them")
        if self.spare and self.spare.client_id and not self.oauth2:
            raise ValueError("a spare client_id needs oauth2")
        return self

    @cached_property
    def target(self) -> Target:
        """The origin that the first request goes to."""
        return target_of(self.url)

    @cached_property
    def request(self) -> Request:
        """The first request; redirects derive from it."""
        return self.request_with()

    def request_with(self, *lines: str) -> Request:
        """Return the first request with further header *lines*, each instead of its namesakes."""
        replaced = {_name(each) for each in lines}
        own = (each for each in self.header_lines() if _name(each) not in replaced)
        text = None if self.body is None else self.body.get_secret_value()
        route = self.route_to(self.target.host)
        return self.compose(
            self.url, self.method, (*own, *lines), body_of(self.method, text), route
        )


def _name(line: str) -> str:
    return line.partition(":")[0].lower()
