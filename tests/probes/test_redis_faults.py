"""Whatever a Redis server refuses, the probe says with its word, at which stage, and in time."""

import asyncio
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import redis
from pydantic import ValidationError

from monitor.model.observation import FailureKind, Observation, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.redis_errors import KINDS, MAX_CLIENTS
from monitor.probes.redis_spec import RedisSpec
from tests.probes.conftest import LONG_SECONDS, Probe
from tests.probes.redis_server import RedisServer, redis_server
from tests.probes.seen import kind_of
from tests.probes.servers import Handler, full_backlog, reset, serving, silent
from tests.support.polling import eventually
from tests.support.programs import free_port, scratch_folder

pytestmark = pytest.mark.external_service


def _assert_refused(observation: Observation, code: str, kind: FailureKind, stage: Stage) -> None:
    assert observation.outcome is Outcome.FAILED
    assert observation.signal(SignalKind.DRIVER_CODE) == code
    assert (kind_of(observation), observation.stage) == (kind, stage)


async def test_a_full_memory_refuses_the_write_alone(probe: Probe) -> None:
    with redis_server("--maxmemory", "1", "--maxmemory-policy", "noeviction") as server:
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, "OOM", FailureKind.WRITE_FAILED, Stage.BUSINESS)
    assert observation.signal(SignalKind.READ_OK) is True
    assert observation.signal(SignalKind.WRITE_OK) is False
    assert float(observation.signal(SignalKind.MEMORY_USED_RATIO) or 0) > 1


async def test_a_replica_reads_and_refuses_the_write(probe: Probe) -> None:
    with redis_server("--replicaof", f"127.0.0.1 {free_port()}") as server:
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, "READONLY", FailureKind.WRITE_FAILED, Stage.BUSINESS)
    assert observation.signal(SignalKind.READ_ONLY) is True
    assert observation.signal(SignalKind.REPLICATION_UP) is False


async def test_a_replica_that_may_not_be_stale_refuses_everything(probe: Probe) -> None:
    options = ("--replicaof", f"127.0.0.1 {free_port()}", "--replica-serve-stale-data", "no")
    with redis_server(*options) as server:
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, "MASTERDOWN", FailureKind.SERVER_REJECTED, Stage.PROTOCOL)


async def test_too_few_replicas_refuse_the_write(probe: Probe) -> None:
    with redis_server("--min-replicas-to-write", "1") as server:
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, "NOREPLICAS", FailureKind.WRITE_FAILED, Stage.BUSINESS)


async def test_a_cluster_without_its_slots_is_down(probe: Probe) -> None:
    with redis_server("--cluster-enabled", "yes", "--cluster-port", str(free_port())) as server:
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, "CLUSTERDOWN", FailureKind.SERVER_REJECTED, Stage.SEMANTIC)


async def test_a_disk_that_cannot_be_written_refuses_writes(probe: Probe, tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    with redis_server("--save", "3600 1000000", folder=home) as server, server.client() as client:
        shutil.rmtree(home)
        with suppress(redis.ResponseError):
            client.bgsave()
        eventually(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
        observation = await probe("redis", url=server.url)

    assert observation.signal(SignalKind.DRIVER_CODE) == "MISCONF"
    assert kind_of(observation) is FailureKind.WRITE_FAILED
    assert observation.signal(SignalKind.PERSISTENCE_OK) is False


@contextmanager
def _script(server: RedisServer) -> Iterator[None]:
    """Keep the server busy with a script for the time of the block."""

    def run() -> None:
        with server.client() as client, suppress(redis.RedisError):
            client.eval("while true do end", 0)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with server.client() as client:
            eventually(lambda: _is_busy(client))
            yield
            client.script_kill()
    finally:
        thread.join()


def _is_busy(client: redis.Redis) -> bool:
    try:
        return not client.ping()
    except redis.ResponseError:
        return True


async def test_a_script_that_runs_for_too_long_is_a_busy_server(probe: Probe) -> None:
    with redis_server("--busy-reply-threshold", "20") as server, _script(server):
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, "BUSY", FailureKind.SERVER_REJECTED, Stage.PROTOCOL)


async def test_a_server_that_loads_its_data_says_for_how_long(probe: Probe) -> None:
    with scratch_folder() as home:
        with (
            redis_server("--enable-debug-command", "yes", folder=home) as server,
            server.client() as client,
        ):
            client.execute_command("DEBUG", "POPULATE", "5000")
            client.save()
        slow = ("--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024")
        with redis_server(*slow, folder=home) as server:
            observation = await probe("redis", url=server.url)

    _assert_refused(observation, "LOADING", FailureKind.SERVER_REJECTED, Stage.PROTOCOL)
    assert int(observation.signal(SignalKind.LOADING_SECONDS_LEFT) or 0) >= 0
    assert observation.signal(SignalKind.LOADING_SECONDS_LEFT) is not None


async def test_too_many_clients_are_told_from_every_other_refusal(probe: Probe) -> None:
    with redis_server("--maxclients", "1") as server, server.client() as client:
        client.ping()
        observation = await probe("redis", url=server.url)

    _assert_refused(observation, MAX_CLIENTS, FailureKind.SERVER_REJECTED, Stage.PROTOCOL)


async def test_a_frozen_server_is_a_timeout_and_a_dead_one_refuses(probe: Probe) -> None:
    with redis_server() as server:
        server.process.send_signal(signal.SIGSTOP)
        frozen = await probe("redis", timeout=0.3, url=server.url)
        url = server.url
    dead = await probe("redis", url=url)
    with full_backlog() as port:
        dropped = await probe("redis", timeout=0.3, url=f"redis://127.0.0.1:{port}")

    assert (kind_of(frozen), frozen.stage) == (FailureKind.RESPONSE_TIMEOUT, Stage.PROTOCOL)
    assert frozen.duration_seconds < LONG_SECONDS
    assert (kind_of(dead), dead.stage) == (FailureKind.CONNECT_REFUSED, Stage.CONNECT)
    assert dead.signal(SignalKind.ERRNO) == "ECONNREFUSED"
    assert (kind_of(dropped), dropped.stage) == (FailureKind.CONNECT_TIMEOUT, Stage.CONNECT)


def _saying(*replies: bytes) -> Handler:
    """Reply to each command in turn, then close."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in replies:
            await reader.read(4096)
            writer.write(reply)
            await writer.drain()

    return handle


async def _resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(4096)
    reset(writer)


PONG, NOTHING, DONE = b"+PONG\r\n", b"$-1\r\n", b"+OK\r\n"

STRANGERS: dict[str, tuple[Handler, FailureKind, Stage]] = {
    "speaks http": (
        _saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "never ends its line": (
        _saying(b"+" + b"x" * 200_000),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "counts with other digits": (
        _saying(":²\r\n".encode()),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "counts beyond all numbers": (
        _saying(b":" + b"9" * 5000 + b"\r\n"),
        FailureKind.RESPONSE_MALFORMED,
        Stage.PROTOCOL,
    ),
    "announces ten gigabytes": (
        _saying(PONG, b"$10000000000\r\n"),
        FailureKind.RESPONSE_MALFORMED,
        Stage.SEMANTIC,
    ),
    "closes at once": (_saying(b""), FailureKind.RESPONSE_CLOSED, Stage.PROTOCOL),
    "closes within a value": (
        _saying(PONG, b"$10\r\nabc"),
        FailureKind.RESPONSE_CLOSED,
        Stage.SEMANTIC,
    ),
    "resets": (_resetting, FailureKind.RESPONSE_RESET, Stage.PROTOCOL),
    "never replies": (silent, FailureKind.RESPONSE_TIMEOUT, Stage.PROTOCOL),
    "forgets what was written": (
        _saying(PONG, NOTHING, DONE + b"$3\r\nold\r\n"),
        FailureKind.VALUE_UNEXPECTED,
        Stage.BUSINESS,
    ),
    "knows no such command": (
        _saying(PONG, b"-ERR unknown command\r\n"),
        FailureKind.QUERY_FAILED,
        Stage.SEMANTIC,
    ),
}


@pytest.mark.parametrize("case", STRANGERS)
async def test_what_is_no_redis_is_a_typed_failure(probe: Probe, case: str) -> None:
    handler, kind, stage = STRANGERS[case]
    async with serving(handler) as port:
        observation = await probe("redis", timeout=1.5, url=f"redis://127.0.0.1:{port}")

    assert (kind_of(observation), observation.stage) == (kind, stage)
    assert observation.duration_seconds < LONG_SECONDS


async def test_an_end_within_the_handshake_is_no_failed_route(probe: Probe) -> None:
    async def leaving(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(512)

    async with serving(leaving) as port:
        observation = await probe("redis", timeout=2, url=f"rediss://127.0.0.1:{port}")

    assert kind_of(observation) is FailureKind.RESPONSE_CLOSED, observation
    assert observation.stage is Stage.TLS


async def test_a_server_that_hides_its_figures_is_ok_unless_its_role_matters(probe: Probe) -> None:
    with redis_server("--user", "default", "on", "nopass", "~*", "+@all", "-info") as server:
        plain = await probe("redis", url=server.url)
        role = await probe("redis", url=server.url, expect_role="master")

    assert plain.outcome is Outcome.OK
    assert kind_of(role) is FailureKind.VALUE_UNEXPECTED


def test_no_code_of_the_table_is_without_a_failure_of_its_own() -> None:
    words = "LOADING OOM READONLY MASTERDOWN BUSY MISCONF NOREPLICAS CLUSTERDOWN NOAUTH WRONGPASS"

    assert set(words.split()) <= set(KINDS)
    assert set(KINDS.values()) == {
        FailureKind.SERVER_REJECTED,
        FailureKind.WRITE_FAILED,
        FailureKind.LOGIN_REJECTED,
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"url": "127.0.0.1:6379"}, "expected a URL"),
        ({"url": "redis://127.0.0.1/first"}, "expected a URL"),
        ({"url": "redis://127.0.0.1:99999"}, "expected a URL"),
        ({"url": "redis://probe@127.0.0.1"}, "needs a password"),
        ({"client_key": __file__}, "client_certificate"),
        ({"ttl": "500ms"}, "ttl"),
        ({"degraded_memory": 90}, "degraded_memory"),
        ({"ip_version": 6}, "IPv6"),
    ],
)
def test_a_spec_that_cannot_work_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        RedisSpec.model_validate({"url": "redis://127.0.0.1", **fields})


def test_a_password_in_the_url_is_shown_nowhere() -> None:
    spec = RedisSpec.model_validate({"url": "rediss://probe:geheim@cache.test:6380/2"})

    assert "geheim" not in repr(spec) + spec.model_dump_json()
    assert spec.url == "rediss://probe@cache.test:6380/2"
    assert spec.password is not None
    assert spec.password.get_secret_value() == "geheim"
