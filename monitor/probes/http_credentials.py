"""Who asks: headers, a user and a password, a token, or a client that is given tokens."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.probes.fields import Seconds, Spec
from monitor.probes.http_request import basic, checked_url

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class BasicAuth(Spec):
    """A user and a password for basic authentication."""

    username: str
    password: SecretStr


class Credentials(Spec):
    """What a request shows of us in its headers."""

    headers: dict[str, SecretStr] = Field(default_factory=dict)
    basic_auth: BasicAuth | None = None
    bearer_token: SecretStr | None = None

    @field_validator("headers")
    @classmethod
    def _named(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for name in value:
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"expected the name of a header; not {name!r}")
        return value

    @model_validator(mode="after")
    def _fit_into_headers(self) -> Self:
        if self.basic_auth and self.bearer_token:
            raise ValueError("expected basic_auth or bearer_token, not both")
        if any(each in line for line in self.header_lines() for each in "\r\n"):
            raise ValueError("expected one line in each header and in the token")
        return self

    def header_lines(self) -> Iterator[str]:
        """Yield the finished lines."""
        for name, value in self.headers.items():
            yield f"{name}: {value.get_secret_value()}"
        if self.basic_auth:
            yield basic(self.basic_auth.username, self.basic_auth.password.get_secret_value())
        if self.bearer_token:
            yield bearer(self.bearer_token.get_secret_value())


def bearer(token: str) -> str:
    """Return the Authorization line of a token."""
    return f"Authorization: Bearer {token}"


class OAuth2(Spec):
    """A client of an OAuth 2 server: where its tokens come from, and how they are asked for.

    *parameters* are further fields of the form, such as `audience`, or what another *grant_type*
    needs. A token is renewed *renew_before* its end.
    """

    token_url: str
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr
    client_in: Literal["header", "body"] = "header"
    grant_type: Annotated[str, Field(min_length=1)] = "client_credentials"
    scope: str = ""
    parameters: dict[str, SecretStr] = Field(default_factory=dict)
    renew_before: Seconds = 30.0

    @field_validator("token_url")
    @classmethod
    def _reachable(cls, url: str) -> str:
        return checked_url(url)


class Spare(Credentials):
    """A second credential, tried once when the first is refused: it tells whose fault that is.

    *client_id* and *client_secret* are those of a second client of the same OAuth 2 server.
    """

    client_id: str = ""
    client_secret: SecretStr | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if bool(self.client_id) is not (self.client_secret is not None):
            raise ValueError("expected client_id and client_secret together")
        if not self.client_id and not any(self.header_lines()):
            raise ValueError("expected headers, basic_auth, bearer_token, or client_id")
        return self
