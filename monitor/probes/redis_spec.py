"""The spec of a redis check: a URL taken apart, and what is written."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field, FilePath, SecretStr, field_validator, model_validator

from monitor.probes.fields import IpVersion, Seconds, Spec
from monitor.probes.http_request import Trust
from monitor.probes.resolver import check_version
from monitor.probes.tls_session import Identity

_EXPECTED = "expected a URL such as redis://user@host:6379/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisTarget:
    """Where a server is, who asks and for which database."""

    host: str
    port: int
    user: str
    database: int
    encrypted: bool


class RedisSpec(Spec):
    """What a redis check connects to, writes and expects."""

    url: str
    password: SecretStr | None = None
    write: bool = True
    key: Annotated[str, Field(min_length=1)] | None = None
    ttl: Annotated[Seconds, Field(ge=1)] = 60
    expect_role: Literal["master", "replica"] | None = None
    degraded_memory: Annotated[float, Field(gt=0, le=1)] | None = None
    ca_file: FilePath | None = None
    verify: bool = True
    client_certificate: FilePath | None = None
    client_key: FilePath | None = None
    ip_version: IpVersion = "any"
    degraded_after: Seconds | None = None

    @model_validator(mode="before")
    @classmethod
    def _move_password(cls, data: Any) -> Any:
        """Take a password out of the URL, which is shown where secrets are not."""
        if not isinstance(data, dict) or not isinstance(data.get("url"), str):
            return data
        head, at, rest = data["url"].rpartition("@")
        scheme, _, login = head.partition("://")
        user, colon, password = login.partition(":")
        if not (at and colon):
            return data
        url = f"{scheme}://{user}@{rest}" if user else f"{scheme}://{rest}"
        return {"password": unquote(password), **data, "url": url}

    @field_validator("url")
    @classmethod
    def _probeable(cls, url: str) -> str:
        target_of(url)
        return url

    @model_validator(mode="after")
    def _agrees(self) -> "RedisSpec":
        check_version(self.target.host, self.ip_version)
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key needs client_certificate")
        if self.target.user and self.password is None:
            raise ValueError("a user in the URL needs a password")
        return self

    @cached_property
    def target(self) -> RedisTarget:
        """The URL taken apart."""
        return target_of(self.url)

    @cached_property
    def identity(self) -> Identity | None:
        """Whom the check trusts and what it shows of itself; None without TLS."""
        if not self.target.encrypted:
            return None
        return Identity(
            trust=Trust(str(self.ca_file or ""), self.verify),
            certificate=str(self.client_certificate or ""),
            key=str(self.client_key or ""),
        )


def target_of(text: str) -> RedisTarget:
    """Return what *text* points at; ValueError says what was expected instead."""
    try:
        parts = urlsplit(text)
        port = parts.port or 6379
    except ValueError:
        raise ValueError(_EXPECTED) from None
    if parts.scheme not in ("redis", "rediss") or not parts.hostname or parts.query:
        raise ValueError(_EXPECTED)
    return RedisTarget(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        database=_database(parts),
        encrypted=parts.scheme == "rediss",
    )


def _database(parts: SplitResult) -> int:
    text = parts.path.strip("/")
    if text and not text.isdigit():
        raise ValueError(_EXPECTED)
    return int(text or 0)
