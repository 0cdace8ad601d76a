"""Feeds and the calendar, read back by the libraries that people's programs use."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import feedparser
import pytest
from icalendar import Calendar

from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeText
from tests.web.public.scenes import DATABASE, WINDOW, disrupted, maintained, resolved, with_past


def events_of(content: bytes) -> list[Any]:
    calendar = Calendar.from_ical(content)
    return list(calendar.walk("VEVENT"))


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss"])
async def test_a_feed_holds_every_notice_newest_first(path: str) -> None:
    async with (await resolved()).visitor() as browser:
        answer = await browser.get(f"{path}?lang=zh-CN")
    feed = feedparser.parse(answer.content)

    assert not feed.bozo
    assert feed.feed.title == "示例信用支付 服务状态"
    assert [each.title for each in feed.entries][:5] == [
        "关于借款和还款服务恢复的公告",
        "关于借款和还款服务恢复情况的公告",
        "关于借款和还款服务异常的进展公告",
        "关于借款和还款服务异常原因的公告",
        "关于借款和还款服务异常的公告",
    ]
    assert len({each.id for each in feed.entries}) == len(feed.entries) == 11
    first = feed.entries[0]
    assert first.link == f"http://127.0.0.1:8080/incidents/{DATABASE.id}"
    assert first.published_parsed[:5] == (2026, 1, 10, 2, 42)
    assert any(each.link.startswith("http://127.0.0.1:8080/maintenance/") for each in feed.entries)


async def test_an_entry_carries_the_notice_and_its_summary() -> None:
    async with (await disrupted()).visitor() as browser:
        feed = feedparser.parse((await browser.get("/feed.atom?lang=en")).content)

    first = feed.entries[0]
    assert first.summary.startswith("Cash Loans has been unavailable")
    assert "<p>" in first.content[0].value
    assert first.tags[0].term == "update"


async def test_a_feed_survives_signs_that_xml_does_not_have() -> None:
    scene = await disrupted()
    odd = NoticeText(subject="a\x0bb & <c>", text="a\x00b", html="<p>a\x1fb</p>")
    scene.store.kept = [replace(each, texts={"zh-CN": odd}) for each in scene.store.kept]

    async with scene.visitor() as browser:
        feed = feedparser.parse((await browser.get("/feed.atom")).content)

    assert not feed.bozo
    assert feed.entries[0].title == "ab & <c>"


async def test_the_calendar_is_read_back_as_it_was_planned() -> None:
    async with (await with_past()).visitor() as browser:
        answer = await browser.get("/maintenance.ics?lang=en")
    past, ahead = events_of(answer.content)

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert str(past["SUMMARY"]) == "Ledger upgrade"
    assert str(ahead["SUMMARY"]) == "Maintenance of Checkout"
    assert str(ahead["UID"]) == f"{WINDOW.id}@127.0.0.1"
    assert ahead["DTSTART"].dt == WINDOW.start.replace(microsecond=0)
    assert ahead["DTEND"].dt == WINDOW.end.replace(microsecond=0)
    assert ahead["SEQUENCE"] == WINDOW.revision
    assert str(ahead["STATUS"]) == "CONFIRMED"
    assert "Checkout will be unavailable" in str(ahead["DESCRIPTION"])


async def test_the_times_of_the_calendar_are_in_utc_whoever_planned() -> None:
    scene = await with_past()
    beijing = timezone(timedelta(hours=8))
    moved = replace(
        WINDOW, start=WINDOW.start.astimezone(beijing), end=WINDOW.end.astimezone(beijing)
    )
    await scene.step(10, moved)

    async with scene.visitor() as browser:
        text = (await browser.get("/maintenance.ics")).text

    assert f"DTSTART:{WINDOW.start:%Y%m%dT%H%M%SZ}" in text
    assert f"DTEND:{WINDOW.end:%Y%m%dT%H%M%SZ}" in text


async def test_a_changed_window_keeps_its_uid_and_raises_its_sequence() -> None:
    scene = await with_past()
    longer = replace(WINDOW, end=WINDOW.end.replace(hour=9), revision=4)
    await scene.step(10, longer)

    async with scene.visitor() as browser:
        events = events_of((await browser.get("/maintenance.ics")).content)

    (event,) = [each for each in events if WINDOW.id in str(each["UID"])]
    assert event["SEQUENCE"] == 4
    assert event["DTEND"].dt.hour == 9


async def test_a_cancelled_window_stays_so_that_calendars_take_it_out() -> None:
    scene = await with_past()
    await scene.step(10, replace(WINDOW, status=WindowStatus.CANCELLED, revision=2))

    async with scene.visitor() as browser:
        events = events_of((await browser.get("/maintenance.ics")).content)
        api = (await browser.get("/api/v2/scheduled-maintenances.json")).json()

    (event,) = [each for each in events if WINDOW.id in str(each["UID"])]
    assert str(event["STATUS"]) == "CANCELLED"
    assert WINDOW.id not in {each["id"] for each in api["scheduled_maintenances"]}


async def test_what_is_not_approved_or_not_yet_to_be_told_stands_nowhere() -> None:
    scene = await with_past()
    draft = replace(WINDOW, id="mnt_draft", status=WindowStatus.DRAFT, needs_approval=True)
    early = replace(WINDOW, id="mnt_early", lead_seconds=60.0)
    await scene.step(10, draft, early)

    async with scene.visitor() as browser:
        pages = ("/maintenance.ics", "/maintenance", "/api/v2/scheduled-maintenances.json")
        texts = [(await browser.get(page)).text for page in pages]

    assert [text for text in texts if "mnt_draft" in text or "mnt_early" in text] == []


async def test_a_window_in_progress_shows_when_it_really_began() -> None:
    async with (await maintained()).visitor() as browser:
        events = events_of((await browser.get("/maintenance.ics")).content)

    (event,) = events
    assert event["DTSTART"].dt == WINDOW.start.replace(microsecond=0)
