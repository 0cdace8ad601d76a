"""Proves who may read and who may write, on this machine and from beyond it."""

import base64

import httpx
import pytest

from tests.web.ops import notice_samples, samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import BEARER, TOKEN, client_of

OPEN = ["/metrics", "/healthz", "/readyz"]
READS = [
    "/",
    f"/incidents/{samples.INCIDENT.id}",
    "/api/v1/status",
    "/api/v1/incidents",
    "/api/v1/openapi.json",
    "/assets/operations.css",
]
WRITES = [
    f"/api/v1/incidents/{samples.INCIDENT.id}/ack",
    "/api/v1/maintenance",
    f"/api/v1/maintenance/{samples.WINDOW.id}/complete",
    f"/api/v1/notices/{notice_samples.NOTICE.id}/approve",
    f"/api/v1/deliveries/{samples.DEAD.id}/replay",
    "/api/v1/changes",
    "/api/v1/checks/ledger-sql/probe",
    "/api/v1/nowhere",
]


def basic(password: str, user: str = "anybody") -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


@pytest.mark.parametrize("path", [*OPEN, *READS])
async def test_on_this_machine_everybody_reads(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("path", OPEN)
async def test_machines_read_health_and_metrics_without_a_token(
    backend: FakeBackend, path: str
) -> None:
    async with client_of(backend, loopback=False) as client:
        assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("path", [*READS, "/nowhere", "/metrics/", "/healthz/../"])
async def test_from_beyond_every_other_read_needs_the_token(
    backend: FakeBackend, path: str
) -> None:
    async with client_of(backend, loopback=False) as client:
        refused = await client.get(path)

    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "unauthorized"
    assert refused.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("headers", [BEARER, basic(TOKEN)], ids=["bearer", "password"])
async def test_from_beyond_the_token_opens_reads_as_bearer_or_password(
    backend: FakeBackend, path: str, headers: dict[str, str]
) -> None:
    async with client_of(backend, loopback=False) as client:
        assert (await client.get(path, headers=headers)).status_code == 200


@pytest.mark.parametrize("loopback", [True, False], ids=["loopback", "beyond"])
@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer"},
        {"authorization": TOKEN},
        {"authorization": "Basic !!!"},
        basic(TOKEN),
    ],
    ids=["nothing", "wrong", "empty", "no scheme", "broken basic", "a browser's password"],
)
async def test_a_write_without_the_bearer_token_reaches_nothing(
    backend: FakeBackend, path: str, loopback: bool, headers: dict[str, str]
) -> None:
    async with client_of(backend, loopback=loopback) as client:
        refused = await client.post(path, headers=headers)

    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert backend.commands == []


async def test_a_token_that_is_not_ascii_is_wrong_and_nothing_worse(
    client: httpx.AsyncClient,
) -> None:
    headers = {b"authorization": "Bearer ключ".encode()}

    assert (await client.post("/api/v1/changes", headers=headers)).status_code == 401
