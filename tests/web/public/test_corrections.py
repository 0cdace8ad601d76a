"""What was set right stays on the page, marked, and feeds say when."""

from dataclasses import replace

import feedparser

from monitor.model.notice import NoticeKind, NoticeState, NoticeStep
from tests.publish.notices.worlds import after
from tests.web.public.scenes import DATABASE, disrupted


async def test_what_was_set_right_is_marked_and_stays() -> None:
    scene = await disrupted()
    told = next(each for each in scene.store.kept if each.subject == DATABASE.id)
    step = NoticeStep(state=NoticeState.PUBLISHED, at=after(1950), by="li", reason="10.9.8.7")
    marked = replace(told.stepped(step), corrected_by="ntc_correction")
    await scene.store.update_notice(marked, [])

    async with scene.visitor() as browser:
        page = (await browser.get(f"/incidents/{DATABASE.id}?lang=zh-CN")).text
        feed = feedparser.parse((await browser.get("/feed.atom?lang=zh-CN")).content)

    assert page.count("已更正") == 1
    assert told.texts["zh-CN"].subject in page
    (entry,) = [each for each in feed.entries if each.id == f"urn:notice:{told.id}"]
    assert "原因</dt>" in page
    assert entry.updated > entry.published


async def test_a_cause_that_was_set_right_is_no_longer_the_cause() -> None:
    scene = await disrupted()
    told = [each for each in scene.store.kept if each.kind is NoticeKind.CAUSE_KNOWN][-1]
    await scene.store.update_notice(replace(told, corrected_by="ntc_correction"), [])

    async with scene.visitor() as browser:
        page = (await browser.get(f"/incidents/{DATABASE.id}?lang=zh-CN")).text

    assert "原因</dt>" not in page
