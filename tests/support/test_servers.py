"""The servers that other tests rely on are real, fresh and reachable."""

import os
from pathlib import Path

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.mariadb import MariaDBServer
from tests.support.nginx import StartNginx
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.external_service


async def test_postgres_gives_the_ordinary_role_a_fresh_database(postgres_url: str) -> None:
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE t (n int)"))
        rights = await connection.execute(
            sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        )

        assert rights.scalar_one() is False
    await engine.dispose()


def test_postgres_refuses_a_wrong_password(postgres: PostgresServer) -> None:
    url = postgres.url(driver="postgresql").replace("app-password", "wrong")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_a_database_is_gone_after_the_test_that_used_it(postgres: PostgresServer) -> None:
    with postgres.fresh_database() as name, postgres.as_superuser(name) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (name,)

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        postgres.as_superuser(name)


async def test_mariadb_gives_the_ordinary_role_a_fresh_database(mariadb_url: str) -> None:
    engine = create_async_engine(mariadb_url)
    async with engine.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE t (n int)"))
        await connection.execute(sa.text("INSERT INTO t VALUES (7)"))

        assert (await connection.execute(sa.text("SELECT n FROM t"))).scalar_one() == 7
    await engine.dispose()


def test_a_process_of_the_servers_is_never_ours_to_share(
    postgres: PostgresServer, mariadb: MariaDBServer
) -> None:
    """A server that runs as root would refuse to start, or hide missing rights."""
    for pid in (postgres.pid, mariadb.pid):
        owner = Path(f"/proc/{pid}").stat().st_uid

        assert owner != 0
        assert (owner == os.geteuid()) is (os.geteuid() != 0)


async def test_redis_answers(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as client:
        assert await client.ping()


async def test_nginx_serves_what_the_test_says_and_stops(nginx: StartNginx) -> None:
    server = nginx('location = /fault { return 502 "bad gateway"; }')
    (server.root / "hello.txt").write_text("hello")
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.get("/fault")).status_code == 502
        assert (await client.get("/hello.txt")).text == "hello"
        server.stop()

        with pytest.raises(httpx.ConnectError):
            await client.get("/hello.txt")
