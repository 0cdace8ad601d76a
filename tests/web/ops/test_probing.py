"""Proves what scrapers and orchestrators are told."""

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator

import httpx
import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from monitor.publish.metrics.exposition import Exposition
from monitor.web.ops.app import create_ops_app
from tests.support.polling import eventually_async
from tests.web.ops.backend import FakeBackend, FakeMetrics
from tests.web.ops.conftest import TOKEN, client_of


async def test_a_living_loop_is_healthy_whatever_it_watches(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": "1.2.3"}


async def test_readiness_gives_its_reasons(client: httpx.AsyncClient, backend: FakeBackend) -> None:
    ready = await client.get("/readyz")
    backend.reasons = ["check ledger-sql has not been observed", "the store is not writable"]
    unready = await client.get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})
    assert unready.status_code == 503
    assert unready.json() == {"ready": False, "reasons": backend.reasons}


async def test_metrics_are_passed_on_in_the_format_that_was_asked_for(
    backend: FakeBackend,
) -> None:
    metrics = FakeMetrics()
    accept = "application/openmetrics-text; version=1.0.0"

    async with client_of(backend, metrics) as client:
        plain = await client.get("/metrics", headers={"accept": "*/*"})
        openmetrics = await client.get("/metrics", headers={"accept": accept})

    assert plain.text == openmetrics.text == "# checks 5\nup 1\n"
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
    assert metrics.accepted == ["*/*", accept]


async def test_metrics_are_compressed_only_for_those_who_take_it(
    client: httpx.AsyncClient,
) -> None:
    async def raw(encoding: str) -> tuple[str | None, bytes]:
        headers = {"accept-encoding": encoding}
        async with client.stream("GET", "/metrics", headers=headers) as response:
            chunks = [chunk async for chunk in response.aiter_raw()]
        return response.headers.get("content-encoding"), b"".join(chunks)

    encoding, compressed = await raw("gzip")
    refused, plain = await raw("gzip;q=0, br")

    assert encoding == "gzip"
    assert gzip.decompress(compressed) == plain == b"# checks 5\nup 1\n"
    assert refused is None


async def test_health_readiness_and_metrics_answer_a_head_request(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        response = await client.head(path)

        assert (response.status_code, response.content) == (200, b"")


async def test_a_real_server_streams_real_metrics(backend: FakeBackend) -> None:
    """The whole way over a socket: uvicorn, the exposition, a parser."""
    app = create_ops_app(backend, Exposition(CollectorRegistry()), token=TOKEN, loopback=True)
    async with serving(app) as url, httpx.AsyncClient() as client:
        response = await client.get(f"{url}/metrics")
        page = await client.get(f"{url}/")

    families = {each.name for each in text_string_to_metric_families(response.text)}
    assert "availability_probe_success" in families
    assert page.status_code == 200


@contextlib.asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        task = asyncio.create_task(server.serve(sockets=[listener]))
        await eventually_async(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await task
