"""Tells a receiver by a signed HTTP POST, as Standard Webhooks 1.0 describes it."""

import json
from typing import Annotated

import httpx
from pydantic import AfterValidator, Field, SecretStr

from monitor.model.codec import format_time
from monitor.model.delivery import Delivery
from monitor.model.events import Event
from monitor.publish.alerts.answers import judge
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.posting import Poster, PostingSpec, excerpt, secret_parts
from monitor.publish.alerts.redaction import Redactor
from monitor.publish.alerts.signing import key_of, signature_headers
from monitor.publish.alerts.spec import reveal
from monitor.publish.deliveries.result import SendResult

OWN_HEADERS = frozenset(
    {"connection", "content-length", "content-type", "host", "transfer-encoding"}
)


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


Secret = Annotated[SecretStr, AfterValidator(check_secret)]


class WebhookSpec(PostingSpec):
    """A receiver of Standard Webhooks; while *previous_secret* is set, both sign."""

    secret: Secret
    previous_secret: Secret | None = None
    headers: Annotated[dict[str, SecretStr], AfterValidator(check_headers)] = Field(
        default_factory=dict
    )


class WebhookChannel:
    """Sends to one webhook receiver."""

    def __init__(self, spec: WebhookSpec, context: ChannelContext) -> None:
        self._url = reveal(spec.url)
        self._clock = context.clock
        self._links = context.links
        secrets = [reveal(spec.secret), reveal(spec.previous_secret)]
        self._keys = [key_of(each) for each in secrets if each]
        headers = {name: reveal(value) for name, value in spec.headers.items()}
        self._redact = Redactor([*secret_parts(self._url), *secrets, *headers.values()])
        self._poster = Poster(spec, context.tls, headers)

    async def send(self, event: Event, delivery: Delivery) -> SendResult:
        """Send *event* once under the id of *delivery*."""
        body = encode(event, self._links)
        timestamp = int(self._clock.now().timestamp())
        headers = signature_headers(delivery.id, timestamp, body, self._keys)
        return await self._poster.post(self._url, body, self._judge, headers)

    async def close(self) -> None:
        await self._poster.close()

    async def _judge(self, response: httpx.Response) -> SendResult:
        said = "" if response.is_success else await excerpt(response)
        return judge(response.status_code, response.headers, self._redact(said), self._clock.now())


def encode(event: Event, links: Links) -> bytes:
    """Return the body of a webhook; the same event gives the same bytes on every attempt."""
    body = {
        "type": event.type.value,
        "timestamp": format_time(event.at),
        "data": links.event_data(event),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
