"""Proves that windows and series are planned, followed and shown with their history."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from monitor.model.maintenance import ExpectedPattern, PatternKind
from monitor.model.series import Series
from monitor.web.ops.backend import WindowWish
from tests.web.ops import notice_samples, samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.test_api import get, post

PATH = f"/api/v1/maintenance/{samples.WINDOW.id}"
SERIES: dict[str, Any] = {
    "components": ["bank-a"],
    "rrule": "FREQ=WEEKLY;BYDAY=SU",
    "start": "2026-01-11T02:00",
    "duration_seconds": 3600,
    "except": ["2026-02-15"],
    "by": "li",
}


async def test_a_window_is_scheduled_as_it_was_asked_for(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    body = {
        "services": ["checkout"],
        "start": "2025-03-05T01:00:00+08:00",
        "end": "2025-03-05T02:00:00+08:00",
        "title": {"zh-CN": "例行维护", "en": "Routine"},
        "expected": {"kind": "blips", "count": 3, "max_seconds": 60},
        "note": "moves the ledger",
        "owner": "payments",
        "approval": True,
        "lead_seconds": 3600,
        "by": "li",
    }

    response = await post(client, "/api/v1/maintenance", body)

    assert response.status_code == 201
    assert response.json()["warnings"] == [
        "users hear of it 60 minutes before it begins; the platform's minimum is 3 days"
    ]
    assert response.json()["start"] == "2025-03-04T17:00:00.000000Z"
    ((_, wish),) = backend.commands
    assert wish == WindowWish(
        start=datetime(2025, 3, 4, 17, tzinfo=UTC),
        end=datetime(2025, 3, 4, 18, tzinfo=UTC),
        services=("checkout",),
        title={"zh-CN": "例行维护", "en": "Routine"},
        expected=ExpectedPattern(kind=PatternKind.BLIPS, count=3, max_seconds=60.0),
        note="moves the ledger",
        by="li",
        owner="payments",
        needs_approval=True,
        lead_seconds=3600.0,
    )


async def test_a_time_is_kept_in_utc_whatever_its_offset(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    times = {"start": "2025-03-05T01:00:00+08:00", "end": "2025-03-05T02:00:00+08:00"}

    await post(client, "/api/v1/maintenance", {"services": ["checkout"], **times})

    ((_, wish),) = backend.commands
    assert isinstance(wish, WindowWish)
    assert (wish.start.tzinfo, wish.end.tzinfo) == (UTC, UTC)


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z"])
async def test_a_time_that_no_page_can_show_is_refused(client: httpx.AsyncClient, end: str) -> None:
    times = {"start": "2025-03-05T01:00:00+08:00", "end": end}

    response = await post(client, "/api/v1/maintenance", {"services": ["checkout"], **times})

    assert response.status_code == 422
    assert "a year from 2000 to 2100" in response.json()["error"]["message"]


async def test_windows_are_listed_shown_extended_and_completed(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    path = f"/api/v1/maintenance/{samples.WINDOW.id}"

    listed = await get(client, "/api/v1/maintenance?open=true")
    shown = await get(client, path)
    extended = await post(client, f"{path}/extend", {"end": "2025-03-01T06:00:00Z", "by": "li"})
    completed = await post(client, f"{path}/complete")

    assert [each["id"] for each in listed] == [shown["id"]] == [samples.WINDOW.id]
    assert extended.json()["end"] == "2025-03-01T06:00:00.000000Z"
    assert completed.json()["status"] == "completed"
    assert backend.commands == [
        ("extend", samples.WINDOW.id, datetime(2025, 3, 1, 6, tzinfo=UTC), "li"),
        ("complete", samples.WINDOW.id, ""),
    ]


async def test_a_command_that_the_state_forbids_is_a_conflict(client: httpx.AsyncClient) -> None:
    path = f"/api/v1/maintenance/{samples.WINDOW.id}/cancel"

    response = await post(client, path, {"by": "li"})

    assert response.status_code == 409
    assert response.json() == {
        "error": {"code": "conflict", "message": "only a scheduled window can be cancelled"}
    }


async def test_a_window_comes_with_who_took_each_step(client: httpx.AsyncClient) -> None:
    shown = await get(client, PATH)

    steps = [(each["type"], each["data"]["by"]) for each in shown["events"]]
    assert steps == [("maintenance.scheduled", "li"), ("maintenance.started", "")]
    assert [each["id"] for each in shown["notices"]] == [notice_samples.NOTICE.id]
    assert shown["warnings"] == [], "it has begun"


async def test_a_draft_is_approved_moved_and_verified(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    times = {"start": "2025-03-06T01:00:00Z", "end": "2025-03-06T02:00:00Z"}

    approved = await post(client, f"{PATH}/approve", {"by": "ann"})
    moved = await post(client, f"{PATH}/reschedule", {**times, "by": "li"})
    verified = await post(client, f"{PATH}/verify", {"by": "li"})

    assert approved.json()["approved_by"] == "ann"
    assert moved.json()["end"] == "2025-03-06T02:00:00.000000Z"
    assert verified.json()["verifying_since"] == "2025-03-01T04:10:00.000000Z"
    at = [datetime(2025, 3, 6, hour, tzinfo=UTC) for hour in (1, 2)]
    assert backend.commands == [
        ("approve_window", samples.WINDOW.id, "ann"),
        ("reschedule", samples.WINDOW.id, *at, "li"),
        ("verify", samples.WINDOW.id, "li"),
    ]


async def test_a_series_is_planned_in_the_zone_of_the_platform(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    response = await post(client, "/api/v1/maintenance/series", SERIES)

    assert response.status_code == 201
    assert response.json()["id"] == "ser_a"
    ((_, wish),) = backend.commands
    assert wish == Series(
        id="",
        start="2026-01-11T02:00",
        duration_seconds=3600.0,
        time_zone="Asia/Shanghai",
        rule="FREQ=WEEKLY;BYDAY=SU",
        excluded=("2026-02-15",),
        components=("bank-a",),
        created_by="li",
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rrule": "FREQ=HOURLY"}, "body.rrule"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=MO"}, "the start does not fall on a day of BYDAY"),
        ({"start": "2026-01-11T02:00+08:00"}, "body.start"),
        ({"duration_seconds": 0}, "body.duration_seconds"),
        ({"time_zone": "Shanghai"}, "body.time_zone"),
        ({"except": ["17.2."]}, "body.except.0"),
        ({"components": []}, "at least one service or component"),
        ({"title": {"zh-CN": "升级", "en": "Up \u202eedarg"}}, "U+202E"),
        ({"colour": "red"}, "body.colour"),
    ],
    ids=str,
)
async def test_a_series_that_makes_no_sense_names_the_key(
    client: httpx.AsyncClient, backend: FakeBackend, change: dict[str, Any], words: str
) -> None:
    response = await post(client, "/api/v1/maintenance/series", {**SERIES, **change})

    assert response.status_code == 422
    assert words in response.json()["error"]["message"]
    assert backend.commands == []


async def test_series_are_listed_and_ended(client: httpx.AsyncClient, backend: FakeBackend) -> None:
    listed = await get(client, "/api/v1/maintenance/series")
    ended = await post(client, "/api/v1/maintenance/series/nightly/end", {"by": "li"})

    assert [each["id"] for each in listed] == ["nightly"]
    assert [each["id"] for each in listed[0]["windows"]] == [samples.WINDOW.id]
    assert listed[0]["warnings"] == [
        "users hear of it 60 minutes before it begins; the platform's minimum is 3 days"
    ]
    assert ended.json()["ended_by"] == "li"
    assert backend.commands == [("end_series", "nightly", "li")]
