"""Proves what leaves through a webhook and what each answer of a real receiver means."""

import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.clock import SystemClock
from monitor.model.delivery import Delivery
from monitor.model.events import Event, EventType
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.webhook import WebhookChannel, WebhookSpec
from monitor.publish.deliveries.result import SendOutcome, SendReason, SendResult
from tests.publish.alerts.loopback import Hang, LoopbackReceiver, answer, listening
from tests.publish.deliveries.fakes import delivery, event

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
LINKS = Links(
    operations_url="http://ops.test",
    public_url="https://status.test",
    runbooks_url="https://wiki.test/runbooks",
)
_OPENED = event(EventType.INCIDENT_OPENED)
OPENED = replace(_OPENED, data={**_OPENED.data, "cause": "network_fault"})
DELIVERY = delivery(EventType.INCIDENT_OPENED)


@pytest.fixture
async def receiver() -> AsyncIterator[LoopbackReceiver]:
    async with listening() as made:
        yield made


async def send(
    receiver: LoopbackReceiver, event: Event = OPENED, delivery: Delivery = DELIVERY, **spec: Any
) -> SendResult:
    made = WebhookSpec(**({"url": receiver.url, "secret": SECRET} | spec))
    channel = WebhookChannel(made, ChannelContext.create(SystemClock(), LINKS))
    try:
        return await channel.send(event, delivery)
    finally:
        await channel.close()


async def test_a_message_is_verified_by_the_official_library(receiver: LoopbackReceiver) -> None:
    result = await send(receiver)

    assert result == SendResult.delivered()
    (request,) = receiver.requests
    assert request.headers["webhook-id"] == DELIVERY.id
    assert request.headers["content-type"] == "application/json"
    body = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert body == {
        "type": "incident.opened",
        "timestamp": "2025-03-01T04:00:01.000000Z",
        "data": {
            "id": "inc_a",
            "status": "open",
            "cause": "network_fault",
            "runbook": "docs/operations/network_fault.md",
            "runbook_url": "https://wiki.test/runbooks/network_fault.md",
            "url": "http://ops.test/incidents/inc_a",
            "public_url": "https://status.test/incidents/inc_a",
        },
    }


async def test_a_message_with_another_secret_is_not_verified(receiver: LoopbackReceiver) -> None:
    await send(receiver)

    (request,) = receiver.requests
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD_SECRET).verify(request.body, dict(request.headers))


async def test_during_a_rotation_both_secrets_verify(receiver: LoopbackReceiver) -> None:
    await send(receiver, previous_secret=OLD_SECRET)

    (request,) = receiver.requests
    for secret in (SECRET, OLD_SECRET):
        Webhook(secret).verify(request.body, dict(request.headers))


async def test_a_raw_secret_signs_with_its_own_bytes(receiver: LoopbackReceiver) -> None:
    await send(receiver, secret="a raw secret of some length")

    (request,) = receiver.requests
    Webhook(b"a raw secret of some length").verify(request.body, dict(request.headers))


async def test_only_incidents_get_addresses_and_the_text_stays_readable(
    receiver: LoopbackReceiver,
) -> None:
    window = Event.of(
        EventType.MAINTENANCE_OVERRUNNING, "win_a", 2, OPENED.at, {"id": "win_a", "note": "账务库"}
    )

    await send(receiver, event=window)

    (request,) = receiver.requests
    assert json.loads(request.body)["data"] == {"id": "win_a", "note": "账务库"}
    assert "账务库".encode() in request.body


async def test_two_attempts_differ_in_nothing_but_time(receiver: LoopbackReceiver) -> None:
    await send(receiver)
    await send(receiver, delivery=replace(DELIVERY, attempts=5))

    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


async def test_own_headers_are_sent_and_no_proxy_of_the_environment_is_used(
    receiver: LoopbackReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    result = await send(receiver, headers={"authorization": "Bearer abcdef"})

    assert result.outcome is SendOutcome.DELIVERED
    assert receiver.requests[0].headers["authorization"] == "Bearer abcdef"


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (200, SendOutcome.DELIVERED, None),
        (299, SendOutcome.DELIVERED, None),
        (301, SendOutcome.RETRY, SendReason.CLIENT_ERROR),
        (304, SendOutcome.RETRY, SendReason.CLIENT_ERROR),
        (400, SendOutcome.PERMANENT, SendReason.CLIENT_ERROR),
        (401, SendOutcome.RETRY, SendReason.AUTH),
        (403, SendOutcome.RETRY, SendReason.AUTH),
        (404, SendOutcome.RETRY, SendReason.CLIENT_ERROR),
        (410, SendOutcome.PERMANENT, SendReason.GONE),
        (413, SendOutcome.PERMANENT, SendReason.CLIENT_ERROR),
        (429, SendOutcome.THROTTLED, SendReason.RATE_LIMITED),
        (500, SendOutcome.RETRY, SendReason.SERVER_ERROR),
        (503, SendOutcome.RETRY, SendReason.SERVER_ERROR),
    ],
)
async def test_every_answer_has_its_meaning(
    receiver: LoopbackReceiver, status: int, outcome: SendOutcome, reason: SendReason | None
) -> None:
    receiver.answers.append(answer(status, location=f"{receiver.url}/elsewhere"))

    result = await send(receiver)

    assert (result.outcome, result.reason) == (outcome, reason)
    assert len(receiver.requests) == 1, "a redirect is not followed"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_receiver_may_ask_for_a_pause_in_seconds(
    receiver: LoopbackReceiver, status: int
) -> None:
    receiver.answers.append(answer(status, retry_after="7"))

    result = await send(receiver)

    assert (result.outcome, result.retry_after_seconds) == (SendOutcome.THROTTLED, 7.0)


async def test_a_receiver_may_ask_for_a_pause_by_date(receiver: LoopbackReceiver) -> None:
    until = datetime.now(UTC) + timedelta(seconds=90)
    receiver.answers.append(answer(503, retry_after=format_datetime(until, usegmt=True)))

    result = await send(receiver)

    assert result.retry_after_seconds == pytest.approx(90, abs=5)


@pytest.mark.parametrize("value", ["soon", "-5", "", "1e9", "Sat, 99 Foo 2025 00:00:00 GMT"])
async def test_a_pause_that_cannot_be_read_is_none(receiver: LoopbackReceiver, value: str) -> None:
    receiver.answers.append(answer(429, retry_after=value))

    result = await send(receiver)

    assert result.retry_after_seconds is None


@pytest.mark.parametrize(
    "hang",
    [Hang(), Hang(b"HTTP/1.1 200 OK\r\nx-drip: "), Hang(b"HTTP/1.1 102 Processing\r\n\r\n")],
    ids=["silence", "half a header", "only interim answers"],
)
async def test_a_receiver_that_hangs_costs_no_more_than_the_timeout(
    receiver: LoopbackReceiver, hang: Hang
) -> None:
    receiver.answers.append(hang)
    started = SystemClock().monotonic()

    result = await send(receiver, timeout="300ms")

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.TIMEOUT)
    assert SystemClock().monotonic() - started < 2.0


async def test_a_status_counts_even_where_the_body_never_ends(receiver: LoopbackReceiver) -> None:
    endless = b"HTTP/1.1 500 Oops\r\ncontent-length: 10000000000\r\n\r\nout of " + b"memory" * 999
    receiver.answers.append(Hang(endless))

    result = await send(receiver)

    assert result.reason is SendReason.SERVER_ERROR
    assert result.detail.startswith("HTTP 500: out of memory")
    assert len(result.detail) < 400


@pytest.mark.parametrize("said", [b"", b"not http at all\r\n\r\n"], ids=["closed", "not http"])
async def test_a_receiver_that_speaks_no_http_is_a_network_failure(
    receiver: LoopbackReceiver, said: bytes
) -> None:
    receiver.answers.append(said)

    result = await send(receiver)

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.NETWORK)


async def test_a_refused_connection_is_a_network_failure_that_says_so() -> None:
    async with listening() as closed:
        pass

    result = await send(closed)

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.NETWORK)
    assert "refused" in result.detail


async def test_a_receiver_with_a_certificate_of_our_authority_is_told(tmp_path: Path) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))

    async with listening(server_tls(authority, "127.0.0.1")) as receiver:
        result = await send(receiver, ca_file=bundle)

    assert result == SendResult.delivered()


@pytest.mark.parametrize(
    ("host", "trusted", "words"),
    [("127.0.0.1", False, "certificate rejected"), ("other.test", True, "certificate rejected")],
    ids=["unknown authority", "wrong host"],
)
async def test_a_certificate_that_does_not_fit_is_refused_with_its_reason(
    tmp_path: Path, host: str, trusted: bool, words: str
) -> None:
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    (authority if trusted else trustme.CA()).cert_pem.write_to_path(str(bundle))

    async with listening(server_tls(authority, host)) as receiver:
        result = await send(receiver, ca_file=bundle)

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.NETWORK)
    assert words in result.detail
    assert receiver.requests == []


def server_tls(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


async def test_no_address_or_secret_comes_back_in_a_detail(receiver: LoopbackReceiver) -> None:
    echo = f"{receiver.url} {SECRET} tok-3n and /hook/token-in-path said\x00 no"
    receiver.answers.append(answer(400, echo.encode()))

    result = await send(receiver, headers={"x-token": "tok-3n"})

    assert result.detail == "HTTP 400: [redacted] [redacted] [redacted] and [redacted] said  no"


async def test_a_refused_or_unreachable_address_is_not_repeated_in_the_detail() -> None:
    async with listening() as closed:
        pass

    result = await send(closed)

    assert "127.0.0.1" not in result.detail
    assert "token-in-path" not in result.detail
