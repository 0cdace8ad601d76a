"""Pages in a real browser: accessible by axe-core's rules, whole HTML, no wider than a phone."""

import asyncio
from collections.abc import Iterator
from importlib.resources import files
from itertools import chain
from typing import Any

import pytest
from tinyhtml5.parser import HTMLParser

from tests.support.browser import Browser, Screen, browser
from tests.web.public.gallery import View
from tests.web.public.hard_scenes import HARD_SCENES
from tests.web.public.scenes import ACTIVE, DATABASE, calm, disrupted
from tests.web.public.scenes import SCENES as USUAL_SCENES
from tests.web.public.served import served
from tests.web.public.subscriptions import FakeSubscriptions
from tests.web.public.test_files import files_of

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SCENES = USUAL_SCENES | HARD_SCENES
CHINESE, ENGLISH = LOCALES = ("zh-CN", "en")
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}"
DESKTOP = Screen()
DARK = Screen(dark=True)
PHONE = Screen(width=360, height=800)
# Looked at so many seconds after the last update.
LATER = {"stale": 7400.0}
PAGES = [
    ("disrupted", "/", DESKTOP, CHINESE),
    ("disrupted", "/", DARK, CHINESE),
    ("disrupted", "/", PHONE, CHINESE),
    ("disrupted", "/", PHONE, ENGLISH),
    ("overrunning", "/", DARK, CHINESE),
    ("maintained", "/", DESKTOP, CHINESE),
    ("maintained", "/", PHONE, ENGLISH),
    ("maintained", "/maintenance", PHONE, CHINESE),
    ("watched", f"/incidents/{DATABASE.id}", DESKTOP, CHINESE),
    ("troubled", f"/incidents/{DATABASE.id}", PHONE, ENGLISH),
    ("blind", "/", DESKTOP, CHINESE),
    ("stale", "/", DARK, CHINESE),
    ("stale", "/", PHONE, ENGLISH),
    ("past", "/", DESKTOP, CHINESE),
    ("resolved", "/history", DARK, CHINESE),
    ("resolved", "/history", PHONE, ENGLISH),
    ("calm", "/why", PHONE, CHINESE),
    ("disrupted", "/why?service=cash-loans", DARK, CHINESE),
    ("calm", "/why?at=nonsense", DESKTOP, CHINESE),
    ("troubled", "/why?service=service-0", PHONE, ENGLISH),
    ("calm", "/nothing", DARK, CHINESE),
    ("maintained", f"/maintenance/{ACTIVE.id}", PHONE, CHINESE),
    ("calm", "/subscribe", PHONE, CHINESE),
    ("calm", "/subscribe/confirm/good", DARK, CHINESE),
    ("calm", "/subscribe/confirm/good", PHONE, ENGLISH),
    ("crowded", "/", DARK, CHINESE),
    ("wordy", "/", PHONE, CHINESE),
    ("troubled", "/", PHONE, CHINESE),
    ("troubled", "/", PHONE, ENGLISH),
    ("wordy", "/subscribe", PHONE, CHINESE),
    ("wordy", "/subscribe", PHONE, ENGLISH),
    ("fresh", "/", PHONE, CHINESE),
    ("lengthy", "/", PHONE, CHINESE),
    ("empty", "/", DESKTOP, CHINESE),
]


@pytest.fixture(scope="module")
def tab() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


def audit(tab: Browser, url: str, screen: Screen) -> dict[str, Any]:
    tab.open(url, screen)
    tab.evaluate(AXE)
    found: dict[str, Any] = tab.evaluate(
        f"axe.run(document, {RULES}).then(found => ({{"
        "broken: found.violations.map(each => each.id + ': ' + each.nodes[0].html),"
        "passed: found.passes.length,"
        "wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,"
        "foreign: performance.getEntriesByType('resource').map(each => each.name)"
        "}))"
    )
    return found


@pytest.mark.parametrize(
    ("scene", "path", "screen", "locale"),
    PAGES,
    ids=[f"{scene}{path}-{screen}-{locale}" for scene, path, screen, locale in PAGES],
)
async def test_a_page_is_accessible_and_fits_its_screen(
    scene: str, path: str, screen: Screen, locale: str, tab: Browser
) -> None:
    view = View(SCENES.get(scene, disrupted), path, LATER.get(scene, 0.0))
    async with served(await view.site(), FakeSubscriptions()) as url:
        found = await asyncio.to_thread(audit, tab, f"{url}{view.address(locale)}", screen)

    assert found["broken"] == []
    assert found["passed"] > 10
    assert found["wide"] <= 0
    assert {each for each in found["foreign"] if not each.startswith(url)} == set()


async def test_a_fault_would_be_found(tab: Browser) -> None:
    async with served(await calm()) as url:
        await asyncio.to_thread(tab.open, f"{url}/", DESKTOP)
        tab.evaluate(AXE)
        tab.evaluate("document.querySelector('main').innerHTML += '<img src=\"/icon\">'")
        found = tab.evaluate("axe.run().then(each => each.violations.map(one => one.id))")

    assert found == ["image-alt"]


@pytest.mark.parametrize("scene", SCENES)
async def test_every_page_is_whole_html(scene: str) -> None:
    made = await SCENES[scene]()
    window = f"/maintenance/{ACTIVE.id}"
    paths = (
        "/",
        f"/incidents/{DATABASE.id}",
        "/maintenance",
        window,
        "/history",
        "/why",
        "/nothing",
    )
    async with made.visitor() as visitor:
        pages = {path: (await visitor.get(path)).text for path in paths}
    pages |= {
        name: body.decode() for name, body in files_of(made).items() if name.endswith(".html")
    }

    mistakes = {name: mistakes_in(page) for name, page in pages.items()}

    assert {name: each for name, each in mistakes.items() if each} == {}


def mistakes_in(page: str) -> list[str]:
    """Return what a parser by the specification finds wrong, and ids that stand twice."""
    parser = HTMLParser()
    tree = parser.parse(page)
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    wrong = [str(each) for each in parser.errors]
    return wrong + [f"id {each} stands twice" for each in set(ids) if ids.count(each) > 1]


async def test_a_mistake_would_be_seen() -> None:
    assert mistakes_in("<!doctype html><title>x</title><p id=a><p id=a></div>")
    async with (await calm()).visitor() as visitor:
        assert not mistakes_in((await visitor.get("/")).text)


async def test_times_are_machine_readable_and_languages_are_named() -> None:
    async with (await disrupted()).visitor() as visitor:
        pages = [(await visitor.get(f"/?lang={each}")).text for each in LOCALES]
    trees = [HTMLParser().parse(page) for page in pages]

    assert [each.get("lang") for each in trees] == list(LOCALES)
    stamps = list(chain(*(each.iter("{http://www.w3.org/1999/xhtml}time") for each in trees)))
    assert len(stamps) > 10
    assert all((each.get("datetime") or "").endswith("Z") for each in stamps)


async def test_paper_is_light_for_readers_in_the_dark_too(tab: Browser) -> None:
    colours = (
        "[...document.querySelectorAll('body, .banner, .banner p, .card, .mark, .bars i')]"
        ".map(each => getComputedStyle(each)).map(each => each.color + each.backgroundColor)"
    )
    async with served(await disrupted()) as url:
        seen = {}
        for dark in (False, True):
            screen = Screen(dark=dark, medium="print")
            await asyncio.to_thread(tab.open, f"{url}/", screen)
            seen[dark] = tab.evaluate(colours)
        await asyncio.to_thread(tab.open, f"{url}/", DARK)
        on_screen = tab.evaluate(colours)

    assert len(seen[False]) > 100
    assert seen[True] == seen[False]
    assert on_screen != seen[False]
