"""Proves that whatever goes wrong is answered in one form, with a sentence that helps."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.web.ops import samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import BEARER, client_of

WINDOW = {
    "services": ["checkout"],
    "start": "2025-03-05T01:00:00Z",
    "end": "2025-03-05T02:00:00Z",
}


def error_of(response: httpx.Response) -> tuple[int, str, str]:
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return response.status_code, body["error"]["code"], body["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api/v1/nowhere",
        "/api/v2/summary.json",
        "/api/v1/checks/unknown",
        "/api/v1/incidents/inc_x",
        "/api/v1/maintenance/mnt_x",
        "/api/v1/notices/ntc_x",
        "/docs",
        "/assets/../token.py",
    ],
)
async def test_what_does_not_exist_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    status, code, message = error_of(await client.get(path))

    assert (status, code) == (404, "not_found")
    assert message


async def test_a_method_that_a_route_does_not_have_is_said(client: httpx.AsyncClient) -> None:
    response = await client.delete("/api/v1/incidents", headers=BEARER)

    assert error_of(response)[:2] == (405, "method_not_allowed")
    assert "GET" in response.headers["allow"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"services": []}, "at least one service or component"),
        ({"end": "2025-03-05T01:00:00Z"}, "body: the end must come after the start"),
        ({"start": "2025-03-05T01:00:00"}, "body.start"),
        ({"start": "tomorrow"}, "body.start"),
        ({"start": "2026"}, "body.start: expected a time such as"),
        ({"start": 1767225600}, "body.start: expected a time such as"),
        ({"start": "1767225600.5"}, "body.start: expected a time such as"),
        ({"colour": "red"}, "body.colour"),
        ({"services": "checkout"}, "body.services"),
        ({"services": ["x" * 201]}, "body.services.0"),
        ({"expected": {"kind": "total"}}, "body.expected.kind"),
        ({"expected": {"count": -1}}, "body.expected.count"),
        ({"note": "x" * 2001}, "body.note"),
    ],
    ids=str,
)
async def test_a_body_that_does_not_fit_names_the_key(
    client: httpx.AsyncClient, backend: FakeBackend, change: dict[str, Any], words: str
) -> None:
    response = await client.post("/api/v1/maintenance", json=WINDOW | change, headers=BEARER)

    status, code, message = error_of(response)
    assert (status, code) == (422, "invalid")
    assert words in message
    assert backend.commands == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/api/v1/incidents/{samples.INCIDENT.id}/ack", {}),
        (f"/api/v1/incidents/{samples.INCIDENT.id}/ack", {"by": ""}),
        ("/api/v1/changes", {"component": "gateway"}),
        ("/api/v1/changes", {"component": "gateway", "version": "1", "kind": "party"}),
        (f"/api/v1/maintenance/{samples.WINDOW.id}/extend", {"by": "li"}),
    ],
)
async def test_a_command_without_what_it_needs_is_invalid(
    client: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    response = await client.post(path, json=body, headers=BEARER)

    assert error_of(response)[:2] == (422, "invalid")


@pytest.mark.parametrize("content", [b"{", b"[]", b'"text"', b"\xff\xfe", b""])
async def test_a_body_that_is_no_object_is_invalid(
    client: httpx.AsyncClient, content: bytes
) -> None:
    headers = BEARER | {"content-type": "application/json"}

    response = await client.post("/api/v1/changes", content=content, headers=headers)

    assert error_of(response)[0] in (400, 422)


@pytest.mark.parametrize(
    "query", ["incidents?limit=0", "incidents?limit=x", "deliveries?status=lost"]
)
async def test_a_query_that_does_not_fit_is_invalid(client: httpx.AsyncClient, query: str) -> None:
    assert error_of(await client.get(f"/api/v1/{query}"))[:2] == (422, "invalid")


async def test_a_name_that_the_monitor_does_not_know_is_invalid(
    client: httpx.AsyncClient,
) -> None:
    body = WINDOW | {"services": ["nowhere"]}

    response = await client.post("/api/v1/maintenance", json=body, headers=BEARER)

    assert error_of(response) == (422, "invalid", "unknown service 'nowhere'")


@pytest.mark.parametrize("is_announced", [True, False], ids=["announced", "in chunks"])
async def test_a_body_that_is_too_large_is_refused(
    client: httpx.AsyncClient, backend: FakeBackend, is_announced: bool
) -> None:
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(10_000):
            sent += 1024
            yield b" " * 1024

    content = b" " * 70_000 if is_announced else chunks()
    headers = BEARER | {"content-type": "application/json"}

    response = await client.post("/api/v1/changes", content=content, headers=headers)

    assert error_of(response) == (413, "too_large", "a body has at most 65536 bytes")
    assert sent < 100_000, "the rest is never read"
    assert backend.commands == []


async def test_a_store_that_is_away_is_said_and_passes(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    backend.is_store_down = True

    response = await client.get("/api/v1/incidents")

    assert error_of(response) == (503, "unavailable", "the store cannot be read")
    assert (await client.get("/api/v1/status")).status_code == 200


async def test_a_bug_tells_the_caller_nothing_of_the_inside() -> None:
    class Broken(FakeBackend):
        async def diagnose(self) -> Any:
            raise RuntimeError("whsec_secret in a message")

    async with client_of(Broken()) as client:
        response = await client.get("/api/v1/diagnose")

    assert error_of(response)[:2] == (500, "internal")
    assert "whsec" not in response.text
