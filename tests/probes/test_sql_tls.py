"""The sql probe on real servers that want TLS: what it does not believe, and what they refuse."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file, client_files
from tests.probes.conftest import Probe, connections_to, kind_of, make_check
from tests.probes.sql_tls_stand import Encrypted
from tests.support.polling import eventually_async

pytestmark = pytest.mark.external_service


@pytest.fixture(params=["encrypted_mariadb", "encrypted_postgres"])
def encrypted(request: pytest.FixtureRequest) -> Encrypted:
    server: Encrypted = request.getfixturevalue(request.param)
    return server


FAULTS: dict[str, tuple[str, int, FailureKind, int]] = {
    "expired": ("localhost", -3, FailureKind.TLS_EXPIRED, 10),
    "of another host": ("other.test", 90, FailureKind.TLS_WRONG_HOST, 62),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_certificate_that_is_not_believed_says_why(
    probe: Probe, encrypted: Encrypted, fault: str
) -> None:
    name, days, kind, code = FAULTS[fault]
    ends = datetime.now(UTC) + timedelta(days=days)
    with encrypted.showing(name, not_after=ends):
        observation = await probe("sql", url=encrypted.url())

    assert (kind_of(observation), observation.stage) == (kind, Stage.TLS), observation
    assert observation.signal(SignalKind.TLS_VERIFY_CODE) == code
    assert observation.signal(SignalKind.TLS_REASON) == "CERTIFICATE_VERIFY_FAILED"
    assert observation.signal(SignalKind.SQLSTATE) is None
    assert observation.signal(SignalKind.ERRNO) is None
    assert {Phase.CONNECT, Phase.LOGIN} <= set(observation.phases)
    assert Phase.QUERY not in observation.phases


async def test_an_authority_that_is_unknown_is_not_trusted(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    other = authority_file(trustme.CA(), tmp_path)
    for root in (other, "system"):
        observation = await probe("sql", url=encrypted.url(sslrootcert=root))

        assert kind_of(observation) is FailureKind.TLS_UNTRUSTED, observation
        assert observation.signal(SignalKind.TLS_VERIFY_CODE) in {18, 19, 20, 21}


async def test_what_we_show_of_ourselves_is_looked_at(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    known = dict(zip(("sslcert", "sslkey"), client_files(encrypted.clients, good), strict=True))
    other = dict(zip(("sslcert", "sslkey"), client_files(trustme.CA(), bad), strict=True))
    for folder in (good, bad):
        (folder / "client.key").chmod(0o600)
    with encrypted.wanting_certificates():
        shown = await probe("sql", url=encrypted.url(**known))
        missing = await probe("sql", url=encrypted.url())
        strange = await probe("sql", url=encrypted.url(**other))

    assert shown.outcome is Outcome.OK, shown
    assert kind_of(missing) is FailureKind.LOGIN_REJECTED, missing
    assert missing.signal(SignalKind.SQLSTATE) == "28000"
    assert kind_of(strange) is FailureKind.TLS_CLIENT_CERTIFICATE, strange
    assert strange.stage is Stage.TLS


async def test_a_file_that_cannot_be_used_is_a_fault_of_our_own(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    observation = await probe("sql", url=encrypted.url(sslrootcert=broken))

    assert kind_of(observation) is FailureKind.LOCAL_RESOURCE, observation


async def test_nothing_is_left_open(prober: Prober, encrypted: Encrypted, tmp_path: Path) -> None:
    other = authority_file(trustme.CA(), tmp_path)
    for options in ({}, {"sslrootcert": other}):
        check = make_check("sql", url=encrypted.url(**options))
        for _ in range(3):
            await prober.probe(check)
    await eventually_async(lambda: not connections_to(encrypted.port))
