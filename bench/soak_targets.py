"""The watched world of the soak, a process of its own: servers that answer, and some that hang.

Prints one JSON object of where they are once all of them listen, and ends with its standard input.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from pathlib import Path

import trustme
import uvloop

from tests.probes.certificates import server_side
from tests.probes.host_world import HEALTHY, disk, exposition
from tests.probes.http_app import App, Asked, always, says
from tests.probes.page_documents import maintenance, statuspage
from tests.probes.redis_server import redis_server
from tests.probes.servers import full_backlog, http, serving, silent
from tests.probes.zone_server import Zone, zone_server
from tests.support.mariadb import mariadb_server
from tests.support.postgres import postgres_server
from tests.support.programs import accepts, find, free_port, running, scratch_folder

LINE_EVERY_SECONDS = 0.2
CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//soak//EN
BEGIN:VEVENT
UID:1@soak.example
DTSTAMP:20260301T000000Z
DTSTART:20260301T160000Z
DTEND:20260301T180000Z
SUMMARY:Database upgrade
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
_NGINX = """\
daemon off;
pid {folder}/pid;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  server {{
    listen 127.0.0.1:{plain};
    listen 127.0.0.1:{secure} ssl;
    ssl_certificate {folder}/chain.pem;
    ssl_certificate_key {folder}/key.pem;
    default_type application/json;
    location = /health {{ return 200 '{{"status": "ok", "saturation": 0.2}}'; }}
    location = /moved {{ return 302 /health; }}
  }}
}}
"""


def figures(_: Asked) -> bytes:
    """Answer as a node_exporter whose clock is right."""
    lines = {**HEALTHY, **disk("/"), "node_time_seconds": time.time()}
    return http("200 OK", exposition(lines))


def application() -> App:
    """Return what speaks every document that probes read."""
    series = {"metric": {"job": "orders"}, "value": [0, "0.98"]}
    answer = {"resultType": "vector", "result": [series]}
    return App(
        {
            "/health": always({"status": "ok", "saturation": 0.2}),
            "/moved": lambda _: http("302 Found", b"", "Location: /health"),
            "/oauth2/token": always({"access_token": "soak", "expires_in": 60}),
            "/gateway.do": always({"pay_response": {"code": "10000", "msg": "Success"}}),
            "/metrics": figures,
            "/api/v1/query": always({"status": "success", "data": answer}),
            "/api/v2/summary.json": always(statuspage(scheduled_maintenances=[maintenance()])),
            "/maintenance.ics": lambda _: http("200 OK", CALENDAR.encode()),
            "/orders": lambda _: says({"id": "o1"}, "201 Created"),
            "/orders/o1": always({"state": "PAID", "amount": 1}),
        }
    )


@contextmanager
def web(folder: Path, authority: trustme.CA, spare: dict[str, int]) -> Iterator[dict[str, int]]:
    """Give the ports of an nginx, in the clear and in TLS; without one, those of *spare*."""
    program = find("nginx")
    if program is None:
        yield spare
        return
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    chain = b"".join(each.bytes() for each in issued.cert_chain_pems)
    (folder / "chain.pem").write_bytes(chain)
    plain, secure = free_port(), free_port()
    text = _NGINX.format(folder=folder, plain=plain, secure=secure)
    (folder / "nginx.conf").write_text(text)
    command = [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    with running(command, log=folder / "log", ready=lambda: accepts(secure)):
        yield {"web": plain, "web_tls": secure}


@asynccontextmanager
async def answering(folder: Path, authority: trustme.CA) -> AsyncIterator[dict[str, int]]:
    """Give the ports of all servers that answer; a program that is missing has none."""
    async with AsyncExitStack() as stack:
        own = await stack.enter_async_context(serving(application()))
        tls = server_side(authority, "localhost")
        own_tls = await stack.enter_async_context(serving(application(), tls))
        spare = {"web": own, "web_tls": own_tls}
        ports = {"app": own, **stack.enter_context(web(folder, authority, spare))}
        if find("redis-server"):
            ports["redis"] = stack.enter_context(redis_server()).port
        records = {("pay.example.test", "A"): ["192.0.2.7"]}
        zone = await stack.enter_async_context(zone_server(Zone(records)))
        yield {**ports, "dns": int(zone.rpartition(":")[2])}


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Give the URL of a fresh database of each server that is installed."""
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        if find("initdb"):
            postgres = stack.enter_context(postgres_server())
            name = stack.enter_context(postgres.fresh_database())
            urls["postgres"] = postgres.url(name, driver="postgresql")
        if find("mariadbd"):
            mariadb = stack.enter_context(mariadb_server())
            name = stack.enter_context(mariadb.fresh_database())
            urls["mariadb"] = mariadb.url(name, driver="mariadb")
        yield urls


@asynccontextmanager
async def hanging() -> AsyncIterator[dict[str, int]]:
    """Give the ports of servers that accept and say nothing, and of one that does not accept."""
    async with AsyncExitStack() as stack:
        mute = await stack.enter_async_context(serving(silent))
        zone = await stack.enter_async_context(zone_server(Zone(silent=True)))
        full = stack.enter_context(full_backlog())
        yield {"mute": mute, "mute_dns": int(zone.rpartition(":")[2]), "full": full}


async def write_lines(log: Path) -> None:
    """Write to a log as a server under light attack does."""
    with log.open("a", buffering=1) as file:
        while True:
            file.write('127.0.0.9 - "POST /login HTTP/1.1" 401\n')
            await asyncio.sleep(LINE_EVERY_SECONDS)


async def main() -> None:
    """Serve until standard input ends."""
    authority = trustme.CA()
    with scratch_folder() as folder:
        # The worker of an nginx that root starts runs as an ordinary user and must read.
        folder.chmod(0o755)
        authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        with closing(sqlite3.connect(folder / "archive.db")) as archive:
            archive.execute("CREATE TABLE archive (n INTEGER)")
        with databases() as urls:
            async with answering(folder, authority) as ports, hanging() as mute:
                writing = asyncio.create_task(write_lines(folder / "access.log"))
                places = {"folder": str(folder), **urls, **ports, **mute}
                print(json.dumps(places), flush=True)
                await asyncio.to_thread(sys.stdin.read)
                writing.cancel()


if __name__ == "__main__":
    uvloop.run(main())
