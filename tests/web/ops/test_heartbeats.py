"""A job reports its run with the token of its own check, and with nothing else."""

import httpx
import pytest

from monitor.web.ops.backend import HeartbeatReport
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import client_of

PATH = "/api/v1/heartbeats/nightly-batch"
TOKEN = {"Authorization": "Bearer beat-token"}


async def post(backend: FakeBackend, path: str = PATH, **request: object) -> httpx.Response:
    async with client_of(backend) as client:
        return await client.post(path, **request)  # type: ignore[arg-type]  # headers or json


async def test_a_beat_without_a_word_says_that_all_went_well() -> None:
    backend = FakeBackend()

    response = await post(backend, headers=TOKEN)

    assert response.status_code == 200
    assert backend.commands == [("beat", "nightly-batch", HeartbeatReport())]


async def test_a_beat_tells_failure_duration_and_detail() -> None:
    backend = FakeBackend()
    report = {"ok": False, "duration_seconds": 12.5, "detail": "two files missing"}

    await post(backend, headers=TOKEN, json=report)

    (command,) = backend.commands
    assert command[2] == HeartbeatReport(
        ok=False, duration_seconds=12.5, detail="two files missing"
    )


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PATH, {}),
        (PATH, {"Authorization": "Bearer other"}),
        (PATH, {"Authorization": "Basic beat-token"}),
        ("/api/v1/heartbeats/unheard-of", TOKEN),
    ],
    ids=["no-token", "other-token", "basic", "unknown-check"],
)
async def test_what_opens_no_door_is_401_whatever_stands_behind(
    path: str, headers: dict[str, str]
) -> None:
    backend = FakeBackend()

    response = await post(backend, path, headers=headers)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "unauthorized"
    assert backend.commands == []


async def test_a_negative_duration_is_refused() -> None:
    response = await post(FakeBackend(), headers=TOKEN, json={"duration_seconds": -1})

    assert response.status_code == 422
