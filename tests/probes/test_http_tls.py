"""Every way in which TLS fails has a kind of its own, with OpenSSL's code as evidence."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.servers import OK, answering, resetting, serving, shaking_hands, silent

_YESTERDAY = datetime.now(UTC) - timedelta(days=1)
_TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def _server(authority: trustme.CA, name: str = "localhost", **dates: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **dates).configure_cert(context)
    return context


async def test_a_trusted_server_is_ok_and_its_handshake_is_timed(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    async with serving(answering(OK), _server(authority)) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.outcome is Outcome.OK
    assert observation.phases[Phase.TLS] > 0


CERTIFICATES: dict[str, tuple[str, dict[str, datetime], FailureKind, int]] = {
    "expired": ("localhost", {"not_after": _YESTERDAY}, FailureKind.TLS_EXPIRED, 10),
    "not yet valid": ("localhost", {"not_before": _TOMORROW}, FailureKind.TLS_NOT_YET_VALID, 9),
    "of another host": ("other.test", {}, FailureKind.TLS_WRONG_HOST, 62),
}


@pytest.mark.parametrize("fault", CERTIFICATES)
async def test_a_broken_certificate_is_told_apart(
    probe: Probe, authority: trustme.CA, ca_file: str, fault: str
) -> None:
    name, dates, kind, code = CERTIFICATES[fault]
    async with serving(answering(OK), _server(authority, name, **dates)) as port:
        observation = await probe(
            "http", timeout=2, url=f"https://localhost:{port}/", ca_file=ca_file
        )

    assert observation.failure is not None
    assert (observation.failure.kind, observation.stage) == (kind, Stage.TLS)
    assert observation.signal(SignalKind.TLS_VERIFY_CODE) == code
    assert observation.duration_seconds < LONG_SECONDS


async def test_an_unknown_authority_is_untrusted(probe: Probe, ca_file: str) -> None:
    async with serving(answering(OK), _server(trustme.CA())) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.TLS_UNTRUSTED
    assert observation.signal(SignalKind.TLS_VERIFY_CODE) in {18, 19, 20, 21}


async def test_nobody_is_asked_for_trust_where_the_check_says_so(probe: Probe) -> None:
    async with serving(answering(OK), _server(trustme.CA(), "other.test")) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", verify=False)

    assert observation.outcome is Outcome.OK


async def test_plaintext_on_the_tls_port_is_seen(probe: Probe, ca_file: str) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async with serving(plain) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.TLS_PLAINTEXT
    assert observation.stage is Stage.TLS
    assert observation.signal(SignalKind.TLS_REASON)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_missing_client_certificate_is_seen(
    probe: Probe, authority: trustme.CA, ca_file: str, version: ssl.TLSVersion
) -> None:
    context = _server(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    authority.configure_trust(context)
    with shaking_hands(context) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.failure is not None
    assert (
        observation.failure.kind
        in {
            # TLS 1.2 has only the general alert for it.
            ssl.TLSVersion.TLSv1_2: {FailureKind.TLS_HANDSHAKE},
            ssl.TLSVersion.TLSv1_3: {FailureKind.TLS_CLIENT_CERTIFICATE},
        }[version]
    )
    assert observation.signal(SignalKind.TLS_REASON)


async def test_a_silent_tls_port_is_a_timeout_of_the_handshake(probe: Probe, ca_file: str) -> None:
    async with serving(silent) as port:
        observation = await probe(
            "http", timeout=0.4, url=f"https://localhost:{port}/", ca_file=ca_file
        )

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.RESPONSE_TIMEOUT
    assert observation.stage is Stage.TLS
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_connection_that_breaks_after_the_handshake_is_no_fault_of_tls(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    async with serving(resetting, _server(authority)) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert observation.failure is not None
    assert observation.failure.kind in {FailureKind.RESPONSE_RESET, FailureKind.RESPONSE_CLOSED}
    assert observation.stage is Stage.PROTOCOL


async def test_a_ca_file_without_a_certificate_is_our_own_fault(
    probe: Probe, authority: trustme.CA, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    async with serving(answering(OK), _server(authority)) as port:
        observation = await probe("http", url=f"https://localhost:{port}/", ca_file=str(empty))

    assert observation.failure is not None
    assert observation.failure.kind is FailureKind.LOCAL_RESOURCE


async def test_two_authorities_are_used_at_the_same_time(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    other = trustme.CA()
    other_file = tmp_path / "other.pem"
    other.cert_pem.write_to_path(str(other_file))
    async with (
        serving(answering(OK), _server(authority)) as first,
        serving(answering(OK), _server(other)) as second,
    ):
        seen = await asyncio.gather(
            probe("http", url=f"https://localhost:{first}/", ca_file=ca_file),
            probe("http", url=f"https://localhost:{second}/", ca_file=str(other_file)),
            probe("http", url=f"https://localhost:{second}/", ca_file=ca_file),
        )

    assert [each.outcome for each in seen] == [Outcome.OK, Outcome.OK, Outcome.FAILED]


async def test_a_renewed_authority_is_believed_from_then_on(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    renewed = trustme.CA()
    async with serving(answering(OK), _server(authority)) as port:
        before = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)
    renewed.cert_pem.write_to_path(ca_file)
    async with serving(answering(OK), _server(renewed)) as port:
        after = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)

    assert (before.outcome, after.outcome) == (Outcome.OK, Outcome.OK)


async def test_a_request_under_way_outlives_the_renewal_of_its_authorities(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    arrived, released = asyncio.Event(), asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await released.wait()
        writer.write(OK)
        await writer.drain()

    async with (
        serving(slow, _server(authority)) as slow_port,
        serving(answering(OK), _server(authority)) as port,
    ):
        first = asyncio.create_task(
            probe("http", url=f"https://localhost:{slow_port}/", ca_file=ca_file)
        )
        await arrived.wait()
        trustme.CA().cert_pem.write_to_path(ca_file, append=True)
        second = await probe("http", url=f"https://localhost:{port}/", ca_file=ca_file)
        released.set()
        outcomes = ((await first).outcome, second.outcome)

    assert outcomes == (Outcome.OK, Outcome.OK)
