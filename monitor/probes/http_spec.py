"""The spec of an http check: every option with its default, compiled when it is loaded."""

import re
from functools import cached_property
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ByteSize,
    Field,
    FilePath,
    PlainSerializer,
    SecretStr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from monitor.model.signals import SignalKind
from monitor.probes.fields import Expectation, IpVersion, JsonPath, Seconds, Spec
from monitor.probes.http_request import Request, Target, Trust, ascii_url, basic, target_of
from monitor.probes.resolver import check_version

# The figures of its own load that an endpoint may report in its JSON body.
REPORTED = frozenset(
    {
        SignalKind.IN_FLIGHT,
        SignalKind.QUEUE_DEPTH,
        SignalKind.SATURATION_RATIO,
        SignalKind.SHED_RATIO,
        SignalKind.REQUEST_RATE,
        SignalKind.CONNECTIONS_USED_RATIO,
        SignalKind.LOCK_WAITERS,
    }
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CODES = re.compile(r"([1-5]\d\d)(?:-([1-5]\d\d))?")


def _codes(value: object) -> object:
    if isinstance(value, tuple):
        return value
    text = str(value).lower()
    if re.fullmatch(r"[1-5]xx", text):
        return (int(text[0]) * 100, int(text[0]) * 100 + 99)
    match = _CODES.fullmatch(text)
    if match is None:
        raise ValueError("expected a status such as 200, a range such as 200-299, or 2xx")
    return (int(match[1]), int(match[2] or match[1]))


Codes = Annotated[
    tuple[int, int],
    BeforeValidator(_codes),
    PlainSerializer(lambda pair: f"{pair[0]}-{pair[1]}", return_type=str),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


class BasicAuth(Spec):
    """A user and a password for basic authentication."""

    username: str
    password: SecretStr


class HttpSpec(Spec):
    """What an http check asks and what it expects."""

    url: str
    method: Annotated[str, Field(pattern=r"^[A-Z]+$")] = "GET"
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    body: SecretStr | None = None
    basic_auth: BasicAuth | None = None
    bearer_token: SecretStr | None = None
    ca_file: FilePath | None = None
    verify: bool = True
    ip_version: IpVersion = "any"
    follow_redirects: bool = True
    max_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    allow_downgrade: bool = False
    max_body: Annotated[ByteSize, Field(gt=0)] = ByteSize(1024 * 1024)
    expect_status: Annotated[tuple[Codes, ...], BeforeValidator(_listed)] = ((200, 299),)
    expect_headers: dict[str, re.Pattern[str]] = Field(default_factory=dict)
    expect_body: re.Pattern[str] | None = None
    reject_body: re.Pattern[str] | None = None
    expect_json: dict[JsonPath, Expectation] = Field(default_factory=dict)
    degraded_after: Seconds | None = None
    signals: dict[SignalKind, JsonPath] = Field(default_factory=dict)
    provider_code: JsonPath | None = None
    provider_ok: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()

    @field_validator("url")
    @classmethod
    def _probeable(cls, url: str) -> str:
        target_of(url)
        if "@" in url.split("/", 3)[2]:
            raise ValueError("expected no user in the URL: use basic_auth")
        return url

    @field_validator("provider_ok", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        # YAML reads a provider's code 10000 as a number.
        return tuple(str(each) for each in value) if isinstance(value, list | tuple) else value

    @field_validator("signals")
    @classmethod
    def _reported(cls, value: dict[SignalKind, Any]) -> dict[SignalKind, Any]:
        unknown = sorted(set(value) - REPORTED)
        if unknown:
            raise ValueError(f"expected one of {', '.join(sorted(REPORTED))}; not {unknown[0]}")
        return value

    @field_validator("headers")
    @classmethod
    def _named(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name in value:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"expected the name of a header; not {name!r}")
        return value

    @model_validator(mode="after")
    def _agrees(self) -> "HttpSpec":
        check_version(self.target.host, self.ip_version)
        if self.basic_auth and self.bearer_token:
            raise ValueError("expected basic_auth or bearer_token, not both")
        if self.provider_ok and self.provider_code is None:
            raise ValueError("provider_ok needs provider_code, the JSONPath of the code")
        if any(each in line for line in self.request.headers for each in "\r\n"):
            raise ValueError("expected one line in each header and in the token")
        return self

    @cached_property
    def target(self) -> Target:
        """The origin that the first request goes to."""
        return target_of(self.url)

    @cached_property
    def request(self) -> Request:
        """The first request; redirects derive from it."""
        return Request(
            url=ascii_url(self.url),
            target=self.target,
            method=self.method,
            headers=tuple(_header_lines(self)),
            body=_body(self),
            trust=Trust(str(self.ca_file or ""), self.verify),
            max_body=int(self.max_body),
        )

    @cached_property
    def wants_json(self) -> bool:
        """Whether anything is read from a JSON body of a good answer."""
        return bool(self.expect_json or self.signals or self.provider_code)

    def expects(self, status: int) -> bool:
        """Say whether *status* is one of those expected."""
        return any(low <= status <= high for low, high in self.expect_status)


def _body(spec: HttpSpec) -> bytes | None:
    if spec.body is not None:
        return spec.body.get_secret_value().encode()
    # Without a body these methods still say that its length is 0.
    return b"" if spec.method in {"POST", "PUT", "PATCH"} else None


def _header_lines(spec: HttpSpec) -> list[str]:
    lines = [f"{name}: {value.get_secret_value()}" for name, value in spec.headers.items()]
    if spec.basic_auth:
        lines.append(basic(spec.basic_auth.username, spec.basic_auth.password.get_secret_value()))
    if spec.bearer_token:
        lines.append(f"Authorization: Bearer {spec.bearer_token.get_secret_value()}")
    if _body(spec) is not None:
        lines.append("Expect:")
        if "content-type" not in {name.lower() for name in spec.headers}:
            # Without this line libcurl would claim that the body is a form.
            lines.append("Content-Type:")
    return lines
