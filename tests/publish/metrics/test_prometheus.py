"""What the real programs say: promtool, and a Prometheus that scrapes a server of ours."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from monitor.model.snapshot import Snapshot
from monitor.model.status import Status
from monitor.publish.metrics.exposition import Exposition, gzipped
from monitor.publish.metrics.negotiation import accepts_gzip, content_type
from tests.publish.metrics.world import (
    check,
    full_metrics,
    full_snapshot,
    observation,
    render,
    snapshot,
    view,
)
from tests.support.polling import eventually_async
from tests.support.programs import free_port, require, running, scratch_folder

pytestmark = pytest.mark.external_service

_CONFIGURATION = """\
global: {{scrape_interval: 500ms, scrape_timeout: 500ms}}
scrape_configs:
  - job_name: openmetrics
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
  - job_name: text
    metrics_path: /text
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


class Endpoint:
    """A web server that shows one snapshot; under /text it ignores what the scraper likes."""

    def __init__(self, shown: Snapshot) -> None:
        self.shown = shown
        self.content_types: set[str] = set()
        self._exposition = Exposition(full_metrics()[0])

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        path, *lines = head.splitlines()
        headers = dict(line.split(": ", 1) for line in lines if line)
        accept = "" if "/text" in path else headers.get("accept", "")
        zipped = accepts_gzip(headers.get("accept-encoding", ""))
        self.content_types.add(content_type(accept))
        encoding = "Content-Encoding: gzip\r\n" if zipped else ""
        kind = f"Content-Type: {content_type(accept)}\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\nConnection: close\r\n{kind}{encoding}\r\n".encode())
        pieces = self._exposition.render(self.shown, accept)
        async for piece in gzipped(pieces) if zipped else pieces:
            writer.write(piece)
            await writer.drain()
        writer.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self.answer, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def prometheus(target: int) -> AsyncIterator[httpx.AsyncClient]:
    program = require("prometheus")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with scratch_folder() as folder:
        (folder / "prometheus.yml").write_text(_CONFIGURATION.format(port=target))
        command = [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]

        def ready() -> bool:
            try:
                return httpx.get(f"{url}/-/ready", trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        with running(command, log=folder / "log", ready=ready):
            async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
                yield client


async def ask(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/query", params={"query": query})
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


async def value(client: httpx.AsyncClient, query: str) -> float | None:
    found = await ask(client, query)
    return float(found[0]["value"][1]) if found else None


async def names(client: httpx.AsyncClient, job: str) -> set[frozenset[tuple[str, str]]]:
    """Return all our series of a job without the label that tells the jobs apart."""
    found = await ask(client, f'{{__name__=~"availability_.+",job="{job}"}}')
    return {frozenset(each["metric"].items() - {("job", job)}) for each in found}


async def test_promtool_has_no_objection() -> None:
    promtool = require("promtool")
    text = await render(Exposition(full_metrics()[0]), full_snapshot())

    done = subprocess.run(
        [promtool, "check", "metrics"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


async def test_prometheus_takes_both_formats_and_forgets_a_removed_check() -> None:
    kept, removed = check("kept"), check("removed")
    bad = view("ledger", Status.MAJOR_OUTAGE)
    both = {each: observation(each) for each in (kept, removed)}
    endpoint = Endpoint(snapshot(both, components=[bad]))
    async with endpoint.serving() as port, prometheus(port) as client:
        await eventually_async(lambda: _all_up(client))

        assert await value(client, "count(availability_probe_success == 1)") == 4
        status = 'availability_component_status{component="ledger"} == 1'
        words = {each["metric"]["status"] for each in await ask(client, status)}
        assert words == {"major_outage"}
        lateness = "availability_scheduler_lateness_seconds_count"
        assert len(await ask(client, lateness)) == 2
        assert len(await names(client, "text")) > 100
        assert await names(client, "text") == await names(client, "openmetrics")

        endpoint.shown = snapshot({kept: both[kept]}, components=[bad])
        gone = 'absent(availability_probe_success{check="removed"})'
        await eventually_async(lambda: ask(client, gone))
        assert await value(client, "count(availability_probe_success)") == 2

        targets = (await client.get("/api/v1/targets")).json()["data"]["activeTargets"]
        assert [each["lastError"] for each in targets] == ["", ""]
    assert len(endpoint.content_types) == 2


async def _all_up(client: httpx.AsyncClient) -> bool:
    return await value(client, "sum(up)") == 2
