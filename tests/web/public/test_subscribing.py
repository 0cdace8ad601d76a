"""The pages of subscriptions: forms without scripts that tell nothing of who subscribes."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from monitor.web.public.app import create_public_app
from monitor.web.public.limiting import FormLimit, visitor_at
from monitor.web.public.site import PublicSite
from tests.web.public.scenes import calm
from tests.web.public.subscriptions import FakeSubscriptions
from tests.web.public.worlds import ScriptedClock


@dataclass
class World:
    site: PublicSite
    desk: FakeSubscriptions
    browser: httpx.AsyncClient

    async def subscribe(self, address: str, *services: str, lang: str = "en") -> httpx.Response:
        data = {"address": address, "service": list(services)}
        return await self.browser.post(f"/subscribe?lang={lang}", data=data)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    site, desk = (await calm()).site(), FakeSubscriptions()
    transport = httpx.ASGITransport(
        app=create_public_app(site, desk), raise_app_exceptions=False, client=("192.0.2.7", 1)
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://status") as browser:
        yield World(site, desk, browser)


async def test_a_form_asks_for_an_address_and_the_services(world: World) -> None:
    page = (await world.browser.get("/subscribe?lang=zh-CN")).text

    assert '<form class="card subscribe" method="post" action="/subscribe?lang=zh-CN">' in page
    assert 'type="email" name="address" required' in page
    assert 'value="checkout"' in page
    assert "收银台" in page


async def test_a_wish_is_taken_and_the_answer_can_be_reloaded(world: World) -> None:
    answer = await world.subscribe("Li@Example.com", "checkout", "no-such-service")
    landed = await world.browser.get(answer.headers["location"])

    assert world.desk.asked == [("li@example.com", ("checkout",), "en")]
    assert (answer.status_code, answer.headers["location"]) == (303, "/subscribe?sent=1&lang=en")
    assert "Please check your inbox" in landed.text
    assert "li@example.com" not in landed.text


async def test_all_services_are_as_good_as_none_chosen(world: World) -> None:
    view = world.site.view()
    assert view is not None
    await world.subscribe("li@example.com", *(each.name for each in view.services))
    await world.subscribe("li@example.com")

    assert [services for _, services, _ in world.desk.asked] == [(), ()]


@pytest.mark.parametrize(
    "typed", ["", "li", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", '"><script>']
)
async def test_what_is_no_address_is_said_and_what_was_chosen_is_kept(
    world: World, typed: str
) -> None:
    answer = await world.subscribe(typed, "checkout")

    assert answer.status_code == 422
    assert world.desk.asked == []
    assert 'role="alert"' in answer.text
    assert 'value="checkout" checked' in answer.text
    assert "<script" not in answer.text


async def test_one_visitor_cannot_send_form_after_form(world: World) -> None:
    answers = [await world.subscribe(f"user{number}@example.com") for number in range(12)]

    assert [each.status_code for each in answers] == [303] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
    assert len(world.desk.asked) == 10
    clock = world.site.clock
    assert isinstance(clock, ScriptedClock)
    clock.at += timedelta(minutes=10)
    assert (await world.subscribe("li@example.com")).status_code == 303


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        (lambda each: f"192.0.2.{each}", 15),
        (lambda _: "192.0.2.1", 10),
        (lambda each: f"2001:db8::{each + 1:x}", 10),
        (lambda each: f"2001:db8:0:{each + 1:x}::1", 15),
        (lambda _: "", 10),
    ],
    ids=["many", "one", "one by IPv6", "many by IPv6", "unknown"],
)
def test_a_limit_is_of_each_visitor_and_of_all(host: Callable[[int], str], taken: int) -> None:
    limit = FormLimit(per_minute=15)

    waits = [limit.take(visitor_at(host(number)), now=100.0) for number in range(20)]

    assert [each == 0.0 for each in waits] == [True] * taken + [False] * (20 - taken)
    assert all(0 < each <= 60 for each in waits[taken:])
    assert limit.take(visitor_at(host(0)), now=200.0) == 0.0


async def test_a_link_confirms_only_by_its_button_and_only_once(world: World) -> None:
    offered = await world.browser.get("/subscribe/confirm/good?lang=en")
    assert world.desk.confirmed == [], "programs that follow links confirm nothing"
    assert "notices about these services will be sent to you: Checkout." in offered.text
    (action,) = re.findall(r'<form method="post" action="([^"]+)">', offered.text)

    done = await world.browser.post(action)
    again = await world.browser.post(action)
    late = await world.browser.get(action)

    assert (done.status_code, world.desk.confirmed) == (200, ["good"])
    assert "You are subscribed" in done.text
    assert again.status_code == late.status_code == 410
    assert "no longer works" in again.text


async def test_leaving_takes_one_button_or_one_click_of_a_mail_program(world: World) -> None:
    shown = await world.browser.get("/unsubscribe/out?lang=zh-CN")
    assert world.desk.left == []
    assert '<button type="submit">退订</button>' in shown.text

    one_click = await world.browser.post("/unsubscribe/out", data={"List-Unsubscribe": "One-Click"})
    multipart = await world.browser.post(
        "/unsubscribe/out", files={"List-Unsubscribe": (None, "One-Click")}
    )

    assert one_click.status_code == multipart.status_code == 200
    assert world.desk.left == ["out", "out"]


async def test_leaving_works_before_anything_is_known_and_when_no_mail_is_sent(
    world: World,
) -> None:
    world.desk.requests_per_minute = 0
    empty = create_public_app(PublicSite(world.site.clock), world.desk)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=empty), base_url="http://status"
    ) as browser:
        assert (await browser.post("/unsubscribe/out")).status_code == 200

    assert (await world.browser.post("/unsubscribe/out")).status_code == 200
    assert (await world.browser.get("/subscribe")).status_code == 404
    assert (await world.subscribe("li@example.com")).status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/unsubscribe/forged", "/unsubscribe/"])
async def test_a_link_that_was_never_ours_is_not_found(
    world: World, method: str, path: str
) -> None:
    assert (await world.browser.request(method, path)).status_code == 404


async def test_a_form_larger_than_ours_is_refused(world: World) -> None:
    answer = await world.browser.post("/subscribe", content=b"address=" + b"a" * 9_000)
    many = await world.browser.post("/subscribe", content=b"a=1&" * 300)

    assert (answer.status_code, many.status_code) == (413, 400)


@pytest.mark.parametrize(
    "path", ["/subscribe", "/subscribe?sent=1", "/subscribe/confirm/good", "/unsubscribe/out"]
)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_no_such_page_is_kept_found_or_scripted(world: World, path: str, lang: str) -> None:
    glue = "&" if "?" in path else "?"
    answer = await world.browser.get(f"{path}{glue}lang={lang}")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert f'<html lang="{lang}">' in answer.text


async def test_the_page_links_to_the_form_only_where_mail_is_sent(world: World) -> None:
    with_mail = (await world.browser.get("/?lang=en")).text
    world.desk.requests_per_minute = 0
    other = create_public_app((await calm()).site(), world.desk)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=other), base_url="http://status"
    ) as browser:
        without = (await browser.get("/?lang=en")).text

    assert '<a href="/subscribe?lang=en">Subscribe</a>' in with_mail
    assert "/subscribe" not in without


async def test_too_many_confirmations_are_told_to_come_back(world: World) -> None:
    answers = [await world.browser.post("/subscribe/confirm/good?lang=en") for _ in range(11)]

    assert answers[-1].status_code == 429
    assert "Please try again later" in answers[-1].text
    assert "no longer works" not in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/subscribe"),
        ("GET", "/subscribe/confirm/good"),
        ("POST", "/subscribe/confirm/good"),
        ("POST", "/unsubscribe/out"),
    ],
)
async def test_while_the_store_is_away_visitors_are_told_to_come_back(
    world: World, method: str, path: str
) -> None:
    world.desk.away = True

    with capture_logs() as logs:
        answer = await world.browser.request(
            method, f"{path}?lang=en", data={"address": "li@example.com"}
        )

    assert answer.status_code == 503
    assert "Please try again later" in answer.text
    assert answer.headers["retry-after"] == "30"
    assert [each["event"] for each in logs] == ["subscriptions_unavailable"]
