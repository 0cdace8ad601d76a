"""Types that fetch a document ask as the http probe does: redirects, credentials, certificates."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome
from tests.probes.conftest import Probe, kind_of
from tests.probes.servers import answering, http, serving

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


async def test_a_document_that_moved_is_fetched_where_it_is(probe: Probe) -> None:
    async def moving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        is_new = asked.startswith(b"GET /new ")
        writer.write(http("200 OK", CALENDAR) if is_new else http("301", b"", "Location: /new"))

    async with serving(moving) as port:
        moved = await probe("ics", url=f"http://127.0.0.1:{port}/old")
        strict = await probe("ics", url=f"http://127.0.0.1:{port}/old", follow_redirects=False)

    assert moved.outcome is Outcome.OK
    assert kind_of(strict) is FailureKind.STATUS_UNEXPECTED


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"bearer_token": "t0ken"}, b"Authorization: Bearer t0ken\r\n"),
        ({"basic_auth": {"username": "u", "password": "p"}}, b"Authorization: Basic dTpw\r\n"),
        ({"headers": {"X-Key": "k"}}, b"X-Key: k\r\n"),
    ],
    ids=["token", "password", "header"],
)
async def test_credentials_are_shown(probe: Probe, fields: dict[str, Any], line: bytes) -> None:
    asked: list[bytes] = []

    async def noting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(http("200 OK", CALENDAR))

    async with serving(noting) as port:
        seen = await probe("ics", url=f"http://127.0.0.1:{port}/", **fields)

    assert seen.outcome is Outcome.OK
    assert line in asked[0]


async def test_a_certificate_is_checked_against_the_authority_of_the_check(
    probe: Probe, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)

    async with serving(answering(http("200 OK", CALENDAR)), tls) as port:
        url = f"https://localhost:{port}/"
        unknown = await probe("ics", url=url)
        known = await probe("ics", url=url, ca_file=str(tmp_path / "ca.pem"))

    assert kind_of(unknown) is FailureKind.TLS_UNTRUSTED
    assert known.outcome is Outcome.OK
