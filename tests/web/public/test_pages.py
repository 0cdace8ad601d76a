"""The pages as a visitor gets them: language, state, honesty about missing data, headers."""

import re

import pytest

from monitor.model.status import Status
from tests.web.public.hard_scenes import crowded, empty, lengthy, wordy
from tests.web.public.scenes import (
    ACTIVE,
    DATABASE,
    SCENES,
    blind,
    calm,
    disrupted,
    maintained,
    overrunning,
    resolved,
    watched,
    with_past,
)


@pytest.mark.parametrize(
    ("query", "accepted", "locale"),
    [
        ("", "", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr, en;q=0.4, zh-TW;q=0.8", "zh-CN"),
        ("", "fr", "zh-CN"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=xx", "en", "en"),
        ("", "zh;q=0, en;q=x", "zh-CN"),
    ],
)
async def test_the_language_is_asked_for_then_accepted_then_the_default(
    query: str, accepted: str, locale: str
) -> None:
    async with (await calm()).visitor() as browser:
        page = await browser.get(f"/{query}", headers={"accept-language": accepted})

    assert f'<html lang="{locale}">' in page.text
    assert page.headers["vary"] == "Accept-Language, Accept-Encoding"


@pytest.mark.parametrize(
    ("scene", "chinese", "english"),
    [
        ("calm", "各项服务运行正常", "All services are operational"),
        ("disrupted", "部分服务中断", "Major outage of some services"),
        ("watched", "各项服务运行正常", "All services are operational"),
        ("maintained", "系统维护中", "Maintenance in progress"),
        ("overrunning", "系统维护未按时完成", "Maintenance not finished on time"),
        ("blind", "暂无数据", "No data"),
    ],
)
async def test_the_page_says_first_how_things_stand(scene: str, chinese: str, english: str) -> None:
    async with (await SCENES[scene]()).visitor() as browser:
        first = (await browser.get("/?lang=zh-CN")).text
        second = (await browser.get("/?lang=en")).text

    assert f"<h1>{chinese}</h1>" in first
    assert f"<h1>{english}</h1>" in second


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.OPERATIONAL, "运行正常"),
        (Status.DEGRADED, "性能下降"),
        (Status.PARTIAL_OUTAGE, "部分中断"),
        (Status.MAJOR_OUTAGE, "服务中断"),
        (Status.MAINTENANCE, "维护中"),
        (Status.UNKNOWN, "暂无数据"),
    ],
)
async def test_each_status_has_its_word(status: Status, word: str) -> None:
    scene = await calm()
    scene.set(status, "checkout")

    async with scene.visitor() as browser:
        page = (await browser.get("/")).text

    row = page[page.index('id="service-checkout"') :]
    assert f'class="mark s-{status.value}">{word}<' in row[: row.index("</li>")]


async def test_an_open_incident_comes_before_the_services_with_its_timeline() -> None:
    async with (await disrupted()).visitor() as browser:
        page = (await browser.get("/")).text

    assert page.index("当前异常") < page.index('<h2 id="services">')
    assert "借款暂时无法使用，还款的部分操作可能失败" in page
    assert "本次异常的原因是数据库异常" in page
    assert page.index("<b>进展</b>") < page.index("<b>原因</b>") < page.index("<b>异常</b>")
    assert '<time datetime="2026-01-10T02:02:05Z">' in page


async def test_while_the_recovery_is_watched_the_page_says_so() -> None:
    async with (await watched()).visitor() as browser:
        page = (await browser.get("/?lang=en")).text

    assert "Monitoring" in page
    assert "We keep watching and will announce the recovery once it is stable" in page


async def test_an_incident_has_a_page_of_its_notices_in_full() -> None:
    async with (await resolved()).visitor() as browser:
        page = await browser.get(f"/incidents/{DATABASE.id}")

    assert page.status_code == 200
    assert "共 33 分 10 秒" in page.text
    assert "如需帮助，请联系：客服热线 95000" in page.text
    assert "已恢复" in page.text


async def test_an_incident_nobody_was_told_of_has_no_page_but_colours_the_service() -> None:
    scene = await calm()
    scene.set(Status.MAJOR_OUTAGE, "cash-loans", "repayment")
    await scene.step(30, DATABASE)

    async with scene.visitor() as browser:
        page = await browser.get(f"/incidents/{DATABASE.id}")
        front = (await browser.get("/")).text

    assert page.status_code == 404
    assert DATABASE.id not in front
    assert "部分服务中断" in front


async def test_planned_active_and_past_maintenance_stand_on_their_page() -> None:
    async with (await with_past()).visitor() as browser:
        page = (await browser.get("/maintenance")).text
    async with (await maintained()).visitor() as browser:
        active = (await browser.get("/maintenance")).text

    assert page.index("计划中的维护") < page.index("收银台系统维护")
    assert page.index("已结束的维护") < page.index("账务系统升级")
    assert active.index("正在进行的维护") < active.index(f'id="{ACTIVE.id}"')


async def test_an_overrun_is_told_by_the_window_alone() -> None:
    async with (await overrunning()).visitor() as browser:
        page = (await browser.get("/")).text

    assert "未按时完成" in page
    assert "当前异常" not in page
    assert "收银台可能仍无法正常使用" in page


@pytest.mark.parametrize("scene", ["disrupted", "watched", "maintained", "overrunning"])
async def test_while_something_goes_on_the_page_never_says_that_nothing_was(scene: str) -> None:
    async with (await SCENES[scene]()).visitor() as browser:
        chinese = (await browser.get("/?lang=zh-CN")).text
        english = (await browser.get("/?lang=en")).text

    assert "最近 14 天没有异常" not in chinese
    assert "No incidents or maintenance" not in english


async def test_history_is_shown_by_month() -> None:
    async with (await resolved()).visitor() as browser:
        page = (await browser.get("/history?lang=zh-CN")).text
        asked = (await browser.get("/history?month=2025-11&lang=zh-CN")).text
        same = (await browser.get("/history/2025-11?lang=zh-CN")).text

    assert '<h2 id="month">2026年1月</h2>' in page
    assert page.index(DATABASE.id) < page.index("账务系统升级") < page.index("inc_qrst")
    assert 'href="/history/2025-12?lang=zh-CN">← 2025年12月' in page
    assert '<h2 id="month">2025年11月</h2>' in asked
    assert "本月没有已结束的异常或维护。" in asked
    assert asked.count("aria-current") == same.count("aria-current") == 2


@pytest.mark.parametrize(
    "month", ["2025-09", "2026-02", "2026-13", "0000-00", "nonsense", "２０２６-01"]
)
async def test_a_month_of_which_nothing_can_be_known_has_no_page(month: str) -> None:
    async with (await resolved()).visitor() as browser:
        assert (await browser.get(f"/history/{month}")).status_code == 404
        assert (await browser.get("/history", params={"month": month})).status_code == 404


async def test_ninety_days_are_shown_and_missing_ones_are_no_data() -> None:
    async with (await calm()).visitor() as browser:
        page = (await browser.get("/")).text

    row = page[page.index('id="service-credit-pay"') :]
    row = row[: row.index("</li>")]
    assert row.count('<i class="s-unknown">') == 60
    assert row.count('<i class="s-operational"') == 30


async def test_nearly_perfect_is_not_called_perfect() -> None:
    async with (await calm()).visitor() as browser:
        page = (await browser.get("/")).text

    assert "90 天可用率 99.97%" in page


async def test_a_badge_says_name_and_status() -> None:
    async with (await disrupted()).visitor() as browser:
        badge = await browser.get("/badge/cash-loans.svg?lang=en")

    assert badge.headers["content-type"] == "image/svg+xml"
    assert "<title>Cash Loans: Major outage</title>" in badge.text
    assert badge.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_a_blind_monitor_shows_no_service_as_working() -> None:
    async with (await blind()).visitor() as browser:
        page = (await browser.get("/")).text

    assert "目前没有可用的监测数据" in page
    assert 'class="mark s-operational"' not in page


async def test_a_window_has_a_page_with_the_full_text_of_its_notices() -> None:
    async with (await maintained()).visitor() as browser:
        page = await browser.get(f"/maintenance/{ACTIVE.id}?lang=zh-CN")
        nothing = await browser.get("/maintenance/win_nothing")

    assert page.status_code == 200
    assert "关于收银台系统维护的公告" in page.text
    assert "索要验证码" in page.text
    assert nothing.status_code == 404


@pytest.mark.parametrize("path", ["/", "/maintenance", "/history", "/why?service=checkout"])
async def test_every_window_shown_leads_to_its_page(path: str) -> None:
    scene = await (maintained() if path.startswith("/why") else with_past())
    async with scene.visitor() as browser:
        page = (await browser.get(path)).text
        pages = re.findall(r'href="(/maintenance/[^"]+)"', page)
        answers = [await browser.get(each) for each in pages]

    assert pages
    assert {each.status_code for each in answers} == {200}


async def test_of_many_notices_the_front_page_shows_the_latest_and_the_first() -> None:
    async with (await lengthy()).visitor() as browser:
        front = (await browser.get("/?lang=en")).text
        whole = (await browser.get(f"/incidents/{DATABASE.id}?lang=en")).text

    card = front[front.index('<h2 id="open">') : front.index('<h2 id="services">')]
    assert card.count('<p class="when">') == 4
    assert "22 more notices in between" in card
    assert card.index("<b>Update</b>") < card.index("22 more") < card.index("<b>Disruption</b>")
    assert whole.count('<p class="when">') == 26


async def test_the_banner_names_the_first_of_many_services() -> None:
    async with (await crowded()).visitor() as browser:
        page = (await browser.get("/?lang=en")).text

    assert "Line of business 49 and others, 9 in all" in page
    assert "Line of business 56" not in page[: page.index('<h2 id="services">')]


async def test_operators_names_are_text_and_never_markup() -> None:
    async with (await wordy()).visitor() as browser:
        for path in ("/", "/why", "/feed.atom", "/feed.rss", "/badge/service-2.svg"):
            answer = await browser.get(path, params={"lang": "en"})
            assert "<script" not in answer.text, path
        page = (await browser.get("/?lang=en")).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;more&#34;" in page


async def test_a_platform_without_services_has_a_page() -> None:
    async with (await empty()).visitor() as browser:
        page = await browser.get("/")

    assert page.status_code == 200
    assert "暂无数据" in page.text


async def test_the_uptime_says_of_how_many_days_it_is() -> None:
    async with (await calm()).visitor() as browser:
        chinese = (await browser.get("/?lang=zh-CN")).text
        english = (await browser.get("/?lang=en")).text

    for page, word in ((chinese, "30 天可用率 100%"), (english, "30-day uptime 100%")):
        row = page[page.index('id="service-credit-pay"') :]
        assert f"<span>{word}</span>" in row[: row.index("</li>")]
