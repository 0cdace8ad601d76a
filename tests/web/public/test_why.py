"""The answer to "is it the platform?" is never better than what is known."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from monitor.model.configuration import NoticePolicy
from monitor.model.history import StatusSpell
from monitor.model.status import Status
from tests.publish.notices.worlds import CONFIGURATION, after
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
from tests.web.public.worlds import SINCE, Scene

WORKED, FAILED = Status.OPERATIONAL, Status.MAJOR_OUTAGE


TEXTS = {"repayments": {"zh-CN": "因服务暂停未能按时还款的，不计逾期"}}


def spells(*words_and_ends: Status | datetime) -> tuple[StatusSpell, ...]:
    """Return spells that follow one another from 90 days ago: a word, its end, and so on."""
    made: list[StatusSpell] = []
    for word, end in zip(words_and_ends[::2], words_and_ends[1::2], strict=True):
        assert isinstance(word, Status)
        assert isinstance(end, datetime)
        made.append(StatusSpell(made[-1].end if made else SINCE, end, word))
    return tuple(made)


async def ask(scene: Scene, **query: str) -> dict[str, Any]:
    async with scene.visitor() as browser:
        answer = await browser.get("/api/v1/why", params={"lang": "en", **query})
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


async def test_a_calm_platform_points_to_the_account() -> None:
    answer = await ask(await calm(), service="checkout")

    assert answer["verdict"] == "working"
    assert [each["verdict"] for each in answer["services"]] == ["working"]
    assert [each["key"] for each in answer["look_at"]] == [
        "credit_assessment",
        "credit_line",
        "policy",
    ]
    assert "Credit assessment: A function may be open or closed" in answer["answer"]
    assert answer["answer"].startswith(
        "The platform works. As of Saturday, 10 January 2026, 10:02 Beijing time (UTC+8): Checkout"
    )
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
        (after(-10), "unconfirmed"),
        (after(-400), "working"),
        (after(-86_400 * 3), "maintenance"),
        (after(-86_400 * 20), "working"),
        (after(-86_400 * 200), "no_data"),
        (after(86_400), "unconfirmed"),
    ],
    ids=[
        "in it",
        "its end",
        "its edge",
        "same day",
        "in maintenance",
        "calm",
        "before us",
        "tomorrow",
    ],
)
async def test_a_time_is_answered_out_of_what_was_kept(at: datetime, verdict: str) -> None:
    scene = await resolved()
    scene.spells["repayment"] = spells(WORKED, after(4), FAILED, after(1994), WORKED, scene.now)

    answer = await ask(scene, service="repayment", at=at.isoformat())

    assert answer["verdict"] == verdict


@pytest.mark.parametrize(
    ("hours", "verdict"), [(-5, "working"), (-3.5, "no_data"), (-2.5, "disrupted"), (-1, "working")]
)
async def test_the_past_is_exact_and_a_time_without_the_monitor_has_no_data(
    hours: float, verdict: str
) -> None:
    scene = await calm()
    first = StatusSpell(SINCE, after(-4 * 3600), WORKED)
    scene.spells["checkout"] = (
        first,
        StatusSpell(after(-3 * 3600), after(-2 * 3600), Status.PARTIAL_OUTAGE),
        StatusSpell(after(-2 * 3600), after(0), WORKED),
    )

    answer = await ask(scene, service="checkout", at=after(hours * 3600).isoformat())

    assert answer["verdict"] == verdict
    assert "Beijing time" in answer["answer"]


async def test_what_happened_since_the_history_was_read_counts() -> None:
    scene = await calm()
    scene.now = after(1000)
    scene.spells["checkout"] = (StatusSpell(SINCE, after(-30), WORKED),)
    scene.spells["repayment"] = ()

    kept = await ask(scene, service="checkout", at=after(500).isoformat())
    never_read = await ask(scene, service="repayment", at=after(500).isoformat())

    assert (kept["verdict"], never_read["verdict"]) == ("working", "no_data")


async def test_several_services_are_told_apart() -> None:
    answer = await ask(await disrupted())

    assert answer["verdict"] == "disrupted"
    assert "Cash Loans and Repayment – disrupted." in answer["answer"]
    assert "Checkout and Credit Pay – operating normally" in answer["answer"]
    assert answer["look_at"] == []


async def test_one_blind_spot_among_working_services_is_not_called_normal() -> None:
    scene = await calm()
    scene.set(Status.UNKNOWN, "checkout")

    answer = await ask(scene)

    assert answer["verdict"] == "unconfirmed"
    assert "Checkout – there is no monitoring data" in answer["answer"]


async def test_a_service_whose_spare_is_gone_is_not_called_normal() -> None:
    scene = await calm()
    scene.components["bank-b"] = Status.MAJOR_OUTAGE

    assert (await ask(scene, service="checkout"))["verdict"] == "unconfirmed"
    assert (await ask(scene, service="credit-pay"))["verdict"] == "working"


async def test_payments_and_repayments_are_told_in_the_operators_words() -> None:
    scene = await disrupted()
    scene.configuration = replace(CONFIGURATION, notices=NoticePolicy(texts=TEXTS))

    hit = await ask(scene, service="cash-loans", lang="zh-CN")
    well = await ask(scene, service="credit-pay", lang="zh-CN")
    unsaid = await ask(await disrupted(), service="cash-loans")

    assert hit["repayments"] == "因服务暂停未能按时还款的，不计逾期。"
    assert hit["payments"] is None
    assert hit["repayments"] in hit["answer"]
    assert (well["repayments"], unsaid["repayments"]) == (None, None)


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
    assert '<h2 class="verdict">是，平台目前存在异常</h2>' in page
    assert "截至 2026年1月10日（周六）10:33（北京时间），借款存在异常。详见下方公告。" in page


async def test_a_time_without_an_offset_is_one_of_the_platforms_zone() -> None:
    scene = await resolved()

    local = await ask(scene, service="cash-loans", at="2026-01-10T10:10")
    offset = await ask(scene, service="cash-loans", at="2026-01-10T02:10:00+00:00")

    async with scene.visitor() as browser:
        page = (await browser.get("/why?at=2026-01-10T02:10:00%2B00:00")).text

    assert 'name="at" value="2026-01-10T10:10"' in page
    assert local["at"] == offset["at"] == "2026-01-10T02:10:00.000Z"


async def test_an_incident_under_watch_is_not_over_for_the_past() -> None:
    scene = await watched()
    scene.incidents[DATABASE.id] = replace(
        scene.incidents[DATABASE.id],
        impact=tuple(replace(each, until=None) for each in scene.incidents[DATABASE.id].impact),
    )

    answer = await ask(scene, service="cash-loans", at=after(1000).isoformat())

    assert answer["verdict"] == "disrupted"
