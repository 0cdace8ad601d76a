"""A client of the operations app, as a program on this machine sees it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from monitor.web.ops.app import create_ops_app
from tests.web.ops.backend import FakeBackend, FakeMetrics

TOKEN = "token-for-tests-0123456789"
BEARER = {"authorization": f"Bearer {TOKEN}"}


def client_of(
    backend: FakeBackend, metrics: FakeMetrics | None = None, *, loopback: bool = True
) -> httpx.AsyncClient:
    app = create_ops_app(backend, metrics or FakeMetrics(), token=TOKEN, loopback=loopback)
    # What the app does with its own bugs is part of what is tested.
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://ops.test")


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
async def client(backend: FakeBackend) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(backend) as made:
        yield made
