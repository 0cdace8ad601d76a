"""The newest notice of what goes on stands on the page in full, older ones with what was new."""

from dataclasses import fields, replace

import pytest
from tinyhtml5.parser import HTMLParser

from monitor.model.notice import NoticeKind, NoticeText
from monitor.model.status import Status
from monitor.publish.notices.facts import FactRecord, IncidentFacts
from monitor.web.public.extract import STATE
from monitor.web.public.news import news_in, sentences, standing
from monitor.web.public.view import PublicUpdate
from tests.publish.notices.worlds import after, recovered
from tests.web.public.hard_scenes import lengthy
from tests.web.public.scenes import (
    ACTIVE,
    DATABASE,
    GATEWAY,
    SCENES,
    disrupted,
    maintained,
    with_past,
)
from tests.web.public.worlds import Scene

XHTML = "{http://www.w3.org/1999/xhtml}"
IN_FULL = {
    "zh-CN": [
        "下一次更新不晚于2026年1月10日（周六）11:04",
        "请勿重复支付",
        "收银台和信用支付目前运行正常",
    ],
    "en": ["Next update no later than Saturday, 10 January 2026, 11:04", "please do not pay"],
}


async def entries(scene: Scene, subject: str, path: str = "/?lang=zh-CN") -> list[str]:
    """Return the text of each entry of the timeline on the card of *subject*."""
    async with scene.visitor() as browser:
        page = HTMLParser().parse((await browser.get(path)).text)
    (card,) = [each for each in page.iter(f"{XHTML}article") if each.get("id") == subject]
    (timeline,) = card.iter(f"{XHTML}ol")
    return ["".join(each.itertext()) for each in timeline.iter(f"{XHTML}li")]


@pytest.mark.parametrize("locale", IN_FULL)
async def test_the_newest_notice_of_an_open_incident_is_read_in_full(locale: str) -> None:
    newest, *older = await entries(await disrupted(), DATABASE.id, f"/?lang={locale}")

    for words in IN_FULL[locale]:
        assert words in newest
        assert not [each for each in older if words in each]


async def test_of_older_notices_the_page_shows_what_was_new() -> None:
    _, cause, first = await entries(await disrupted(), DATABASE.id)

    assert cause.split() == [
        "原因2026年1月10日（周六）10:03",
        "根据目前的监测结果，本次异常的原因是数据库异常，部分查询或交易暂时无法完成。",
    ]
    assert first.split() == [
        "异常2026年1月10日（周六）10:03",
        "自2026年1月10日（周六）10:02（北京时间）起，借款暂时无法使用，还款的部分操作可能失败。",
    ]


async def test_an_update_that_told_nothing_new_says_so() -> None:
    shown = await entries(await lengthy(), DATABASE.id, "/?lang=en")

    assert "Next update" in shown[0]
    assert [each.split("\n")[-2] for each in shown[1:3]] == [
        "What is affected has not changed."
    ] * 2
    assert "22 more" in shown[3]


async def test_an_update_on_what_changed_is_told_with_its_words() -> None:
    scene = await disrupted()
    scene.set(Status.OPERATIONAL, "cash-loans")
    incident = scene.incidents[DATABASE.id]
    for seconds in (4000, 6000):
        await scene.step(seconds, incident)

    _, changed, *_ = await entries(scene, DATABASE.id)

    assert "借款目前已可使用" in changed
    assert "下一次更新" not in changed


@pytest.mark.parametrize("path", ["/?lang=zh-CN", "/maintenance?lang=zh-CN"])
async def test_the_newest_notice_of_maintenance_under_way_is_read_in_full(path: str) -> None:
    newest, planned = await entries(await maintained(), ACTIVE.id, path)

    assert "您可以先使用信用支付" in newest
    assert "如需延长，我们会另行公告" in newest
    assert "期间收银台暂停使用" in planned
    assert "请您避开" not in planned


async def test_of_maintenance_ahead_the_page_shows_the_first_words() -> None:
    (planned,) = await entries(await with_past(), ACTIVE.id)

    assert "期间收银台暂停使用" in planned
    assert "请您避开" not in planned


async def test_why_shows_the_newest_notice_in_full_as_well() -> None:
    async with (await disrupted()).visitor() as browser:
        page = (await browser.get("/why?service=cash-loans&lang=zh-CN")).text

    assert page.count("下一次更新不晚于") == 1
    assert page.count('<div class="notice">') == 1


async def test_a_card_that_shows_all_there_is_leads_to_no_more() -> None:
    scene = await SCENES["calm"]()
    scene.set(Status.MAJOR_OUTAGE, "cash-loans", "repayment")
    await scene.step(60, replace(DATABASE, diagnosis=GATEWAY.diagnosis))
    async with scene.visitor() as browser:
        alone = (await browser.get("/?lang=en")).text
    async with (await disrupted()).visitor() as browser:
        several = (await browser.get("/?lang=en")).text

    assert "Next update no later than" in alone
    assert "All notices in full" not in alone
    assert "All notices in full" in several


async def test_what_the_watched_recovery_means_is_said_once() -> None:
    scene = await SCENES["watched"]()
    async with scene.visitor() as browser:
        told = (await browser.get("/?lang=en")).text
    quiet = await disrupted()
    quiet.incidents[DATABASE.id] = recovered(quiet.incidents[DATABASE.id], 1990)
    async with quiet.visitor() as browser:
        untold = (await browser.get("/?lang=en")).text

    assert told.lower().count("we keep watching") == 1
    assert untold.lower().count("we keep watching") == 1


def test_how_things_stand_is_read_from_facts_that_there_are() -> None:
    assert set(STATE) <= {each.name for each in fields(IncidentFacts)}
    assert {"affected", "statement", "incident"} <= {each.name for each in fields(FactRecord)}


def told(kind: NoticeKind, seconds: int, *, corrected: bool = False) -> PublicUpdate:
    return PublicUpdate(
        id=f"ntc_{seconds}",
        kind=kind,
        at=after(seconds),
        services=("checkout",),
        texts={"en": NoticeText(subject="", text="", html="")},
        corrected_at=after(seconds + 1) if corrected else None,
    )


@pytest.mark.parametrize("corrected", [False, True])
def test_beside_a_correction_stands_the_notice_before_unless_it_was_wrong(corrected: bool) -> None:
    correction = told(NoticeKind.CORRECTION, 300)
    update = told(NoticeKind.UPDATE, 200, corrected=corrected)
    first = told(NoticeKind.DISRUPTION, 100)

    assert standing([update, first]) == [update]
    assert list(standing([correction, update, first])) == (
        [correction] if corrected else [correction, update]
    )
    assert list(standing([correction])) == [correction]
    assert list(standing([])) == []


def test_a_correction_is_told_with_what_is_right() -> None:
    text = "We correct it as follows.\n\nTransfers work.\n\nWe apologise.\n\nThe team"

    assert news_in(text, NoticeKind.CORRECTION, "It began.\n\nThe team", "en") == (
        "We correct it as follows. Transfers work."
    )


def test_what_came_back_is_new_again() -> None:
    down, up = "A is down.", "A is slow."

    assert news_in(down, NoticeKind.UPDATE, up, "en") == down
    assert news_in(down, NoticeKind.UPDATE, down, "en") == ""


@pytest.mark.parametrize(
    "parts",
    [
        ["自10:02起，借款变慢。", "原因是“超时。”", "已处理！"],
        ["Since 10:02 (UTC+8). ", "It is slow! ", "2.5 s on average."],
        ["Paid via St. Mary Bank, e.g. Visa Ltd. Cards work. ", "Others do."],
        ["One.\n\n", "Two"],
        [],
    ],
    ids=["chinese", "latin", "abbreviations", "paragraphs", "nothing"],
)
def test_sentences_are_told_apart(parts: list[str]) -> None:
    assert sentences("".join(parts)) == [each.strip() for each in parts]
