import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.ledger import Ledger
from monitor.demo.ledger_schema import TABLES
from monitor.demo.pool import connection_text
from monitor.demo.postgres import PostgresError, Programs
from tests.demo.platform import Platform
from tests.support.polling import eventually
from tests.support.programs import free_port, scratch_folder


def test_the_role_is_ordinary_and_may_write_every_table(demo: Platform) -> None:
    with demo.connect() as connection:
        role = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = 'app'"
        ).fetchone()
        assert role == (False, False, False)
        for table in TABLES:
            query = sql.SQL("SELECT has_table_privilege({}, 'UPDATE')")
            assert connection.execute(query.format(sql.Literal(table))).fetchone() == (True,)
        connection.execute("UPDATE monitor_heartbeat SET beats = beats + 1")


@pytest.mark.parametrize(
    ("user", "password"), [("app", "wrong"), ("ledger_admin", ""), ("postgres", "")]
)
def test_nobody_else_can_log_in(demo: Platform, user: str, password: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"authentication failed|no pg_hba"):
        psycopg.connect(
            host="127.0.0.1",
            port=demo.state().ports["ledger"],
            user=user,
            password=password,
            dbname="ledger",
        )


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs it as itself")
def test_as_root_the_server_runs_as_another_user(demo: Platform) -> None:
    pid = demo.process_of("ledger").pid

    assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.fixture
def layout() -> Iterator[Layout]:
    """The files of a demo that was never started."""
    with scratch_folder() as folder:
        layout = Layout.at(folder / "var")
        layout.logs.mkdir(parents=True)
        yield layout


@contextmanager
def started(ledger: Ledger, port: int) -> Iterator[ProcessRecord]:
    """Run a ledger inside the block."""
    try:
        yield ledger.start(port)
    finally:
        ledger.stop()


def test_a_ledger_survives_what_a_crash_leaves_behind(layout: Layout) -> None:
    half_made = layout.ledger / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    ledger, port = Ledger(layout, Programs.find()), free_port()
    ledger.prepare()

    with started(ledger, port) as first:
        assert ledger.start(port) == first
        first.send(signal.SIGKILL)
        eventually(lambda: ledger.running() is None)
        with started(ledger, port) as second:
            assert second != first
    stale = layout.ledger / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n0\n0\n\n\n\n")
    with started(ledger, port), psycopg.connect(connection_text(layout, port)) as connection:
        assert connection.execute("SELECT count(*) FROM bills").fetchone() == (200,)


def test_what_a_program_complains_about_is_told(layout: Layout) -> None:
    log = layout.logs / "log"

    with pytest.raises(PostgresError, match="pg_ctl failed:\npg_ctl: no database directory"):
        Programs.find().run("pg_ctl", "start", log=log)
