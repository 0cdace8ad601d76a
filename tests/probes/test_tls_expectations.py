"""What a tls check may expect: days, names, keys, versions, and whom it shows itself to."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError

from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.tls import TlsSpec
from monitor.probes.tls_certificate import parse, pin
from tests.probes.conftest import Probe
from tests.probes.seen import kind_of
from tests.probes.servers import shaking_hands

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


@pytest.mark.parametrize(
    ("days", "outcome"),
    [(30, Outcome.OK), (20, Outcome.DEGRADED), (2, Outcome.FAILED)],
)
async def test_the_end_of_a_certificate_is_announced(
    probe: Probe, authority: trustme.CA, ca_file: str, days: float, outcome: Outcome
) -> None:
    with _tls_server(authority, days=days) as port:
        observation = await probe("tls", host="localhost", port=port, ca_file=ca_file, fail_days=3)

    assert observation.outcome is outcome
    expected = None if outcome is Outcome.OK else FailureKind.THRESHOLD_EXCEEDED
    assert kind_of(observation) is expected


async def test_an_expired_certificate_that_need_not_be_trusted_is_expired(
    probe: Probe, authority: trustme.CA
) -> None:
    with _tls_server(authority, "other.test", days=-1) as port:
        observation = await probe("tls", host="localhost", port=port, verify=False)

    assert kind_of(observation) is FailureKind.TLS_EXPIRED
    assert observation.stage is Stage.SEMANTIC


async def test_further_names_must_be_covered_wildcards_included(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    with _tls_server(authority, "localhost", "*.pay.test", "127.0.0.1") as port:
        target = _at(port, ca_file)
        good = await probe("tls", **target, names=["api.pay.test", "LOCALHOST", "127.0.0.1"])
        deep = await probe("tls", **target, names=["a.b.pay.test"])

    assert good.outcome is Outcome.OK
    assert kind_of(deep) is FailureKind.TLS_WRONG_HOST


async def test_the_name_asked_for_may_differ_from_the_address(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    with _tls_server(authority, "api.pay.test") as port:
        target = _at(port, ca_file, "127.0.0.1")
        named = await probe("tls", **target, server_name="api.pay.test")
        bare = await probe("tls", **target)

    assert named.outcome is Outcome.OK
    assert kind_of(bare) is FailureKind.TLS_WRONG_HOST


async def test_a_pinned_key_and_issuer_must_be_in_the_chain(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    key = parse(authority.cert_pem.bytes()).key
    other = parse(trustme.CA().cert_pem.bytes()).key
    with _tls_server(authority) as port:
        target = _at(port, ca_file)
        good = await probe("tls", **target, pinned_keys=[other, f"sha256/{key}"], issuer="trustme")
        wrong_key = await probe("tls", **target, pinned_keys=[other])
        wrong_issuer = await probe("tls", **target, issuer="Example Trust")

    assert good.outcome is Outcome.OK
    assert kind_of(wrong_key) is FailureKind.TLS_PINNED_KEY
    assert kind_of(wrong_issuer) is FailureKind.TLS_PINNED_KEY


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_is_shown_where_the_check_has_one(
    probe: Probe, authority: trustme.CA, ca_file: str, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    context = _server(authority.issue_cert("localhost"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = version
    authority.configure_trust(context)
    client = authority.issue_cert("monitor@pay.test")
    pem = _written(client.private_key_and_cert_chain_pem, tmp_path / "client.pem")
    with shaking_hands(context) as port:
        target = _at(port, ca_file)
        shown = await probe("tls", **target, client_certificate=pem)
        missing = await probe("tls", **target)

    assert shown.outcome is Outcome.OK
    assert missing.outcome is Outcome.FAILED
    if version is ssl.TLSVersion.TLSv1_3:
        assert kind_of(missing) is FailureKind.TLS_CLIENT_CERTIFICATE


async def test_a_server_below_the_minimum_version_is_a_failed_handshake(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    context = _server(authority.issue_cert("localhost"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with shaking_hands(context) as port:
        target = _at(port, ca_file)
        old = await probe("tls", **target, minimum_version=1.3)
        good = await probe("tls", **target, minimum_version=1.2)

    assert kind_of(old) is FailureKind.TLS_HANDSHAKE
    assert "PROTOCOL_VERSION" in str(old.signal(SignalKind.TLS_REASON))
    assert good.outcome is Outcome.OK
    assert good.signal(SignalKind.TLS_VERSION) == "TLSv1.2"


async def test_a_file_that_was_renewed_is_read_again(
    probe: Probe, authority: trustme.CA, ca_file: str
) -> None:
    with _tls_server(authority) as port:
        trust = Path(ca_file)
        right = trust.read_bytes()
        trustme.CA().cert_pem.write_to_path(ca_file)
        before = await probe("tls", host="localhost", port=port, ca_file=ca_file)
        trust.write_bytes(right)
        after = await probe("tls", host="localhost", port=port, ca_file=ca_file)

    assert (before.outcome, after.outcome) == (Outcome.FAILED, Outcome.OK)


def test_a_pin_is_base64_or_hex_and_nothing_else() -> None:
    digest = "ab" * 32
    base64 = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="

    assert pin(digest) == pin(base64) == pin(f"sha256//{base64}") == base64
    for bad in ("", "abc", "q6urqw==", "zz" * 32):
        with pytest.raises(ValueError, match="SHA-256"):
            pin(bad)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"client_key": __file__}, "client_certificate"),
        ({"warn_days": 1, "fail_days": 2}, "warn_days"),
        ({"minimum_version": "1.1"}, "minimum_version"),
        ({"pinned_keys": ["abc"]}, "SHA-256"),
        ({"ip_version": 6}, "IPv6"),
    ],
)
def test_a_spec_that_cannot_work_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TlsSpec.model_validate({"host": "127.0.0.1", **fields})


def test_a_text_that_is_no_certificate_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="parsing"):
        parse(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
