"""The spec of a sql check: a SQLAlchemy URL taken apart, a query and a heartbeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import Field, SecretStr, field_validator, model_validator

from monitor.probes.fields import Expectation, IpVersion, Seconds, Spec
from monitor.probes.resolver import check_version
from monitor.probes.sql_deep_spec import TOPICS, SqlLimits, Topic
from monitor.probes.sql_tls_spec import OPTIONS as TLS_OPTIONS
from monitor.probes.sql_tls_spec import identity_of, libpq_identity_of
from monitor.probes.tls_session import Identity

_BACKENDS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}
_PORTS = {"postgresql": 5432, "mysql": 3306, "sqlite": 0}

# What a URL may say beyond host and database; the rest is ours to set.
_OPTIONS = {
    "postgresql": TLS_OPTIONS | {"channel_binding"},
    "mysql": TLS_OPTIONS,
    "sqlite": frozenset[str](),
}


_IDENTITY: Mapping[str, Callable[[Mapping[str, str]], Identity | None]] = {
    "postgresql": libpq_identity_of,
    "mysql": identity_of,
    "sqlite": lambda _: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlTarget:
    """Where a database is and who asks; SQLite has only *database*, its path.

    *identity* is for TLS that is ours to speak. libpq makes its own of the *options*; beside it
    we speak TLS only to find out why it was refused.
    """

    backend: str
    host: str
    port: int
    user: str
    database: str
    options: tuple[tuple[str, str], ...]
    identity: Identity | None


class Heartbeat(Spec):
    """A table of ours with one row that is rolled forward at every probe."""

    table: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")]


class SqlSpec(Spec):
    """What a sql check connects to, asks and writes."""

    url: str
    password: SecretStr | None = None
    query: Annotated[str, Field(min_length=1)] = "SELECT 1"
    expect: Expectation | None = None
    heartbeat: Heartbeat | None = None
    ip_version: IpVersion = "any"
    degraded_after: Seconds | None = None
    deep: bool | tuple[Topic, ...] = False
    deep_every: Annotated[int, Field(ge=1)] = 5
    forecast_over: Seconds = 21_600.0
    keep_session: bool = False
    expect_role: Literal["primary", "replica"] | None = None
    limits: SqlLimits = SqlLimits()

    @model_validator(mode="before")
    @classmethod
    def _move_password(cls, data: Any) -> Any:
        """Take a password out of the URL, which is shown where secrets are not."""
        if not isinstance(data, dict) or not isinstance(data.get("url"), str):
            return data
        try:
            url = sa.make_url(data["url"])
        except (sa.exc.ArgumentError, ValueError):
            return data
        if url.password is None:
            return data
        plain = url._replace(password=None).render_as_string()
        return {"password": url.password, **data, "url": plain}

    @field_validator("url")
    @classmethod
    def _probeable(cls, url: str) -> str:
        target_of(url)
        return url

    @model_validator(mode="after")
    def _agrees(self) -> "SqlSpec":
        check_version(self.target.host, self.ip_version)
        known = TOPICS[self.target.backend]
        strange = set(self.topics) - set(known)
        if strange or (self.deep and not known):
            words = ", ".join(known) or "nothing"
            raise ValueError(f"deep: expected {words} for {self.target.backend}")
        if self.expect_role and Topic.REPLICATION not in self.topics:
            raise ValueError("expect_role: expected deep with replication")
        if self.keep_session and not self.topics:
            raise ValueError("keep_session: expected deep")
        return self

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What a deep look covers, nothing where there is none."""
        if isinstance(self.deep, bool):
            return TOPICS[self.target.backend] if self.deep else ()
        return self.deep

    @cached_property
    def target(self) -> SqlTarget:
        """The URL taken apart."""
        return target_of(self.url)

    @property
    def secret(self) -> str:
        """The password, empty where there is none."""
        return self.password.get_secret_value() if self.password else ""


def target_of(text: str) -> SqlTarget:
    """Return what *text* points at; ValueError says what was expected instead."""
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        # Without the library's message, which repeats the URL and a password in it.
        raise ValueError("expected a URL such as postgresql://user@host:5432/database") from None
    backend = _BACKENDS.get(url.get_backend_name())
    if backend is None:
        raise ValueError(f"expected one of {', '.join(_BACKENDS)}; not {url.get_backend_name()}")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("expected the path of a file: sqlite:///relative or sqlite:////absolute")
    if backend != "sqlite" and not (url.host and url.username):
        raise ValueError("expected a host and a user in the URL")
    unknown = sorted(set(url.query) - _OPTIONS[backend])
    if unknown:
        raise ValueError(f"unknown option in the URL: {unknown[0]}")
    options = {key: str(value) for key, value in url.query.items()}
    return SqlTarget(
        backend=backend,
        host=url.host or "",
        port=url.port or _PORTS[backend],
        user=url.username or "",
        database=url.database or "",
        options=tuple(options.items()),
        identity=_IDENTITY[backend](options),
    )
