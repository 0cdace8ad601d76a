"""Tells a receiver by a signed HTTP POST, as Standard Webhooks 1.0 describes it."""

import asyncio
import contextlib
import json
import ssl
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field, SecretStr

from monitor.model.codec import format_time
from monitor.model.delivery import Delivery
from monitor.model.events import Event
from monitor.publish.alerts.answers import judge, translate
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.redaction import Redactor
from monitor.publish.alerts.signing import key_of, signature_headers
from monitor.publish.alerts.spec import ChannelSpec, Seconds, reveal
from monitor.publish.deliveries.result import SendReason, SendResult

MAX_ANSWER_BYTES = 2048
EXCERPT_SECONDS = 0.5
OWN_HEADERS = frozenset(
    {"connection", "content-length", "content-type", "host", "transfer-encoding"}
)


def check_url(url: SecretStr) -> SecretStr:
    """Return *url* where it is an absolute http or https address; it may hold a token."""
    try:
        parsed = httpx.URL(url.get_secret_value())
    except httpx.InvalidURL:
        raise ValueError("expected an absolute http or https URL") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ValueError("expected an absolute http or https URL")
    return url


def check_secret(secret: SecretStr) -> SecretStr:
    key_of(secret.get_secret_value())
    return secret


def check_headers(headers: dict[str, SecretStr]) -> dict[str, SecretStr]:
    """Return *headers* where none is one that the channel sets itself."""
    for name, value in headers.items():
        if name.lower() in OWN_HEADERS or name.lower().startswith("webhook-"):
            raise ValueError(f"header {name} is set by the monitor")
        text = name + value.get_secret_value()
        if not (text.isascii() and text.isprintable()):
            raise ValueError(f"header {name!r} is not printable ASCII")
    return headers


def check_authorities(path: Path) -> Path:
    """Return *path* where it holds certificates of authorities that can be read."""
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error.strerror
        raise ValueError(f"no certificates in {path.name}: {reason}") from None
    return path


Secret = Annotated[SecretStr, AfterValidator(check_secret)]


class WebhookSpec(ChannelSpec):
    """A receiver of Standard Webhooks; while *previous_secret* is set, both sign."""

    url: Annotated[SecretStr, AfterValidator(check_url)]
    secret: Secret
    previous_secret: Secret | None = None
    headers: Annotated[dict[str, SecretStr], AfterValidator(check_headers)] = Field(
        default_factory=dict
    )
    timeout: Annotated[Seconds, Field(ge=0.1, le=60)] = 15.0
    ca_file: Annotated[Path, AfterValidator(check_authorities)] | None = None


class WebhookChannel:
    """Sends to one webhook receiver; no proxy, no redirect, a fresh connection per attempt."""

    def __init__(self, spec: WebhookSpec, context: ChannelContext) -> None:
        self._url = reveal(spec.url)
        self._timeout = spec.timeout
        self._clock = context.clock
        self._links = context.links
        secrets = [reveal(spec.secret), reveal(spec.previous_secret)]
        self._keys = [key_of(each) for each in secrets if each]
        headers = {name: reveal(value) for name, value in spec.headers.items()}
        self._redact = Redactor([*_parts(self._url), *secrets, *headers.values()])
        self._client = httpx.AsyncClient(
            headers={"user-agent": "availability-monitor", **headers},
            timeout=spec.timeout,
            trust_env=False,
            verify=context.tls if spec.ca_file is None else _trusting(spec.ca_file),
            # A kept connection may have died unseen, and alerts are too rare to need one.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def send(self, event: Event, delivery: Delivery) -> SendResult:
        """Send *event* once under the id of *delivery*."""
        body = encode(event, self._links)
        timestamp = int(self._clock.now().timestamp())
        headers = signature_headers(delivery.id, timestamp, body, self._keys)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(body, headers)
        except TimeoutError:
            detail = f"no answer within {self._timeout:g} s"
            return SendResult.retry(SendReason.TIMEOUT, detail)
        except httpx.HTTPError as error:
            return translate(error)

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, body: bytes, headers: dict[str, str]) -> SendResult:
        headers = {"content-type": "application/json", **headers}
        async with self._client.stream(
            "POST", self._url, content=body, headers=headers
        ) as response:
            excerpt = "" if response.is_success else await _excerpt(response)
            return judge(
                response.status_code, response.headers, self._redact(excerpt), self._clock.now()
            )


def encode(event: Event, links: Links) -> bytes:
    """Return the body of a webhook; the same event gives the same bytes on every attempt."""
    body = {
        "type": event.type.value,
        "timestamp": format_time(event.at),
        "data": links.event_data(event),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


async def _excerpt(response: httpx.Response) -> str:
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


def _parts(url: str) -> list[str]:
    """Return what of *url* may be a secret: all of it, its user, password, path and query."""
    parts = urlsplit(url)
    return [url, parts.username or "", parts.password or "", parts.path, parts.query]


def _trusting(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file)
