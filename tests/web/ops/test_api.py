"""Proves what the operations API answers, and that every command reaches the monitor."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from monitor.web.ops.backend import ChangeWish
from tests.web.ops import notice_samples, samples
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import BEARER

INCIDENT_KEYS = {
    "id", "status", "severity", "cause", "subcause", "confidence", "evidence", "candidates",
    "components", "services", "started_at", "confirmed_at", "recovered_at", "resolved_at",
    "downtime_seconds", "follows", "window", "acknowledged_by", "url", "public_url",
    "runbook", "runbook_url",
}  # fmt: skip


async def get(client: httpx.AsyncClient, path: str) -> Any:
    response = await client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


async def post(client: httpx.AsyncClient, path: str, body: object = None) -> httpx.Response:
    return await client.post(path, json=body, headers=BEARER)


async def test_the_status_holds_services_components_checks_and_faults(
    client: httpx.AsyncClient,
) -> None:
    status = await get(client, "/api/v1/status")

    assert status["at"] == "2025-03-01T04:10:00.000000Z"
    assert status["services"][0] == {
        "name": "credit-pay",
        "observed": "major_outage",
        "displayed": "major_outage",
        "since": "2025-03-01T04:06:48.000000Z",
        "updated_at": "2025-03-01T04:10:00.000000Z",
    }
    assert [each["name"] for each in status["components"]] == list(samples.SNAPSHOT.components)
    checks = {each["name"]: each for each in status["checks"]}
    assert checks["ledger-sql"]["last"]["failure"]["kind"] == "connect_refused"
    assert checks["ledger-tcp"]["misconfigured"] is True
    assert (checks["uplink-tcp"]["condition"], checks["uplink-tcp"]["last"]) == ("unknown", None)
    assert [each["kind"] for each in status["faults"]] == ["clock_jump"]


async def test_the_platform_says_in_which_zone_its_people_read_times(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    platform = replace(backend.settings.platform, time_zone="Europe/Berlin")
    backend.settings = replace(backend.settings, platform=platform)

    assert await get(client, "/api/v1/platform") == {"time_zone": "Europe/Berlin"}


async def test_incidents_are_the_objects_of_the_webhook_with_both_addresses(
    client: httpx.AsyncClient,
) -> None:
    incidents = await get(client, "/api/v1/incidents")

    assert [each["id"] for each in incidents] == [samples.INCIDENT.id, samples.RESOLVED.id]
    assert set(incidents[0]) >= INCIDENT_KEYS
    assert incidents[0]["url"] == f"http://127.0.0.1:9464/incidents/{samples.INCIDENT.id}"
    assert incidents[0]["public_url"] == f"http://127.0.0.1:8080/incidents/{samples.INCIDENT.id}"
    assert incidents[0]["runbook"] == "docs/operations/database_anomaly.md"
    assert incidents[0]["runbook_url"] == f"{samples.RUNBOOKS}/database_anomaly.md"
    assert incidents[1]["downtime_seconds"] == 750.0


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("open=true", [samples.INCIDENT.id]),
        ("open=false", [samples.INCIDENT.id, samples.RESOLVED.id]),
        ("limit=1", [samples.INCIDENT.id]),
        (f"before={samples.INCIDENT.id}", [samples.RESOLVED.id]),
    ],
)
async def test_incidents_can_be_narrowed(
    client: httpx.AsyncClient, query: str, ids: list[str]
) -> None:
    found = await get(client, f"/api/v1/incidents?{query}")

    assert [each["id"] for each in found] == ids


async def test_one_incident_comes_with_all_that_was_told_of_it(client: httpx.AsyncClient) -> None:
    found = await get(client, f"/api/v1/incidents/{samples.INCIDENT.id}")

    assert set(found) >= INCIDENT_KEYS
    assert [each["type"] for each in found["events"]] == ["incident.opened"]
    assert [each["status"] for each in found["deliveries"]] == ["dead", "pending"]
    assert found["notices"][0]["texts"]["en"]["subject"] == "Credit Pay is unavailable"


async def test_an_incident_is_acknowledged_by_a_person(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    response = await post(client, f"/api/v1/incidents/{samples.INCIDENT.id}/ack", {"by": "li"})

    assert response.status_code == 200
    assert response.json()["acknowledged_by"] == "li"
    assert backend.commands == [("acknowledge", samples.INCIDENT.id, "li")]


async def test_notices_are_listed_shown_approved_and_retracted(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    listed = await get(client, "/api/v1/notices?state=published")
    waiting = await get(client, "/api/v1/notices?state=pending")
    shown = await get(client, f"/api/v1/notices/{notice_samples.NOTICE.id}")
    approved = await post(
        client, f"/api/v1/notices/{notice_samples.NOTICE.id}/approve", {"by": "li"}
    )
    retracted = await post(client, f"/api/v1/notices/{notice_samples.NOTICE.id}/retract")

    assert listed == [shown]
    assert [each["id"] for each in waiting] == [notice_samples.DRAFT.id]
    assert (approved.json()["state"], retracted.json()["state"]) == ("published", "retracted")
    assert backend.commands == [
        ("approve", notice_samples.NOTICE.id, "li", ""),
        ("retract", notice_samples.NOTICE.id, "", "", {}),
    ]


async def test_a_notice_is_rejected_set_right_and_said_by_a_person(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    place, words = f"/api/v1/notices/{notice_samples.DRAFT.id}", {"en": "It works again."}

    rejected = await post(client, f"{place}/reject", {"by": "li", "reason": "not sure"})
    corrected = await post(client, f"{place}/correct", {"by": "li", "texts": words})
    said = await post(client, "/api/v1/notices", {"subject": "inc_a", "by": "li", "texts": words})
    wordless = await post(client, f"{place}/correct", {"by": "li", "texts": {}})
    refused = await post(
        client, f"{place}/correct", {"by": "li", "texts": {"en": "10.1.2.3 is back"}}
    )

    assert rejected.json()["state"] == "rejected"
    assert (corrected.status_code, said.status_code) == (200, 200)
    assert (wordless.status_code, refused.status_code) == (422, 409)
    assert "contains an address" in refused.json()["error"]["message"]
    assert backend.commands[:3] == [
        ("reject", notice_samples.DRAFT.id, "li", "not sure"),
        ("correct", notice_samples.DRAFT.id, "li", "", words),
        ("say", "inc_a", "li", words),
    ]


async def test_dead_letters_are_listed_and_replayed(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    dead = await get(client, "/api/v1/deliveries?status=dead")
    replayed = await post(client, f"/api/v1/deliveries/{dead[0]['id']}/replay")
    refused = await post(client, f"/api/v1/deliveries/{samples.WAITING.id}/replay")

    assert [each["reason"] for each in dead] == ["client_error"]
    assert (replayed.status_code, replayed.json()["status"]) == (200, "pending")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")


async def test_addresses_are_masked_unless_an_operator_shows_the_token(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    masked = await get(client, "/api/v1/subscribers")
    refused = await client.post("/api/v1/subscribers/reveal", json={})
    whole = await post(client, "/api/v1/subscribers/reveal", {"after": masked[0]["id"]})

    assert [each["address"] for each in masked] == ["l***@example.com", "w***@example.com"]
    assert refused.status_code == 401
    assert [each["address"] for each in whole.json()] == ["wang@example.com"]


async def test_a_subscriber_is_removed_by_address_or_id(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    done = [
        await post(client, "/api/v1/subscribers/remove", {"who": who})
        for who in ("li@example.com", "sub_b", "nobody@example.com")
    ]

    assert [each.status_code for each in done] == [200, 200, 404]
    assert [name for _, name in backend.commands] == ["sub_a", "sub_b"]
    assert "li@" not in done[0].text
    assert "nobody@" not in done[2].text


async def test_a_change_is_reported(client: httpx.AsyncClient, backend: FakeBackend) -> None:
    body = {"component": "gateway", "version": "2.14.0", "at": "2025-03-01T04:00:00Z"}

    response = await post(client, "/api/v1/changes", body)

    assert response.status_code == 201
    assert response.json()["kind"] == "deploy"
    wish = ChangeWish(component="gateway", version="2.14.0", at=datetime(2025, 3, 1, 4, tzinfo=UTC))
    assert backend.commands == [("change", wish)]
    assert await get(client, "/api/v1/changes") == []


async def test_a_check_is_shown_and_probed_now(
    client: httpx.AsyncClient, backend: FakeBackend
) -> None:
    shown = await get(client, "/api/v1/checks/ledger-sql")
    probed = await post(client, "/api/v1/checks/ledger-sql/probe")

    assert shown["last"] == probed.json()
    assert shown["last"]["signals"] == [
        {"kind": "errno", "value": 111, "detail": "Connection refused"}
    ]
    assert backend.commands == [("probe", "ledger-sql")]


async def test_the_diagnosis_names_its_evidence(client: httpx.AsyncClient) -> None:
    (finding,) = await get(client, "/api/v1/diagnose")

    assert (finding["component"], finding["status"]) == ("ledger", "major_outage")
    assert (finding["cause"], finding["subcause"], finding["confidence"]) == (
        "database_anomaly",
        "unreachable",
        0.92,
    )
    assert finding["evidence"][0]["signal"] == "errno"


async def test_no_answer_holds_what_is_secret_in_the_configuration(
    client: httpx.AsyncClient,
) -> None:
    paths = ["status", "checks/ledger-sql", "incidents", "deliveries", "diagnose", "openapi.json"]
    texts = [(await client.get(f"/api/v1/{path}")).text for path in paths]
    texts.append((await client.get("/")).text)

    assert all(texts)
    for secret in (samples.SPEC_SECRET, samples.RECEIVER_SECRET, "token-for-tests"):
        assert not any(secret in text for text in texts)


async def test_the_description_names_every_route_and_the_token_that_writes_need(
    client: httpx.AsyncClient,
) -> None:
    schema = await get(client, "/api/v1/openapi.json")

    assert {path.removeprefix("/api/v1") for path in schema["paths"]} == {
        "/status", "/platform", "/checks/{name}", "/checks/{name}/probe", "/diagnose",
        "/checks/{name}/mute", "/checks/{name}/unmute",
        "/incidents", "/incidents/{incident_id}", "/incidents/{incident_id}/ack",
        "/incidents/{incident_id}/resolve", "/incidents/{incident_id}/notes",
        "/incidents/{incident_id}/override", "/incidents/{incident_id}/postmortem",
        "/incidents/{incident_id}/reports",
        "/heartbeats/{check}",
        "/maintenance", "/maintenance/{window_id}", "/maintenance/{window_id}/extend",
        "/maintenance/{window_id}/complete", "/maintenance/{window_id}/cancel",
        "/maintenance/{window_id}/approve", "/maintenance/{window_id}/reschedule",
        "/maintenance/{window_id}/verify", "/maintenance/series",
        "/maintenance/series/{series_id}/end",
        "/notices", "/notices/{notice_id}", "/notices/{notice_id}/approve",
        "/notices/{notice_id}/retract", "/notices/{notice_id}/reject",
        "/notices/{notice_id}/correct", "/public-files", "/deliveries",
            "/deliveries/{delivery_id}/replay",
        "/subscribers", "/subscribers/reveal", "/subscribers/remove",
        "/changes",
    }  # fmt: skip
    writes = [each["post"] for each in schema["paths"].values() if "post" in each]
    beats = schema["paths"].pop("/api/v1/heartbeats/{check}")["post"]
    assert beats["security"] == [{"heartbeat": []}]
    writes.remove(beats)
    assert all(each["security"] == [{"token": []}] for each in writes)
    assert "bearer" in str(schema["components"]["securitySchemes"])
