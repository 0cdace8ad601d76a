"""The redis probe reads, writes and says what the server reports, on real servers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import Probe
from tests.probes.redis_server import RedisServer, redis_server
from tests.probes.seen import kind_of
from tests.support.polling import eventually
from tests.support.programs import free_port, scratch_folder

pytestmark = pytest.mark.external_service


@pytest.fixture(scope="module")
def shared() -> Iterator[RedisServer]:
    options = ("--maxmemory", "64mb", "--maxclients", "100", "--repl-diskless-sync-delay", "0")
    with redis_server(*options) as server:
        yield server


async def test_reading_and_writing_is_ok_with_the_servers_own_figures(
    probe: Probe, shared: RedisServer
) -> None:
    observation = await probe("redis", url=shared.url, expect_role="master")

    assert observation.outcome is Outcome.OK
    assert observation.stage is Stage.BUSINESS
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN, Phase.QUERY, Phase.WRITE}
    assert observation.signal(SignalKind.READ_OK) is True
    assert observation.signal(SignalKind.WRITE_OK) is True
    assert 0 < float(observation.signal(SignalKind.MEMORY_USED_RATIO) or 0) < 0.5
    assert 0 < float(observation.signal(SignalKind.CONNECTIONS_USED_RATIO) or 0) < 0.5
    assert observation.signal(SignalKind.REJECTED_CONNECTIONS) == 0
    assert observation.signal(SignalKind.BLOCKED_CLIENTS) == 0
    assert observation.signal(SignalKind.PERSISTENCE_OK) is True


async def test_the_key_lives_as_long_as_the_check_says(probe: Probe, shared: RedisServer) -> None:
    await probe("redis", url=f"{shared.url}/3", key="beat", ttl="5m")
    await probe("redis", url=f"{shared.url}/3")
    with shared.client() as client:
        client.select(3)
        lives, keys = client.pttl("beat"), client.keys("*")
        client.select(0)

    assert 290_000 < int(str(lives)) <= 300_000
    assert b"availability-monitor:probed" in list(keys)


async def test_probes_of_the_same_key_do_not_disturb_each_other(
    probe: Probe, shared: RedisServer
) -> None:
    seen = await asyncio.gather(*(probe("redis", url=shared.url) for _ in range(50)))

    assert {each.outcome for each in seen} == {Outcome.OK}


async def test_a_check_that_must_not_write_only_reads(probe: Probe) -> None:
    with redis_server() as server:
        observation = await probe("redis", url=server.url, write=False)
        with server.client() as client:
            size = client.dbsize()

    assert observation.stage is Stage.SEMANTIC
    assert observation.signal(SignalKind.WRITE_OK) is None
    assert size == 0


async def test_a_password_is_sent_from_the_url_or_beside_it(probe: Probe) -> None:
    role = ("--user", "probe", "on", ">other", "~*", "+@all")
    with redis_server("--requirepass", "p@ss:word", *role) as server:
        host = f"127.0.0.1:{server.port}"
        seen = [
            await probe("redis", url=f"redis://:p%40ss%3Aword@{host}"),
            await probe("redis", url=f"redis://{host}", password="p@ss:word"),
            await probe("redis", url=f"redis://probe@{host}", password="other"),
            await probe("redis", url=f"redis://probe:other@{host}/1"),
        ]

    assert [each.outcome for each in seen] == [Outcome.OK] * 4


async def test_a_refused_login_is_told_apart(probe: Probe) -> None:
    role = ("--user", "reader", "on", ">other", "~other:*", "+@all")
    with redis_server("--requirepass", "geheim", *role) as server:
        host = f"127.0.0.1:{server.port}"
        seen = {
            "NOAUTH": await probe("redis", url=f"redis://{host}"),
            "WRONGPASS": await probe("redis", url=f"redis://{host}", password="wrong"),
            "NOPERM": await probe("redis", url=f"redis://reader@{host}", password="other"),
        }

    for code, observation in seen.items():
        assert kind_of(observation) is FailureKind.LOGIN_REJECTED
        assert observation.signal(SignalKind.DRIVER_CODE) == code
        assert "geheim" not in repr(observation)


async def test_a_password_where_none_is_wanted_is_a_rejected_login(
    probe: Probe, shared: RedisServer
) -> None:
    observation = await probe("redis", url=shared.url, password="needless")

    assert (kind_of(observation), observation.stage) == (
        FailureKind.LOGIN_REJECTED,
        Stage.PROTOCOL,
    )


async def test_the_wrong_role_fails_and_a_lost_master_degrades(
    probe: Probe, shared: RedisServer
) -> None:
    with redis_server("--replicaof", f"127.0.0.1 {free_port()}") as orphan:
        promoted = await probe("redis", url=shared.url, write=False, expect_role="replica")
        stale = await probe("redis", url=orphan.url, write=False, expect_role="replica")

    assert kind_of(promoted) is FailureKind.VALUE_UNEXPECTED
    assert (stale.outcome, kind_of(stale)) == (Outcome.DEGRADED, FailureKind.REPORTED)
    assert stale.signal(SignalKind.REPLICATION_UP) is False


async def test_a_replica_with_its_master_is_ok(probe: Probe, shared: RedisServer) -> None:
    with redis_server("--replicaof", f"127.0.0.1 {shared.port}") as replica:
        with replica.client() as client:
            eventually(lambda: client.info("replication")["master_link_status"] == "up")
        observation = await probe("redis", url=replica.url, write=False, expect_role="replica")

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.REPLICATION_UP) is True


async def test_memory_that_is_nearly_used_degrades(probe: Probe, shared: RedisServer) -> None:
    observation = await probe("redis", url=shared.url, degraded_memory=0.001)

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) is FailureKind.THRESHOLD_EXCEEDED


async def test_a_late_answer_is_told_beside_a_full_memory(
    probe: Probe, shared: RedisServer
) -> None:
    observation = await probe("redis", url=shared.url, degraded_memory=0.001, degraded_after=1e-6)

    exceeded = {
        each.value for each in observation.signals if each.kind is SignalKind.LIMIT_EXCEEDED
    }
    assert exceeded == {SignalKind.MEMORY_USED_RATIO.value, SignalKind.RUN_SECONDS.value}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def encrypted(authority: trustme.CA) -> Iterator[tuple[int, Path]]:
    """Give port and folder (with `ca.pem`) of a server that speaks TLS alone."""
    with scratch_folder() as folder:
        authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        certificate = authority.issue_cert("localhost")
        certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
        port = free_port()
        options = ["--tls-port", str(port), "--tls-auth-clients", "no"]
        for name, file in (("cert", "server"), ("key", "server"), ("ca-cert", "ca")):
            options += [f"--tls-{name}-file", str(folder / f"{file}.pem")]
        with redis_server(*options):
            yield port, folder


async def test_tls_is_spoken_and_timed(probe: Probe, encrypted: tuple[int, Path]) -> None:
    port, folder = encrypted
    url = f"rediss://localhost:{port}"
    observation = await probe("redis", url=url, ca_file=str(folder / "ca.pem"))

    assert observation.outcome is Outcome.OK
    assert observation.phases[Phase.TLS] > 0


async def test_a_certificate_that_is_not_believed_is_told_apart(
    probe: Probe, encrypted: tuple[int, Path], shared: RedisServer, tmp_path: Path
) -> None:
    port, folder = encrypted
    stranger = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    ca_file = str(folder / "ca.pem")
    untrusted = await probe("redis", url=f"rediss://localhost:{port}", ca_file=str(stranger))
    wrong_host = await probe("redis", url=f"rediss://127.0.0.1:{port}", ca_file=ca_file)
    plain = await probe(
        "redis", timeout=2, url=f"rediss://localhost:{shared.port}", ca_file=ca_file
    )
    blind = await probe("redis", url=f"rediss://127.0.0.1:{port}", verify=False)

    assert (kind_of(untrusted), untrusted.stage) == (FailureKind.TLS_UNTRUSTED, Stage.TLS)
    assert kind_of(wrong_host) is FailureKind.TLS_WRONG_HOST
    assert wrong_host.signal(SignalKind.TLS_VERIFY_CODE) in {62, 64}
    assert plain.outcome is Outcome.FAILED
    assert plain.stage is Stage.TLS
    assert blind.outcome is Outcome.OK


async def test_a_file_of_ours_that_is_gone_is_our_own_fault(
    probe: Probe, encrypted: tuple[int, Path], tmp_path: Path
) -> None:
    port, _ = encrypted
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    observation = await probe("redis", url=f"rediss://localhost:{port}", ca_file=str(broken))

    assert kind_of(observation) is FailureKind.LOCAL_RESOURCE
