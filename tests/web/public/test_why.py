"""The answer to "is it the platform?" is never better than what is known."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model.status import Status
from tests.publish.notices.worlds import after
from tests.web.public.scenes import (
    DATABASE,
    SCENES,
    blind,
    calm,
    disrupted,
    maintained,
    resolved,
    watched,
    with_past,
)
from tests.web.public.worlds import Scene, day_history


async def ask(scene: Scene, **query: str) -> dict[str, Any]:
    async with scene.visitor() as browser:
        answer = await browser.get("/api/v1/why", params={"lang": "en", **query})
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


async def test_a_calm_platform_points_to_the_account() -> None:
    answer = await ask(await calm(), service="checkout")

    assert answer["verdict"] == "working"
    assert answer["services"] == [{"name": "checkout", "title": "Checkout"}]
    assert "account status, credit assessment" in answer["answer"]
    assert "hotline 95000" in answer["answer"]
    assert "Ignore offers to restore limits for a fee." in answer["answer"]


async def test_a_disruption_is_named_with_its_incident() -> None:
    answer = await ask(await disrupted(), service="cash-loans")

    assert answer["verdict"] == "disrupted"
    assert [each["id"] for each in answer["incidents"]] == [DATABASE.id]


async def test_a_service_that_works_is_told_to_work_while_another_fails() -> None:
    answer = await ask(await disrupted(), service="credit-pay")

    assert answer["verdict"] == "working"


async def test_an_outage_counts_before_any_notice_is_out() -> None:
    scene = await calm()
    scene.set(Status.MAJOR_OUTAGE, "checkout")

    answer = await ask(scene, service="checkout")

    assert (answer["verdict"], answer["incidents"]) == ("disrupted", [])


@pytest.mark.parametrize("scene", ["watched", "resolved"])
async def test_what_has_just_recovered_is_still_being_confirmed(scene: str) -> None:
    made = await SCENES[scene]()
    made.now = after(2200)

    assert (await ask(made, service="cash-loans"))["verdict"] == "unconfirmed"


async def test_after_the_watch_the_last_incident_is_mentioned() -> None:
    answer = await ask(await resolved(), service="cash-loans")

    assert answer["verdict"] == "working"
    assert "Last incident: Service disruption: Cash Loans and Repayment" in answer["answer"]


async def test_maintenance_is_named() -> None:
    answer = await ask(await maintained(), service="checkout")

    assert answer["verdict"] == "maintenance"
    assert len(answer["maintenances"]) == 1


async def test_a_blind_monitor_has_no_data() -> None:
    assert (await ask(await blind()))["verdict"] == "no_data"


async def test_a_monitor_that_does_not_trust_itself_confirms_nothing() -> None:
    scene = await calm()
    scene.faults = (await blind()).faults

    assert (await ask(scene))["verdict"] == "unconfirmed"


async def test_an_old_observation_confirms_nothing() -> None:
    scene = await calm()
    scene.seen_seconds_ago = 24.5  # Two rounds of 10 s, each with a timeout of 2 s, are 24 s.

    assert (await ask(scene, service="checkout"))["verdict"] == "unconfirmed"


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (after(600), "disrupted"),
        (after(1985), "disrupted"),
        (after(-400), "unconfirmed"),
        (after(-86_400 * 3), "maintenance"),
        (after(-86_400 * 20), "working"),
        (after(-86_400 * 200), "no_data"),
        (after(86_400), "unconfirmed"),
    ],
    ids=["in it", "its end", "same day", "in the window", "calm day", "before us", "tomorrow"],
)
async def test_a_time_is_answered_out_of_what_was_kept(at: datetime, verdict: str) -> None:
    scene = await resolved()
    today = day_history(scene.days["repayment"][-1].day, {Status.MAJOR_OUTAGE: 900.0})
    scene.days["repayment"] = [*scene.days["repayment"][:-1], today]

    answer = await ask(scene, service="repayment", at=at.isoformat())

    assert answer["verdict"] == verdict


async def test_a_day_with_gaps_confirms_nothing() -> None:
    scene = await calm()
    days = list(scene.days["checkout"])
    days[-10] = day_history(days[-10].day, {Status.OPERATIONAL: 80_000.0, Status.UNKNOWN: 6_400.0})
    scene.days["checkout"] = days
    at = (scene.now - timedelta(days=9)).isoformat()

    assert (await ask(scene, service="checkout", at=at))["verdict"] == "unconfirmed"


async def test_a_planned_window_is_told_of_the_time_ahead() -> None:
    answer = await ask(await with_past(), service="checkout", at=after(4000).isoformat())

    assert answer["verdict"] == "planned"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"service": "nothing"}, 404),
        ({"at": "yesterday"}, 400),
        ({"at": "0001-01-01T00:00"}, 400),
        ({"at": "9999-12-31T23:59"}, 400),
    ],
)
async def test_a_question_without_sense_is_refused(query: dict[str, str], status: int) -> None:
    async with (await calm()).visitor() as browser:
        answer = await browser.get("/api/v1/why", params=query)
        page = await browser.get("/why", params=query)

    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert page.status_code == 200
    assert 'role="alert"' in page.text


async def test_the_page_asks_and_answers() -> None:
    async with (await disrupted()).visitor() as browser:
        page = (await browser.get("/why?lang=zh-CN&service=cash-loans")).text

    assert '<option value="cash-loans" selected>借款</option>' in page
    assert "是。2026年1月10日（周六）10:33（北京时间），借款存在异常。详见下方公告。" in page


async def test_a_time_without_an_offset_is_one_of_the_platforms_zone() -> None:
    scene = await resolved()

    local = await ask(scene, service="cash-loans", at="2026-01-10T10:10")
    offset = await ask(scene, service="cash-loans", at="2026-01-10T02:10:00+00:00")

    assert local["at"] == offset["at"] == "2026-01-10T02:10:00.000Z"


async def test_an_incident_under_watch_is_not_over_for_the_past() -> None:
    scene = await watched()
    scene.incidents[DATABASE.id] = replace(
        scene.incidents[DATABASE.id],
        impact=tuple(replace(each, until=None) for each in scene.incidents[DATABASE.id].impact),
    )

    answer = await ask(scene, service="cash-loans", at=after(1000).isoformat())

    assert answer["verdict"] == "disrupted"
