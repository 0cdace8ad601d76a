"""The API has exactly the fields and enums of Atlassian Statuspage's public API v2."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.model.history import StatusSpell
from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from monitor.web.public.statuspage import DOCUMENTS
from monitor.web.public.statuspage_words import moment
from tests.publish.notices.worlds import after
from tests.web.public.scenes import (
    ACTIVE,
    DATABASE,
    SCENES,
    SERVICES,
    blind,
    calm,
    disrupted,
    overrunning,
    resolved,
    watched,
    with_past,
)

PAGE = {"id", "name", "url", "time_zone", "updated_at"}
COMPONENT = {
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "position",
    "description",
    "showcase",
    "start_date",
    "group_id",
    "page_id",
    "group",
    "only_show_if_degraded",
}
INCIDENT = {
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "started_at",
    "page_id",
    "incident_updates",
    "components",
}
MAINTENANCE = INCIDENT | {"scheduled_for", "scheduled_until"}
UPDATE = {
    "id",
    "status",
    "body",
    "incident_id",
    "created_at",
    "updated_at",
    "display_at",
    "affected_components",
    "deliver_notifications",
    "custom_tweet",
    "tweet_id",
}
STEP = {"code", "name", "old_status", "new_status"}
COMPONENT_STATUSES = {
    "operational",
    "degraded_performance",
    "partial_outage",
    "major_outage",
    "under_maintenance",
}
INCIDENT_STATUSES = {"investigating", "identified", "monitoring", "resolved"}
MAINTENANCE_STATUSES = {"scheduled", "in_progress", "verifying", "completed"}
KEYS = {
    "summary": {"page", "status", "components", "incidents", "scheduled_maintenances"},
    "status": {"page", "status"},
    "components": {"page", "components"},
    "incidents": {"page", "incidents"},
    "incidents/unresolved": {"page", "incidents"},
    "scheduled-maintenances": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/upcoming": {"page", "scheduled_maintenances"},
    "scheduled-maintenances/active": {"page", "scheduled_maintenances"},
}


async def documents(scene_name: str, lang: str = "zh-CN") -> dict[str, Any]:
    scene = await SCENES[scene_name]()
    async with scene.visitor() as browser:
        answers = {
            name: await browser.get(f"/api/v2/{name}.json?lang={lang}") for name in DOCUMENTS
        }
    assert {each.status_code for each in answers.values()} == {200}
    assert {each.headers["content-type"] for each in answers.values()} == {"application/json"}
    assert {each.headers["access-control-allow-origin"] for each in answers.values()} == {"*"}
    return {name: each.json() for name, each in answers.items()}


def check_updates(parent: dict[str, Any], statuses: set[str]) -> None:
    for update in parent["incident_updates"]:
        assert set(update) == UPDATE
        assert update["status"] in statuses
        assert update["incident_id"] == parent["id"]
        for step in update["affected_components"] or []:
            assert set(step) == STEP
            assert {step["old_status"], step["new_status"]} <= COMPONENT_STATUSES
    times = [each["created_at"] for each in parent["incident_updates"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("scene", SCENES)
async def test_fields_and_enums_are_exact_in_every_state(scene: str) -> None:
    found = await documents(scene)

    assert {name: set(each) for name, each in found.items()} == KEYS
    for document in found.values():
        assert set(document["page"]) == PAGE
        for component in document.get("components", []):
            assert set(component) == COMPONENT
            assert component["status"] in COMPONENT_STATUSES
        for incident in document.get("incidents", []):
            assert set(incident) == INCIDENT
            assert incident["status"] in INCIDENT_STATUSES
            assert incident["impact"] in {"none", "minor", "major", "critical"}
            check_updates(incident, INCIDENT_STATUSES)
        for window in document.get("scheduled_maintenances", []):
            assert set(window) == MAINTENANCE
            assert window["status"] in MAINTENANCE_STATUSES
            assert window["impact"] == "maintenance"
            check_updates(window, MAINTENANCE_STATUSES)
        if "status" in document:
            assert set(document["status"]) == {"indicator", "description"}
            assert document["status"]["indicator"] in {"none", "minor", "major", "critical"}


async def test_services_are_its_components() -> None:
    scene = await calm()
    async with scene.visitor() as browser:
        answer = (await browser.get("/api/v2/components.json?lang=en")).json()

    names = [each["name"] for each in answer["components"]]
    ids = {each["id"] for each in answer["components"]}
    assert names == ["Checkout", "Credit Pay", "Cash Loans", "Repayment"]
    assert [each["position"] for each in answer["components"]] == [1, 2, 3, 4]
    assert len(ids) == 4
    assert all(name not in id_ for name in SERVICES for id_ in ids)


async def test_an_incident_is_told_from_investigating_to_resolved() -> None:
    open_one = (await documents("disrupted", "en"))["incidents/unresolved"]["incidents"][0]
    watching = (await documents("watched"))["incidents/unresolved"]["incidents"][0]
    after_all = await documents("resolved")
    (done,) = [each for each in after_all["incidents"]["incidents"] if each["id"] == DATABASE.id]

    assert open_one["status"] == "identified"
    assert open_one["impact"] == "major"
    assert [each["status"] for each in open_one["incident_updates"]] == [
        "identified",
        "identified",
        "investigating",
    ]
    assert open_one["name"] == "Service disruption: Cash Loans and Repayment"
    assert open_one["started_at"] == "2026-01-10T02:02:05.700Z"
    assert watching["status"] == "monitoring"
    assert watching["monitoring_at"] is not None
    assert done["status"] == "resolved"
    assert done["resolved_at"] is not None
    assert after_all["incidents/unresolved"]["incidents"] == []


async def test_updates_say_what_changed_for_each_service() -> None:
    found = await documents("resolved")
    (done,) = [each for each in found["incidents"]["incidents"] if each["id"] == DATABASE.id]
    last, first = done["incident_updates"][0], done["incident_updates"][-1]

    assert [(each["old_status"], each["new_status"]) for each in first["affected_components"]] == [
        ("operational", "major_outage"),
        ("operational", "partial_outage"),
    ]
    assert {each["new_status"] for each in last["affected_components"]} == {"operational"}


async def test_an_overrunning_window_is_still_in_progress() -> None:
    scene = await overrunning()
    async with scene.visitor() as browser:
        answer = (await browser.get("/api/v2/scheduled-maintenances/active.json")).json()
        status = (await browser.get("/api/v2/status.json")).json()["status"]

    (window,) = answer["scheduled_maintenances"]
    assert window["id"] == ACTIVE.id
    assert window["status"] == "in_progress"
    assert status["indicator"] == "major"


async def test_an_overrun_that_takes_everything_down_is_critical() -> None:
    scene = await overrunning()
    scene.set(Status.MAJOR_OUTAGE)
    late = replace(ACTIVE, status=WindowStatus.OVERRUNNING, services=SERVICES)
    await scene.step(11_102, late)
    async with scene.visitor() as browser:
        status = (await browser.get("/api/v2/status.json")).json()["status"]

    assert status["indicator"] == "critical"


async def test_windows_are_listed_by_state() -> None:
    scene = await with_past()
    async with scene.visitor() as browser:
        every = (await browser.get("/api/v2/scheduled-maintenances.json")).json()
        ahead = (await browser.get("/api/v2/scheduled-maintenances/upcoming.json")).json()

    statuses = [each["status"] for each in every["scheduled_maintenances"]]
    assert statuses == ["scheduled", "completed"]
    assert [each["status"] for each in ahead["scheduled_maintenances"]] == ["scheduled"]
    assert ahead["scheduled_maintenances"][0]["scheduled_for"] == "2026-01-10T03:02:05.700Z"


async def test_a_window_whose_work_is_done_is_being_verified() -> None:
    scene = await calm()
    scene.set(Status.MAINTENANCE, "checkout")
    await scene.step(3601, replace(ACTIVE, verifying_since=after(3700)))
    async with scene.visitor() as browser:
        active = (await browser.get("/api/v2/scheduled-maintenances/active.json")).json()
        page = (await browser.get("/maintenance?lang=en")).text

    assert [each["status"] for each in active["scheduled_maintenances"]] == ["verifying"]
    assert ">Verifying</span>" in page


async def test_no_data_is_the_last_known_status_with_its_time_and_never_green_overall() -> None:
    scene = await blind()
    async with scene.visitor() as browser:
        answer = (await browser.get("/api/v2/summary.json")).json()

    assert {each["status"] for each in answer["components"]} == {"operational"}
    assert {each["updated_at"] for each in answer["components"]} == {"2026-01-10T02:00:05.700Z"}
    assert answer["status"] == {"indicator": "minor", "description": "暂无数据"}


async def test_after_a_restart_no_data_is_what_the_history_knew_last() -> None:
    scene = await calm()
    scene.set(Status.UNKNOWN, "checkout")
    scene.spells["checkout"] = (
        StatusSpell(after(-900), after(-600), Status.OPERATIONAL),
        StatusSpell(after(-600), after(-30), Status.DEGRADED),
    )
    async with scene.visitor() as browser:
        answer = (await browser.get("/api/v2/summary.json?lang=en")).json()

    (checkout,) = [each for each in answer["components"] if each["name"] == "Checkout"]
    assert checkout["status"] == "degraded_performance"
    assert checkout["updated_at"] == moment(after(-30))


async def test_a_service_of_which_nothing_was_ever_known_is_left_out() -> None:
    scene = await calm()
    scene.set(Status.UNKNOWN, "checkout")
    scene.spells["checkout"] = ()
    async with scene.visitor() as browser:
        answer = (await browser.get("/api/v2/summary.json?lang=en")).json()

    assert "Checkout" not in {each["name"] for each in answer["components"]}
    assert answer["status"]["indicator"] == "minor"


async def test_ids_stay_the_same_from_state_to_state() -> None:
    scenes = [await disrupted(), await watched(), await resolved()]
    seen = []
    for scene in scenes:
        async with scene.visitor() as browser:
            answer = (await browser.get("/api/v2/incidents.json")).json()
        seen.append(
            {
                each["id"]: [one["id"] for one in each["incident_updates"]][-1]
                for each in answer["incidents"]
            }
        )

    assert seen[0] == seen[1] == seen[2]
    assert scenes[0].now == after(1900)
