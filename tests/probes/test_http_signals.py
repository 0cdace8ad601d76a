"""The facts in an answer become typed signals, whatever the verdict on it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from monitor.model.observation import Observation, Outcome
from monitor.model.signals import SignalKind
from monitor.probes.http_headers import clock_offset_seconds, parse, retry_after_seconds
from tests.probes.conftest import Probe
from tests.probes.servers import answering, http, serving

_JSON = "Content-Type: application/json"
_HTML = "Content-Type: text/html; charset=utf-8"
NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


async def _answered(probe: Probe, answer: bytes, **fields: Any) -> Observation:
    async with serving(answering(answer)) as port:
        return await probe("http", url=f"http://127.0.0.1:{port}/", **fields)


async def test_the_load_an_endpoint_reports_is_kept_even_on_503(probe: Probe) -> None:
    body = b'{"saturation": 0.97, "queue": {"depth": 40}, "shed": "no number"}'
    observation = await _answered(
        probe,
        http("503 Service Unavailable", body, _JSON),
        signals={
            "saturation_ratio": "$.saturation",
            "queue_depth": "$.queue.depth",
            "shed_ratio": "$.shed",
            "in_flight": "$.absent",
        },
    )

    assert observation.outcome is Outcome.FAILED
    assert observation.signal(SignalKind.HTTP_STATUS) == 503
    assert observation.signal(SignalKind.SATURATION_RATIO) == 0.97
    assert observation.signal(SignalKind.QUEUE_DEPTH) == 40
    assert observation.signal(SignalKind.SHED_RATIO) is None
    assert observation.signal(SignalKind.IN_FLIGHT) is None


@pytest.mark.parametrize("text", [b"NaN", b"1e999", b"true", b"[1]", b'"full"'])
async def test_a_load_that_is_no_number_is_no_signal(probe: Probe, text: bytes) -> None:
    body = b'{"saturation": ' + text + b"}"
    observation = await _answered(
        probe, http("200 OK", body, _JSON), signals={"saturation_ratio": "$.saturation"}
    )

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.SATURATION_RATIO) is None


async def test_what_a_target_says_is_kept_within_bounds(probe: Probe) -> None:
    body = b'{"code": "' + b"x" * 100_000 + b'"}'
    observation = await _answered(probe, http("500 Oops", body, _JSON))

    assert observation.signal(SignalKind.PROVIDER_CODE) == "x" * 64


MARKS: dict[str, tuple[bytes, SignalKind, object]] = {
    "503 with Retry-After and not a word": (
        http("503 Service Unavailable", b"", "Retry-After: 3600"),
        SignalKind.MAINTENANCE_MARKER,
        None,
    ),
    "503 with Retry-After on a page of its own": (
        http("503 Service Unavailable", b"<title>Maintenance</title>", "Retry-After: 3600"),
        SignalKind.MAINTENANCE_MARKER,
        "title",
    ),
    "a page titled maintenance": (
        http("200 OK", "<html><title>系统升级维护</title></html>".encode(), _HTML),
        SignalKind.MAINTENANCE_MARKER,
        "title",
    ),
    "an error that speaks of maintenance": (
        http("500 Oops", b'{"message": "Down for Maintenance"}', _JSON),
        SignalKind.MAINTENANCE_MARKER,
        "body",
    ),
    "maintenance in ordinary text": (
        http("200 OK", b"<title>Shop</title><p>low-maintenance plants</p>", _HTML),
        SignalKind.MAINTENANCE_MARKER,
        None,
    ),
    "503 without a word": (
        http("503 Service Unavailable"),
        SignalKind.MAINTENANCE_MARKER,
        None,
    ),
    "a challenge of Cloudflare": (
        http("403 Forbidden", b"", "cf-mitigated: challenge"),
        SignalKind.WAF_MARKER,
        "cloudflare",
    ),
    "a challenge page of Cloudflare": (
        http("403 Forbidden", b"<script>window._cf_chl_opt={}</script>", _HTML),
        SignalKind.WAF_MARKER,
        "cloudflare",
    ),
    "a block of Huawei": (
        http("418 Teapot", b"", "Set-Cookie: HWWAFSESID=1; path=/"),
        SignalKind.WAF_MARKER,
        "huawei",
    ),
    "a block of Aliyun": (
        http("405 Not Allowed", b'<a href="https://errors.aliyun.com/x">', _HTML),
        SignalKind.WAF_MARKER,
        "aliyun",
    ),
    "a plain 403": (http("403 Forbidden", b"no"), SignalKind.WAF_MARKER, None),
    "an error code": (
        http("500 Oops", b'{"code": "SYSTEM_ERROR"}', _JSON),
        SignalKind.PROVIDER_CODE,
        "SYSTEM_ERROR",
    ),
    "a nested error code": (
        http("429 Slow Down", b'{"error": {"code": 1302}}', _JSON),
        SignalKind.PROVIDER_CODE,
        "1302",
    ),
    "no code of a good answer": (
        http("200 OK", b'{"code": "0"}', _JSON),
        SignalKind.PROVIDER_CODE,
        None,
    ),
}


@pytest.mark.parametrize("mark", MARKS)
async def test_a_mark_is_seen_and_never_imagined(probe: Probe, mark: str) -> None:
    answer, kind, value = MARKS[mark]

    assert (await _answered(probe, answer)).signal(kind) == value


async def test_the_providers_code_is_read_where_the_check_says(probe: Probe) -> None:
    answer = http("200 OK", b'{"pay_response": {"code": 10000}}', _JSON)
    observation = await _answered(probe, answer, provider_code="$.pay_response.code")

    assert observation.signal(SignalKind.PROVIDER_CODE) == "10000"


async def test_the_clock_of_a_server_is_compared_with_ours(probe: Probe) -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    observation = await _answered(probe, http("200 OK", b"", f"Date: {ahead}"))

    offset = observation.signal(SignalKind.SERVER_CLOCK_OFFSET_SECONDS)
    assert isinstance(offset, float)
    assert 3590 < offset <= 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 01 Mar 2026 05:00:00 GMT", 3600.0),
        ("Sun, 01 Mar 2026 03:00:00 GMT", 0.0),
        ("soon", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": text}, NOW) == seconds


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("Sun, 01 Mar 2026 04:00:00 GMT", 0.0),
        ("Sun, 01 Mar 2026 03:59:59 GMT", 0.0),
        ("Sun, 01 Mar 2026 03:59:50 GMT", -9.0),
        ("Sun, 01 Mar 2026 04:00:30 GMT", 30.0),
        ("no date", None),
    ],
)
def test_a_clock_offset_allows_for_whole_seconds(text: str, offset: float | None) -> None:
    assert clock_offset_seconds({"date": text}, NOW) == offset


def test_the_headers_after_an_interim_answer_are_the_answers() -> None:
    lines = [
        b"HTTP/1.1 103 Early Hints\r\n",
        b"Link: </a>\r\n",
        b"\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"Vary: a\r\n",
        b"Vary: b\r\n",
        b"\r\n",
    ]

    assert parse(lines) == {"vary": "a, b"}
