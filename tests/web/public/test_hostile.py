"""What strangers send harms nothing: methods, paths, long addresses, floods of questions."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

import monitor.web.public as room
from monitor.web.public.app import QUESTIONS_AT_ONCE, create_public_app
from monitor.web.public.front import PLACES
from monitor.web.public.limit import TokenBuckets
from tests.web.public.scenes import calm, disrupted
from tests.web.public.served import served

FOLDER = Path(room.__file__).parent


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/why", "/api/v2/status.json", "/feed.atom"])
async def test_the_page_can_only_be_read(method: str, path: str) -> None:
    async with (await calm()).visitor() as browser:
        answer = await browser.request(method, path, content=b"x")

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "content-security-policy" in answer.headers


async def ask_raw(url: str, target: str) -> bytes:
    """Ask for *target* byte for byte; clients would tidy it up."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


@pytest.mark.parametrize(
    "target",
    [
        "/static/../../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/page.css%00.svg",
        "/badge/..%2f..%2fetc%2fpasswd.svg",
        "/incidents/..%2f..%2f",
        "/history/..%2f2026-01",
        "//etc/passwd",
    ],
)
async def test_no_path_leads_out(target: str) -> None:
    async with served(await calm()) as url:
        answer = await ask_raw(url, target)

    assert answer.startswith(b"HTTP/1.1 404")
    assert b"root:" not in answer


@pytest.mark.parametrize("path", ["/?", "/why?service=", "/why?at=", "/?lang=", "/incidents/"])
async def test_an_address_without_end_is_refused(path: str) -> None:
    async with served(await calm()) as url:
        answer = await ask_raw(url, path + "a" * 10_000)

    assert answer.startswith(b"HTTP/1.1 414")
    assert b"content-security-policy" in answer.lower()


async def test_what_was_asked_stands_in_no_answer() -> None:
    attack = '"><script>alert(1)</script>'
    async with (await calm()).visitor() as browser:
        for query in ({"service": attack}, {"at": attack}, {"lang": attack}, {"month": attack}):
            for path in ("/", "/why", "/history", "/api/v1/why"):
                answer = await browser.get(path, params=query)
                assert "alert(1)" not in answer.text
                assert "alert(1)" not in str(answer.headers)


async def test_a_flood_of_questions_is_slowed_and_the_page_goes_on() -> None:
    app = create_public_app((await calm()).site())

    async def ask(visitor: int, path: str = "/api/v1/why") -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(f"192.0.2.{visitor}", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://status") as browser:
            return await browser.get(path, headers={"accept-language": "en"})

    of_one = [await ask(1) for _ in range(QUESTIONS_AT_ONCE // 2 + 1)]
    of_others = [await ask(number) for number in range(2, QUESTIONS_AT_ONCE // 2 + 2)]
    last, page, front = await ask(200), await ask(201, "/why"), await ask(1, "/")

    assert [each.status_code for each in of_one] == [200] * (QUESTIONS_AT_ONCE // 2) + [429]
    assert {each.status_code for each in of_others} == {200}
    assert last.status_code == page.status_code == 429
    assert last.json()["error"]["code"] == "too_many"
    assert page.headers["retry-after"] == "1"
    assert "Many are asking" in page.text
    assert front.status_code == 200


async def test_every_answer_carries_the_headers_of_safety() -> None:
    async with (await disrupted()).visitor() as browser:
        answers = [await browser.get(path) for path in ("/", "/nothing", "/why", "/feed.rss")]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_nothing_here_fetches_what_a_visitor_names() -> None:
    sources = "\n".join(each.read_text(encoding="utf-8") for each in FOLDER.glob("*.py"))

    assert not re.findall(
        r"^\s*(?:import|from) (httpx|pycurl|requests|urllib\.request)", sources, re.MULTILINE
    )


def test_templates_have_no_script_and_no_inline_style() -> None:
    for template in (FOLDER / "templates").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), template.name


def test_a_bucket_is_refilled_as_time_passes() -> None:
    buckets = TokenBuckets(per_second=2, burst=3)

    assert [buckets.take("a", 100.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.wait_seconds("a") == pytest.approx(0.5)
    assert buckets.take("b", 100.0)
    assert [buckets.take("a", 100.6), buckets.take("a", 100.6)] == [True, False]
    assert [buckets.take("a", 900.0) for _ in range(4)] == [True, True, True, False]
    assert not buckets.take("a", 800.0)  # A clock that went back gives nothing.


def test_a_flood_of_names_fills_no_memory() -> None:
    buckets = TokenBuckets(per_second=1, burst=1, most=100)

    assert all(buckets.take(str(number), 0.0) for number in range(1000))
    assert len(buckets._buckets) == 100


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_the_short_way_and_the_framework_say_the_same(path: str, encoding: str) -> None:
    """HEAD goes the long way, GET the short one."""
    asked = {"accept-encoding": encoding, "accept-language": "en"}
    async with served(await calm()) as url, httpx.AsyncClient(base_url=url) as client:
        got = await client.get(path, headers=asked)
        head = await client.head(path, headers=asked)
        held = await client.get(path, headers={**asked, "if-none-match": got.headers["etag"]})

    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    assert (held.status_code, held.content) == (304, b"")
    assert held.headers["etag"] == got.headers["etag"]
