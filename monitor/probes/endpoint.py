"""The options of probes that fetch a document over HTTP: the address, who asks, whom to trust."""

import re
from typing import Annotated

from pydantic import ByteSize, Field, FilePath, SecretStr, field_validator, model_validator

from monitor.probes.fields import IpVersion, Spec
from monitor.probes.http_request import Request, Trust, basic, target_of
from monitor.probes.http_spec import BasicAuth
from monitor.probes.resolver import check_version

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Endpoint(Spec):
    """Where a document is fetched from; the types that fetch one add what they read in it."""

    url: str
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    basic_auth: BasicAuth | None = None
    bearer_token: SecretStr | None = None
    ca_file: FilePath | None = None
    verify: bool = True
    ip_version: IpVersion = "any"
    max_body: Annotated[ByteSize, Field(gt=0)] = ByteSize(4 * 1024 * 1024)

    @field_validator("url")
    @classmethod
    def _fetchable(cls, url: str) -> str:
        if not url and not cls.model_fields["url"].is_required():
            return url
        target_of(url)
        if "@" in url.split("/", 3)[2]:
            raise ValueError("expected no user in the URL: use basic_auth")
        return url

    @field_validator("headers")
    @classmethod
    def _named(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name in value:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"expected the name of a header; not {name!r}")
        return value

    @model_validator(mode="after")
    def _agrees(self) -> "Endpoint":
        if self.basic_auth and self.bearer_token:
            raise ValueError("expected basic_auth or bearer_token, not both")
        if any(each in line for line in self._header_lines() for each in "\r\n"):
            raise ValueError("expected one line in each header and in the token")
        if self.url:
            check_version(target_of(self.url).host, self.ip_version)
        return self

    def request(self, url: str = "") -> Request:
        """Return the request for the document at *url*, by default that of the spec."""
        address = url or self.url
        return Request(
            url=address,
            target=target_of(address),
            method="GET",
            headers=self._header_lines(),
            body=None,
            trust=Trust(str(self.ca_file or ""), self.verify),
            max_body=int(self.max_body),
        )

    def _header_lines(self) -> tuple[str, ...]:
        lines = [f"{name}: {value.get_secret_value()}" for name, value in self.headers.items()]
        if self.basic_auth:
            password = self.basic_auth.password.get_secret_value()
            lines.append(basic(self.basic_auth.username, password))
        if self.bearer_token:
            lines.append(f"Authorization: Bearer {self.bearer_token.get_secret_value()}")
        return tuple(lines)
