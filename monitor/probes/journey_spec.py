"""The spec of a journey: its steps, what each captures, and what later ones take of it."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Self
from urllib.parse import urljoin, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator

from monitor.probes.fields import JsonPath, Seconds, Spec
from monitor.probes.http_client import Client
from monitor.probes.http_credentials import Credentials
from monitor.probes.http_expectations import Expectations
from monitor.probes.http_request import checked_url, target_of
from monitor.probes.http_route import Route
from monitor.probes.journey_template import NAME, PLACE, names_in
from monitor.probes.resolver import check_version

# What every journey may use without capturing it: a text that no other run has, and the time.
GIVEN = frozenset({"run_id", "now"})

Name = Annotated[str, Field(pattern=NAME)]


class Capture(Spec):
    """Where a step takes a value from: the JSON body, a header, or the text of the body."""

    path: JsonPath | None = None
    header: str = ""
    matches: re.Pattern[str] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.path is not None and (self.header or self.matches):
            raise ValueError("expected path alone, or header and matches")
        if self.path is None and not self.header and self.matches is None:
            raise ValueError("expected path, header or matches")
        if self.matches is not None and self.matches.groups != 1:
            raise ValueError("expected one group in matches")
        return self


def _capture(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


Captured = Annotated[Capture, BeforeValidator(_capture)]
"""A JSONPath, or a `Capture` with its keys."""


class Step(Credentials, Expectations):
    """One request of a journey, what its answer must be, and what is kept of it."""

    name: Annotated[str, Field(pattern=r"^[\w-]+$")]
    url: str
    method: Annotated[str, Field(pattern=r"^[A-Z]+$")] = "GET"
    body: SecretStr | None = None
    capture: dict[Name, Captured] = Field(default_factory=dict)
    within: Seconds | None = None

    @cached_property
    def taken(self) -> frozenset[str]:
        """The names of the values that it takes."""
        return names_in(self._written())

    def _written(self) -> Iterator[str]:
        yield self.url
        yield from (each.get_secret_value() for each in self.headers.values())
        if self.bearer_token:
            yield self.bearer_token.get_secret_value()
        if self.body:
            yield self.body.get_secret_value()
        for comparison in self.expect_json.values():
            for value in (comparison.equals, comparison.not_equals):
                if isinstance(value, str):
                    yield value

    @cached_property
    def wants_json(self) -> bool:
        """Whether anything is read from the body as JSON."""
        captures = any(each.path is not None for each in self.capture.values())
        return captures or super().wants_json


class JourneySpec(Client):
    """What a journey does: steps one after the other, up to the first that fails."""

    base_url: str = ""
    variables: dict[Name, SecretStr] = Field(default_factory=dict)
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=20)]
    degraded_after: Seconds | None = None

    @field_validator("base_url")
    @classmethod
    def _probeable(cls, url: str) -> str:
        return checked_url(url) if url else url

    @model_validator(mode="after")
    def _steps_agree(self) -> Self:
        names = [each.name for each in self.steps]
        if len(set(names)) < len(names):
            raise ValueError("expected a name of its own for every step")
        known = GIVEN | set(self.variables)
        for step in self.steps:
            unknown = sorted(step.taken - known)
            if unknown:
                raise ValueError(f"step {step.name}: nothing before it gives {unknown[0]!r}")
            known |= set(step.capture)
        self._urls_agree()
        return self

    def _urls_agree(self) -> None:
        for step in self.steps:
            # What a place will hold is not known, but that it makes no host is.
            url = checked_url(PLACE.sub("0", self.url_of(step)))
            if "{" in urlsplit(self.url_of(step)).netloc:
                raise ValueError(f"step {step.name}: expected a host that does not change")
            if not self.resolve:
                check_version(target_of(url).host, self.ip_version)
        if self.resolve and not self.base_url:
            raise ValueError("resolve needs base_url, whose host it is the address of")

    @cached_property
    def route(self) -> Route:
        """The way that every step takes; *resolve* is for the host of *base_url* alone."""
        return self.route_to(target_of(self.base_url).host if self.base_url else "")

    def url_of(self, step: Step) -> str:
        """Return where *step* goes, with its places."""
        return urljoin(self.base_url, step.url)
