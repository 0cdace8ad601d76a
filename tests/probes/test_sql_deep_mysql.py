"""The deep look at a real MariaDB, and what it says before anybody has logged in."""

import asyncio
import struct

import pytest

from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import Probe, kind_of, make_check
from tests.probes.servers import serving
from tests.support.mariadb import MariaDBServer
from tests.support.polling import eventually_async

pytestmark = pytest.mark.external_service


async def test_a_deep_look_tells_what_an_ordinary_role_may_see(
    probe: Probe, mariadb_url: str
) -> None:
    observation = await probe("sql", url=mariadb_url, deep=True)

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.ACTIVE_SESSIONS) == 0
    assert observation.signal(SignalKind.LOCK_WAITERS) == 0
    used = observation.signal(SignalKind.CONNECTIONS_USED_RATIO)
    assert isinstance(used, float)
    assert 0 < used < 1
    assert observation.signal(SignalKind.FIGURES_MISSING) == "transactions, replication"
    assert observation.signal(SignalKind.CLUSTER_READY) is None


async def test_a_forgotten_transaction_is_seen_by_a_role_that_may(
    probe: Probe, mariadb: MariaDBServer
) -> None:
    with mariadb.fresh_database() as name:
        mariadb.as_root(f"CREATE TABLE {name}.paid (id int)")
        mariadb.as_root("GRANT PROCESS ON *.* TO 'app'@'127.0.0.1'")
        held = f"BEGIN; INSERT INTO {name}.paid VALUES (1); DO SLEEP(30)"
        holding = asyncio.ensure_future(asyncio.to_thread(mariadb.as_root, held))
        try:
            await eventually_async(lambda: _running(mariadb))
            observation = await probe(
                "sql", url=mariadb.url(name), deep=["transactions", "sessions"]
            )
        finally:
            mariadb.as_root("REVOKE PROCESS ON *.* FROM 'app'@'127.0.0.1'")
            for each in _running(mariadb):
                mariadb.as_root(f"KILL {each}")
            await asyncio.wait({holding})
            assert holding.exception() is not None

    assert observation.signal(SignalKind.LONGEST_TRANSACTION_SECONDS) is not None
    assert observation.signal(SignalKind.IDLE_IN_TRANSACTION) == 0
    assert observation.signal(SignalKind.ACTIVE_SESSIONS) == 1


def _running(mariadb: MariaDBServer) -> list[str]:
    query = "SELECT id FROM information_schema.processlist WHERE info = 'DO SLEEP(30)'"
    return mariadb.as_root(query).split()


async def test_a_counter_that_nearly_fills_its_column_degrades(
    probe: Probe, mariadb: MariaDBServer
) -> None:
    with mariadb.fresh_database() as name:
        column = "id {} AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 2000000000"
        mariadb.as_root(f"CREATE TABLE {name}.signed_ids ({column.format('int')}")
        mariadb.as_root(f"CREATE TABLE {name}.roomy ({column.format('int unsigned')}")
        observation = await probe("sql", url=mariadb.url(name), deep=["forecasts"])

    found = {
        each.detail: each.value
        for each in observation.signals
        if each.kind is SignalKind.SEQUENCE_USED_RATIO
    }
    assert found[f"{name}.signed_ids"] == pytest.approx(0.9313, abs=0.0001)
    assert found[f"{name}.roomy"] == pytest.approx(0.4657, abs=0.0001)
    assert observation.outcome is Outcome.DEGRADED
    assert observation.signal(SignalKind.LIMIT_EXCEEDED) == "sequence_used_ratio"


async def test_refused_connections_are_counted_from_one_look_to_the_next(
    prober: Prober, mariadb: MariaDBServer
) -> None:
    check = make_check("sql", url=mariadb.url(), deep=["sessions"], deep_every=1)
    before = await prober.probe(check)
    mariadb.as_root("SET GLOBAL max_connections = 10")
    held = [await asyncio.open_connection("127.0.0.1", mariadb.port) for _ in range(12)]
    try:
        for reader, _ in held:
            await reader.read(1)
        refused = await prober.probe(check)
    finally:
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        await eventually_async(lambda: _root_may(mariadb, "SET GLOBAL max_connections = 40"))
    after = await prober.probe(check)
    later = await prober.probe(check)

    assert before.signal(SignalKind.REFUSED_CONNECTIONS) is None
    assert kind_of(refused) is FailureKind.SERVER_REJECTED
    assert refused.signal(SignalKind.DRIVER_CODE) == 1040
    grown = after.signal(SignalKind.REFUSED_CONNECTIONS)
    assert isinstance(grown, int)
    assert grown >= 1
    assert after.outcome is Outcome.DEGRADED
    assert later.signal(SignalKind.REFUSED_CONNECTIONS) == 0
    assert later.outcome is Outcome.OK


def _root_may(mariadb: MariaDBServer, statement: str) -> bool:
    mariadb.as_root(statement)
    return True


GREETINGS = {
    1040: (b"Too many connections", FailureKind.SERVER_REJECTED),
    1129: (b"Host '127.0.0.1' is blocked", FailureKind.SERVER_REJECTED),
    1130: (b"Host '127.0.0.1' is not allowed to connect", FailureKind.LOGIN_REJECTED),
}


@pytest.mark.parametrize("code", GREETINGS)
async def test_a_server_that_greets_with_an_error_is_told_by_its_code(
    probe: Probe, code: int
) -> None:
    text, kind = GREETINGS[code]

    async def refusing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packet = b"\xff" + struct.pack("<H", code) + text
        writer.write(struct.pack("<I", len(packet))[:3] + b"\0" + packet)
        await writer.drain()

    async with serving(refusing) as port:
        observation = await probe("sql", url=f"mysql://probe@127.0.0.1:{port}/ledger")

    assert kind_of(observation) is kind
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.DRIVER_CODE) == code


async def test_a_kept_session_is_closed_with_the_prober(
    prober: Prober, mariadb: MariaDBServer
) -> None:
    url = mariadb.url()
    check = make_check("sql", url=url, deep=["sessions"], deep_every=1, keep_session=True)
    for _ in range(3):
        assert (await prober.probe(check)).outcome is Outcome.OK
    mine = "SELECT count(*) FROM information_schema.processlist WHERE user = 'app'"
    await eventually_async(lambda: mariadb.as_root(mine).strip() == "1")

    await prober.close()

    await eventually_async(lambda: mariadb.as_root(mine).strip() == "0")
