"""How the site is served: fresh or honestly stale, once rendered, safe, cached and never silent."""

import re

import pytest
from structlog.testing import capture_logs

from monitor.model.status import Status
from monitor.web.public.site import PublicSite
from monitor.web.public.view import last_known_of
from tests.publish.notices.worlds import after
from tests.web.public.scenes import calm, disrupted
from tests.web.public.worlds import ScriptedClock, visitor


@pytest.mark.parametrize("path", ["/", "/api/v2/status.json", "/badge/checkout.svg", "/why"])
async def test_an_old_view_is_no_data_and_never_normal(path: str) -> None:
    site = (await calm()).site()
    assert isinstance(site.clock, ScriptedClock)
    site.clock.at = after(31)

    async with visitor(site) as browser:
        answer = (await browser.get(path, headers={"accept-language": "zh-CN"})).text

    assert "暂无数据" in answer
    assert "各项服务运行正常" not in answer
    assert ">运行正常</span>" not in answer
    assert ">运行正常</text>" not in answer


async def test_an_old_view_says_how_old_it_is_and_its_age_goes_on() -> None:
    site = (await calm()).site()
    assert isinstance(site.clock, ScriptedClock)
    async with visitor(site) as browser:
        pages = []
        for seconds in (45, 200, 7400):
            site.clock.at = after(seconds)
            pages.append((await browser.get("/?lang=en")).text)

    ages = ("less than a minute ago", "3 minutes ago", "2 hours 3 minutes ago")
    assert [age in page for age, page in zip(ages, pages, strict=True)] == [True] * 3


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


async def test_a_view_in_which_only_time_has_passed_is_the_same() -> None:
    scene = await calm()
    views = []
    for seconds in (10, 15, 20):
        scene.now = after(seconds)
        views.append(scene.view())
        scene.last_known = last_known_of(views[-1])

    assert views[0] == views[1] == views[2]
