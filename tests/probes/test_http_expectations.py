"""What an http check expects of an answer, and what it sends."""

import asyncio
from typing import Any

import pytest

from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import Probe
from tests.probes.servers import OK, Handler, answering, http, serving

_JSON = "Content-Type: application/json"
_BODY = b'{"status": "ok", "balance": 12.5, "items": [1, 2], "flag": true, "none": null}'

EXPECTATIONS: dict[str, tuple[dict[str, Any], FailureKind | None]] = {
    "status in a list": ({"expect_status": [204, "2xx"]}, None),
    "one status": ({"expect_status": 200}, None),
    "status not in the list": (
        {"expect_status": [204, "300-399"]},
        FailureKind.STATUS_UNEXPECTED,
    ),
    "header matches": ({"expect_headers": {"Content-Type": "json$"}}, None),
    "header differs": (
        {"expect_headers": {"content-type": "^text/"}},
        FailureKind.HEADER_UNEXPECTED,
    ),
    "header is absent": ({"expect_headers": {"X-Build": "."}}, FailureKind.HEADER_UNEXPECTED),
    "body contains": ({"expect_body": '"status":'}, None),
    "body lacks": ({"expect_body": "welcome"}, FailureKind.BODY_UNEXPECTED),
    "body is free of": ({"reject_body": "(?i)exception"}, None),
    "body has what it must not": ({"reject_body": "balance"}, FailureKind.BODY_UNEXPECTED),
    "value equals": ({"expect_json": {"$.status": "ok", "$.balance": 12.5}}, None),
    "value differs": ({"expect_json": {"$.status": "down"}}, FailureKind.VALUE_UNEXPECTED),
    "boolean equals": ({"expect_json": {"$.flag": True}}, None),
    "null equals": ({"expect_json": {"$.none": None}}, None),
    "value is within bounds": (
        {"expect_json": {"$.balance": {"above": 12, "at_most": 12.5}}},
        None,
    ),
    "value is out of bounds": (
        {"expect_json": {"$.balance": {"below": 10}}},
        FailureKind.VALUE_UNEXPECTED,
    ),
    "value is no number": (
        {"expect_json": {"$.status": {"at_least": 1}}},
        FailureKind.VALUE_UNEXPECTED,
    ),
    "value matches": ({"expect_json": {"$.status": {"matches": "^o"}}}, None),
    "value is another": ({"expect_json": {"$.status": {"not_equals": "down"}}}, None),
    "path exists": ({"expect_json": {"$.items[1]": {"exists": True}}}, None),
    "path is missing": ({"expect_json": {"$.total": 1}}, FailureKind.CONTRACT_BROKEN),
    "path must not exist": (
        {"expect_json": {"$.items": {"exists": False}}},
        FailureKind.CONTRACT_BROKEN,
    ),
    "provider says fine": (
        {"provider_code": "$.status", "provider_ok": ["ok"]},
        None,
    ),
    "provider says no": (
        {"provider_code": "$.status", "provider_ok": [10000]},
        FailureKind.PROVIDER_ERROR,
    ),
}


@pytest.mark.parametrize("case", EXPECTATIONS)
async def test_an_answer_is_compared_with_what_is_expected(probe: Probe, case: str) -> None:
    fields, kind = EXPECTATIONS[case]
    async with serving(answering(http("200 OK", _BODY, _JSON))) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/", **fields)

    assert (observation.failure and observation.failure.kind) == kind
    assert observation.outcome is (Outcome.FAILED if kind else Outcome.OK)


async def test_a_wrong_status_fails_at_the_protocol_and_a_wrong_body_at_the_meaning(
    probe: Probe,
) -> None:
    async with serving(answering(OK)) as port:
        url = f"http://127.0.0.1:{port}/"
        status = await probe("http", url=url, expect_status=404)
        body = await probe("http", url=url, expect_body="welcome")

    assert status.stage is Stage.PROTOCOL
    assert body.stage is Stage.SEMANTIC


async def test_a_body_that_is_no_json_breaks_the_contract(probe: Probe) -> None:
    async with serving(answering(OK)) as port:
        url = f"http://127.0.0.1:{port}/"
        observation = await probe("http", url=url, expect_json={"$.status": "ok"})

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.CONTRACT_BROKEN
    assert observation.signal(SignalKind.CONTRACT_VIOLATION) == "body"


async def test_a_body_of_the_bound_passes_and_one_byte_more_does_not(probe: Probe) -> None:
    async with serving(answering(http("200 OK", b"x" * 1024))) as port:
        url = f"http://127.0.0.1:{port}/"
        exact = await probe("http", url=url, max_body=1024)
        larger = await probe("http", url=url, max_body=1023)

    assert exact.outcome is Outcome.OK
    assert larger.failure is not None
    assert larger.failure.kind is FailureKind.BODY_TOO_LARGE


def _recording(requests: list[bytes]) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")),
            0,
        )
        requests.append(head + await reader.readexactly(length))
        writer.write(OK)

    return handle


async def test_method_headers_body_and_token_are_sent(probe: Probe) -> None:
    requests: list[bytes] = []
    async with serving(_recording(requests)) as port:
        await probe(
            "http",
            url=f"http://localhost:{port}/pay?dry=1",
            method="POST",
            headers={"X-Channel": "probe"},
            body='{"amount": 1}',
            bearer_token="secret-token",
        )

    head, _, body = requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /pay?dry=1 HTTP/1.1"
    assert f"Host: localhost:{port}" in lines
    assert "X-Channel: probe" in lines
    assert "Authorization: Bearer secret-token" in lines
    assert not [line for line in lines if line.startswith(("Content-Type", "Expect"))]
    assert body == b'{"amount": 1}'


async def test_basic_authentication_is_sent_at_once(probe: Probe) -> None:
    requests: list[bytes] = []
    async with serving(_recording(requests)) as port:
        auth = {"username": "probe", "password": "geheim"}
        await probe("http", url=f"http://127.0.0.1:{port}/", basic_auth=auth)

    assert b"\r\nAuthorization: Basic cHJvYmU6Z2VoZWlt\r\n" in requests[0]


async def test_text_beyond_ascii_is_sent_as_utf_8(probe: Probe) -> None:
    requests: list[bytes] = []
    async with serving(_recording(requests)) as port:
        url = f"http://127.0.0.1:{port}/收银台"
        await probe("http", url=url, method="POST", headers={"X-Name": "探测"}, body="好")

    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /%E6%94%B6%E9%93%B6%E5%8F%B0 HTTP/1.1")
    assert "X-Name: 探测".encode() in head
    assert body.decode() == "好"


async def test_a_post_without_a_body_says_that_it_is_empty(probe: Probe) -> None:
    requests: list[bytes] = []
    async with serving(_recording(requests)) as port:
        await probe("http", url=f"http://127.0.0.1:{port}/", method="POST")

    assert b"\r\nContent-Length: 0\r\n" in requests[0]
    assert b"Content-Type" not in requests[0]


async def test_head_asks_for_no_body(probe: Probe) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    async with serving(answering(answer)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/", method="HEAD")

    assert observation.outcome is Outcome.OK


async def test_a_body_in_another_charset_is_understood(probe: Probe) -> None:
    page = http("200 OK", "收银台".encode("gbk"), "Content-Type: text/html; charset=GBK")
    async with serving(answering(page)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/", expect_body="收银台")

    assert observation.outcome is Outcome.OK


@pytest.mark.parametrize("charset", ["no-such", "idna", "undefined", "rot13", '"utf-8"'])
async def test_a_charset_that_is_none_is_read_as_utf_8(probe: Probe, charset: str) -> None:
    page = http("200 OK", b"fine", f"Content-Type: text/html; charset={charset}")
    async with serving(answering(page)) as port:
        observation = await probe("http", url=f"http://127.0.0.1:{port}/", expect_body="^fine$")

    assert observation.outcome is Outcome.OK
