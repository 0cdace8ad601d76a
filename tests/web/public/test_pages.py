"""The pages as a visitor gets them: language, state, honesty about missing data, headers."""

import re

import pytest
from structlog.testing import capture_logs

from monitor.model.status import Status
from monitor.web.public.site import PublicSite
from monitor.web.public.view import last_known_of
from tests.publish.notices.worlds import after
from tests.web.public.worlds import (
    ACTIVE,
    DATABASE,
    SCENES,
    ScriptedClock,
    blind,
    calm,
    disrupted,
    maintained,
    overrunning,
    resolved,
    visitor,
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
    assert "we keep watching and will announce the recovery once it is stable" in page


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


async def test_history_is_grouped_by_month() -> None:
    async with (await resolved()).visitor() as browser:
        page = (await browser.get("/history")).text

    assert "<h2>2026年1月</h2>" in page
    assert page.index(DATABASE.id) < page.index("账务系统升级") < page.index("inc_qrst")


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

    assert "99.97% 可用" in page


@pytest.mark.parametrize("path", ["/", "/api/v2/status.json", "/badge/checkout.svg", "/why"])
async def test_an_old_view_is_no_data_and_never_normal(path: str) -> None:
    site = (await calm()).site()
    assert isinstance(site.clock, ScriptedClock)
    site.clock.at = after(31)

    async with visitor(site) as browser:
        answer = (await browser.get(path, headers={"accept-language": "zh-CN"})).text

    assert "暂无数据" in answer
    assert "各项服务运行正常" not in answer
    assert ">运行正常<" not in answer


async def test_a_view_that_goes_on_coming_stays_fresh() -> None:
    scene = await calm()
    site = scene.site()
    assert isinstance(site.clock, ScriptedClock)
    scene.now = site.clock.at = after(100)
    site.update(scene.view())

    async with visitor(site) as browser:
        page = (await browser.get("/")).text

    assert "各项服务运行正常" in page


async def test_before_the_first_view_there_is_no_data() -> None:
    async with visitor(PublicSite(ScriptedClock(after(0)))) as browser:
        page = await browser.get("/", headers={"accept-language": "zh"})
        answer = await browser.get("/api/v2/summary.json")

    assert page.status_code == answer.status_code == 503
    assert "暂无数据" in page.text
    assert page.headers["retry-after"] == "5"
    assert answer.json()["error"]["code"] == "starting"


@pytest.mark.parametrize(
    "path", ["/nothing", "/incidents/inc_x", "/badge/nothing.svg", "/static/nothing.css"]
)
async def test_what_does_not_exist_is_said_kindly(path: str) -> None:
    async with (await calm()).visitor() as browser:
        page = await browser.get(path, headers={"accept-language": "zh-CN"})

    assert page.status_code == 404
    assert "页面不存在" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_an_unknown_api_answers_in_json() -> None:
    async with (await calm()).visitor() as browser:
        answer = await browser.get("/api/v2/nothing.json")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


async def test_our_own_failure_is_told_without_its_cause() -> None:
    site = (await calm()).site()
    site.clock = None  # type: ignore[assignment]  # The fault: whatever uses it will fail.

    with capture_logs() as logs:
        async with visitor(site) as browser:
            page = await browser.get("/", headers={"accept-language": "zh-CN"})

    assert [each["event"] for each in logs] == ["public_page_failed"]
    assert page.status_code == 500
    assert "页面暂时无法显示" in page.text
    assert "AttributeError" not in page.text


async def test_a_held_page_is_not_sent_again() -> None:
    async with (await calm()).visitor() as browser:
        first = await browser.get("/")
        again = await browser.get("/", headers={"if-none-match": first.headers["etag"]})
        zipped = await browser.get("/", headers={"accept-encoding": "gzip"})
        zipped_again = await browser.get("/", headers={"if-none-match": zipped.headers["etag"]})

    assert again.status_code == zipped_again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["etag"] != first.headers["etag"]
    assert zipped.text == first.text


async def test_pages_run_no_script_and_load_nothing_foreign() -> None:
    async with (await disrupted()).visitor() as browser:
        page = await browser.get("/")

    policy = page.headers["content-security-policy"]
    loaded = re.findall(r'<(?:link|img|script)[^>]*(?:src|href)="([^"]+)"', page.text)
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert all(each.startswith("/") for each in loaded)
    assert page.headers["cache-control"] == "public, max-age=5"


async def test_static_files_may_be_kept_for_ever_under_their_version() -> None:
    async with (await calm()).visitor() as browser:
        page = (await browser.get("/")).text
        (link,) = re.findall(r'href="(/static/page\.css\?v=[^"]+)"', page)
        style = await browser.get(link)
        bare = await browser.get("/static/page.css")

    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["cache-control"]
    assert "immutable" not in bare.headers["cache-control"]


async def test_every_route_answers_head() -> None:
    async with (await disrupted()).visitor() as browser:
        for path in ("/", "/history", "/feed.atom", "/api/v2/status.json", "/why"):
            answer = await browser.head(path)
            assert (answer.status_code, answer.content) == (200, b"")


async def test_a_page_is_rendered_once_per_change() -> None:
    scene = await calm()
    site = scene.site()
    async with visitor(site) as browser:
        first = await browser.get("/")
        scene.now = after(5)
        site.update(scene.view())
        same = await browser.get("/")
        scene.set(Status.DEGRADED, "checkout")
        site.update(scene.view())
        other = await browser.get("/")

    assert first.headers["etag"] == same.headers["etag"]
    assert other.headers["etag"] != first.headers["etag"]
    assert "性能下降" in other.text


async def test_the_last_known_status_is_carried_from_view_to_view() -> None:
    scene = await calm()
    before = scene.view()
    scene.set(Status.UNKNOWN, "checkout")
    scene.last_known = last_known_of(before)
    scene.last_known = last_known_of(scene.view())

    service = scene.view().service("checkout")

    assert service is not None
    assert service.last_known is not None
    assert service.last_known.status is Status.OPERATIONAL
    assert service.last_known.at == after(-1)


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
