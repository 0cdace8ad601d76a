"""The tls probe says what is wrong with a certificate, and when it will be."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.tls_certificate import parse
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.seen import kind_of
from tests.probes.servers import full_backlog, reset, serving, shaking_hands, silent
from tests.support.programs import free_port

_NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    return _written(authority.cert_pem, tmp_path / "ca.pem")


def _written(blob: trustme.Blob, path: Path) -> str:
    blob.write_to_path(str(path))
    return str(path)


def _server(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextmanager
def _tls_server(authority: trustme.CA, *names: str, days: float = 90) -> Iterator[int]:
    ends = _NOW + timedelta(days=days)
    certificate = authority.issue_cert(*(names or ("localhost",)), not_after=ends)
    with shaking_hands(_server(certificate)) as port:
        yield port


def _at(port: int, ca_file: str, host: str = "localhost") -> dict[str, Any]:
    return {"host": host, "port": port, "ca_file": ca_file}


async def test_a_good_certificate_is_ok_and_its_facts_are_signals(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    certificate = authority.issue_cert("localhost", not_after=_NOW + timedelta(days=90))
    key = parse(certificate.cert_chain_pems[0].bytes()).key
    with shaking_hands(_server(certificate)) as port:
        observation = await probe("tls", host="localhost", port=port, ca_file=ca_file)

    assert observation.outcome is Outcome.OK
    assert {Phase.CONNECT, Phase.TLS} == set(observation.phases)
    assert observation.signal(SignalKind.TLS_VERSION) == "TLSv1.3"
    assert observation.signal(SignalKind.CERTIFICATE_DAYS_LEFT) == pytest.approx(90, abs=0.1)
    assert "trustme" in str(observation.signal(SignalKind.CERTIFICATE_ISSUER))
    assert observation.signal(SignalKind.CERTIFICATE_KEY) == key
    assert observation.duration_seconds < LONG_SECONDS


FAULTS: dict[str, tuple[str, float, FailureKind, int]] = {
    "expired": ("localhost", -3, FailureKind.TLS_EXPIRED, 10),
    "of another host": ("other.test", 90, FailureKind.TLS_WRONG_HOST, 62),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_certificate_that_is_not_believed_is_still_looked_at(
    probe: Probe, authority: trustme.CA, ca_file: str, fault: str
) -> None:
    name, days, kind, code = FAULTS[fault]
    with _tls_server(authority, name, days=days) as port:
        observation = await probe("tls", host="localhost", port=port, ca_file=ca_file)

    assert (kind_of(observation), observation.stage) == (kind, Stage.TLS)
    assert observation.signal(SignalKind.TLS_VERIFY_CODE) == code
    assert observation.signal(SignalKind.TLS_REASON) == "CERTIFICATE_VERIFY_FAILED"
    left = observation.signal(SignalKind.CERTIFICATE_DAYS_LEFT)
    assert left == pytest.approx(days, abs=0.1)


async def test_a_certificate_of_tomorrow_is_not_yet_valid(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    certificate = authority.issue_cert("localhost", not_before=_NOW + timedelta(days=1))
    with shaking_hands(_server(certificate)) as port:
        observation = await probe("tls", host="localhost", port=port, ca_file=ca_file)

    assert kind_of(observation) is FailureKind.TLS_NOT_YET_VALID
    assert observation.signal(SignalKind.TLS_VERIFY_CODE) == 9


async def test_a_missing_intermediate_is_told_from_an_unknown_authority(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    leaf = authority.create_child_ca().issue_cert("localhost")
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    files = (
        _written(leaf.cert_chain_pems[0], tmp_path / "leaf.pem"),
        _written(leaf.private_key_pem, tmp_path / "leaf.key"),
    )
    bare.load_cert_chain(*files)
    with shaking_hands(_server(leaf)) as whole, shaking_hands(bare) as incomplete:
        good = await probe("tls", host="localhost", port=whole, ca_file=ca_file)
        bad = await probe("tls", host="localhost", port=incomplete, ca_file=ca_file)

    assert good.outcome is Outcome.OK
    assert kind_of(bad) is FailureKind.TLS_UNTRUSTED
    assert bad.signal(SignalKind.TLS_VERIFY_CODE) in {20, 21}


async def test_what_is_not_tls_is_told_apart(probe: Probe, ca_file: str) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async def leaving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(2000)

    async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        reset(writer)

    seen = {}
    for name, handler in (("plain", plain), ("leaving", leaving), ("reset", resetting)):
        async with serving(handler) as port:
            observation = await probe("tls", host="localhost", port=port, ca_file=ca_file)
        assert observation.stage is Stage.TLS
        seen[name] = kind_of(observation)

    assert seen == {
        "plain": FailureKind.TLS_PLAINTEXT,
        "leaving": FailureKind.RESPONSE_CLOSED,
        "reset": FailureKind.RESPONSE_RESET,
    }


async def test_silence_and_refusal_end_in_time(probe: Probe, ca_file: str) -> None:
    async with serving(silent) as port:
        hanging = await probe("tls", timeout=0.3, host="localhost", port=port, ca_file=ca_file)
    refused = await probe("tls", host="localhost", port=free_port(), ca_file=ca_file)
    with full_backlog() as port:
        dropped = await probe("tls", timeout=0.3, host="127.0.0.1", port=port, ca_file=ca_file)

    assert (kind_of(hanging), hanging.stage) == (FailureKind.RESPONSE_TIMEOUT, Stage.TLS)
    assert hanging.duration_seconds < LONG_SECONDS
    assert kind_of(refused) is FailureKind.CONNECT_REFUSED
    assert refused.signal(SignalKind.ERRNO) == "ECONNREFUSED"
    assert (kind_of(dropped), dropped.stage) == (FailureKind.CONNECT_TIMEOUT, Stage.CONNECT)


async def test_a_file_of_ours_that_cannot_be_used_is_our_own_fault(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    broken = tmp_path / "client.pem"
    broken.write_text("no certificate")
    with _tls_server(authority) as port:
        client = await probe("tls", **_at(port, ca_file), client_certificate=str(broken))
        trust = await probe("tls", **_at(port, str(broken)))

    assert kind_of(client) is FailureKind.LOCAL_RESOURCE
    assert kind_of(trust) is FailureKind.LOCAL_RESOURCE


def _garbled(listener: socket.socket, context: ssl.SSLContext, der: bytes) -> None:
    """Serve once; what is sent as a certificate is no certificate."""
    with suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = context.wrap_bio(incoming, outgoing, server_side=True)
            incoming.write(connection.recv(16384))
            with suppress(ssl.SSLWantReadError):
                tls.do_handshake()
            flight = bytearray(outgoing.read())
            # Over TLS 1.2 the certificate is not encrypted; the tag of its content gets another.
            flight[flight.index(der) + 4] ^= 0x1F
            connection.sendall(bytes(flight))
            connection.recv(16384)


async def test_a_certificate_that_cannot_be_parsed_is_a_failure(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    certificate = authority.issue_cert("localhost")
    der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
    context = _server(certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_garbled, args=(listener, context, der))
        thread.start()
        observation = await probe(
            "tls", host="localhost", port=listener.getsockname()[1], ca_file=ca_file
        )
        thread.join()

    assert observation.outcome is Outcome.FAILED
    assert observation.stage is Stage.TLS
    assert kind_of(observation) is FailureKind.TLS_HANDSHAKE
