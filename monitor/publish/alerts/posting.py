"""What channels over HTTP share: their common settings, and one bounded POST per attempt."""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import AfterValidator, Field, SecretStr

from monitor.publish.alerts.answers import translate
from monitor.publish.alerts.spec import ChannelSpec, Seconds
from monitor.publish.deliveries.result import SendReason, SendResult

MAX_ANSWER_BYTES = 2048
EXCERPT_SECONDS = 0.5
# A shorter part of a path is a word such as `send`, not a token.
SHORTEST_TOKEN = 16

Judge = Callable[[httpx.Response], Awaitable[SendResult]]


def check_url(url: SecretStr) -> SecretStr:
    """Return *url* where it is an absolute http or https address; it may hold a token."""
    try:
        parsed = httpx.URL(url.get_secret_value())
    except httpx.InvalidURL:
        raise ValueError("expected an absolute http or https URL") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("expected an absolute http or https URL")
    return url


def check_authorities(path: Path) -> Path:
    """Return *path* where it holds certificates of authorities that can be read."""
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise ValueError(f"no certificates in {path.name}: {reason}") from None
    return path


Url = Annotated[SecretStr, AfterValidator(check_url)]
Authorities = Annotated[Path, AfterValidator(check_authorities)]


class PostingSpec(ChannelSpec):
    """The settings of every channel that posts to one address."""

    url: Url
    timeout: Annotated[Seconds, Field(ge=0.1, le=60)] = 15.0
    ca_file: Authorities | None = None


class Poster:
    """Posts within the deadline; no proxy, no redirect, a fresh connection per attempt."""

    def __init__(
        self,
        spec: PostingSpec,
        tls: ssl.SSLContext,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._timeout = spec.timeout
        self._client = httpx.AsyncClient(
            headers={"user-agent": "availability-monitor", **(headers or {})},
            timeout=spec.timeout,
            trust_env=False,
            verify=tls if spec.ca_file is None else ssl.create_default_context(cafile=spec.ca_file),
            # A kept connection may have died unseen, and alerts are too rare to need one.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(
        self, url: str, body: bytes, judge: Judge, headers: Mapping[str, str] | None = None
    ) -> SendResult:
        """Post *body* once and return what *judge* makes of the answer, or why there is none."""
        sent = {"content-type": "application/json", **(headers or {})}
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream("POST", url, content=body, headers=sent) as response,
            ):
                return await judge(response)
        except TimeoutError:
            detail = f"no answer within {self._timeout:g} s"
            return SendResult.retry(SendReason.TIMEOUT, detail)
        except httpx.HTTPError as error:
            return translate(error)

    async def close(self) -> None:
        await self._client.aclose()


async def excerpt(response: httpx.Response) -> str:
    """Return the beginning of an answer; the rest, however long or slow, is never read."""
    taken = bytearray()
    # The status is known already, so a body that breaks off or drips changes nothing.
    with contextlib.suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(EXCERPT_SECONDS):
            async for chunk in response.aiter_raw():
                taken += chunk
                if len(taken) >= MAX_ANSWER_BYTES:
                    break
    return taken[:MAX_ANSWER_BYTES].decode(errors="replace")


def secret_parts(url: str) -> list[str]:
    """Return what of *url* may be a secret: all of it, its user, password, path and query."""
    parts = urlsplit(url)
    tokens = [each for each in parts.path.split("/") if len(each) >= SHORTEST_TOKEN]
    values = [value for _, value in parse_qsl(parts.query)]
    whole = [url, parts.username or "", parts.password or "", parts.path, parts.query]
    return [*whole, *tokens, *values]
