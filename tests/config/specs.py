"""Small specs of probes and channels, as the other rooms would hand them over."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from monitor.config import load
from monitor.model.configuration import Configuration


class Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Body(Spec):
    regex: str = ""
    max_bytes: int = Field(default=1_048_576, ge=1)


class PageSpec(Spec):
    """A page that is fetched."""

    url: str
    method: Literal["GET", "HEAD"] = "GET"
    statuses: tuple[int, ...] = (200,)
    body: Body = Body()
    password: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _has_scheme(cls, url: str) -> str:
        if "://" not in url:
            message = f"no scheme in {url}"
            raise ValueError(message)
        return url


class SocketSpec(Spec):
    """A port that is connected to."""

    host: str
    port: int = Field(ge=1, le=65_535)
    verify: bool = True


class HookSpec(Spec):
    """A webhook."""

    url: str
    secret: SecretStr

    @field_validator("secret")
    @classmethod
    def _is_long(cls, secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        if len(text) < 8:
            message = f"{text!r} is too short for a secret"
            raise ValueError(message)
        return secret


PROBES: dict[str, type[BaseModel]] = {"page": PageSpec, "socket": SocketSpec}
CHANNELS: dict[str, type[BaseModel]] = {"hook": HookSpec}
ENVIRONMENT = {"HOST": "127.0.0.3", "PORT": "8081", "SWITCH": "no", "EMPTY": "", "WORDS": "a: b"}


def load_with(path: Path, **environment: str) -> Configuration:
    """Load with the specs above."""
    return load(
        path,
        probe_specs=PROBES,
        channel_specs=CHANNELS,
        environment=ENVIRONMENT | environment,
        locales=("zh-CN", "en"),
    )
