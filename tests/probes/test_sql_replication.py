"""The deep look at real replicas: role, link and lag, and that silence is no lag."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from monitor.model.check import Check
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import kind_of, make_check
from tests.support.mariadb import PASSWORD, mariadb_server
from tests.support.polling import eventually_async
from tests.support.postgres_replica import replicated_postgres

pytestmark = pytest.mark.external_service


async def _until(prober: Prober, check: Check, holds: Callable[[Observation], bool]) -> Observation:
    """Probe until what is seen is as wanted, and return it."""

    async def seen() -> Observation | None:
        observation = await prober.probe(check)
        return observation if holds(observation) else None

    found = await eventually_async(seen, timeout=20)
    assert found is not None
    return found


def _lag(observation: Observation) -> float:
    seconds = observation.signal(SignalKind.REPLICATION_LAG_SECONDS)
    return -1.0 if seconds is None else float(seconds)


def _exceeded(observation: Observation) -> set[object]:
    return {each.value for each in observation.signals if each.kind is SignalKind.LIMIT_EXCEEDED}


async def test_postgres_replica_that_is_idle_paused_and_cut_off(prober: Prober) -> None:
    fields: dict[str, Any] = {
        "deep": ["replication"],
        "deep_every": 1,
        "expect_role": "replica",
        "limits": {"replication_lag_seconds": {"degraded": 0.001}},
    }
    with replicated_postgres() as (primary, replica):
        check = make_check("sql", url=replica.url(), **fields)
        old = "SELECT now() - pg_last_xact_replay_timestamp() > interval '0.3 s'"
        with primary.as_superuser() as writer, replica.as_superuser() as reader:
            writer.execute("CREATE TABLE paid (id int)")
            await eventually_async(lambda: reader.execute(old).fetchone() == (True,))
            idle = await prober.probe(check)

            reader.execute("SELECT pg_wal_replay_pause()")
            writer.execute("INSERT INTO paid VALUES (1)")
            paused = await _until(prober, check, lambda seen: _lag(seen) > 0)
            reader.execute("SELECT pg_wal_replay_resume()")
            resumed = await _until(prober, check, lambda seen: _lag(seen) == 0)

        mistaken = await prober.probe(
            make_check("sql", url=replica.url(), **{**fields, "expect_role": "primary"})
        )
        url = primary.url(role="postgres")
        leading = await prober.probe(make_check("sql", url=url, deep=["replication"]))

        os.kill(primary.pid, signal.SIGQUIT)
        cut = await _until(
            prober, check, lambda seen: seen.signal(SignalKind.REPLICATION_UP) is False
        )

    assert idle.outcome is Outcome.OK
    assert idle.signal(SignalKind.REPLICATION_ROLE) == "replica"
    assert idle.signal(SignalKind.REPLICATION_UP) is True
    assert _lag(idle) == 0
    assert paused.outcome is Outcome.DEGRADED
    assert _exceeded(paused) == {"replication_lag_seconds"}
    behind = paused.signal(SignalKind.REPLICATION_LAG_BYTES)
    assert isinstance(behind, int)
    assert behind > 0
    assert resumed.outcome is Outcome.OK
    assert kind_of(mistaken) is FailureKind.VALUE_UNEXPECTED
    assert leading.signal(SignalKind.REPLICATION_ROLE) == "primary"
    assert leading.signal(SignalKind.REPLICAS) == 1
    assert leading.signal(SignalKind.REPLICATION_LAG_BYTES) is not None
    assert "replication_up" in _exceeded(cut)


async def test_mariadb_replica_whose_thread_stands_has_no_lag_of_zero(prober: Prober) -> None:
    with (
        mariadb_server("--log-bin=bin", "--server-id=1") as primary,
        mariadb_server("--server-id=2") as replica,
    ):
        allowed = f"'copy'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'"
        primary.as_root(f"GRANT REPLICATION SLAVE ON *.* TO {allowed}; RESET MASTER")
        replica.as_root(
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, "
            f"MASTER_USER='copy', MASTER_PASSWORD='{PASSWORD}', MASTER_LOG_FILE='bin.000001', "
            "MASTER_LOG_POS=4; START SLAVE"
        )
        check = make_check("sql", url=replica.url(), deep=["replication"], deep_every=1)
        hidden = await prober.probe(check)
        replica.as_root("GRANT REPLICA MONITOR ON *.* TO 'app'@'127.0.0.1'")
        idle = await _until(
            prober, check, lambda seen: seen.signal(SignalKind.REPLICATION_UP) is True
        )
        # What is there already cannot be copied: the thread that writes stops for good.
        create = "CREATE DATABASE shop; CREATE TABLE shop.paid (id int PRIMARY KEY)"
        replica.as_root(f"{create}; INSERT INTO shop.paid VALUES (1)")
        primary.as_root(
            f"SET sql_log_bin = 0; {create}; SET sql_log_bin = 1; INSERT INTO shop.paid VALUES (1)"
        )
        drifted = await _until(
            prober, check, lambda seen: seen.signal(SignalKind.REPLICATION_UP) is False
        )
        leading = await prober.probe(make_check("sql", url=primary.url(), deep=["replication"]))

    assert hidden.outcome is Outcome.OK
    assert hidden.signal(SignalKind.FIGURES_MISSING) == "replication"
    assert idle.outcome is Outcome.OK
    assert idle.signal(SignalKind.REPLICATION_ROLE) == "replica"
    assert _lag(idle) == 0
    assert drifted.outcome is Outcome.DEGRADED
    assert drifted.signal(SignalKind.REPLICATION_LAG_SECONDS) is None
    assert drifted.signal(SignalKind.REPLICATION_ERROR) == 1062
    assert _exceeded(drifted) == {"replication_up", "replication_error"}
    assert leading.signal(SignalKind.FIGURES_MISSING) == "replication"
