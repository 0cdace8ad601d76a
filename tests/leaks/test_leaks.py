"""No secret that is planted in the model reaches a byte that the public can get."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import product

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from monitor.model.mail import Confirmation, Subscriber
from monitor.model.notice import NoticeKind, NoticeState
from monitor.publish.mail.compose import Letterhead, Writer
from monitor.web.public.app import create_public_app
from monitor.web.public.documents import Documents, load_static
from monitor.web.public.files import FileMaker
from monitor.web.public.site import PublicSite
from monitor.web.public.view import PublicView
from tests.leaks.desk import CONFIRM, FORMS, STORED
from tests.leaks.planting import MARK, MOMENT, SECRET, Planter, classes_with_text
from tests.leaks.scene import (
    INCIDENT_ID,
    RULE_ID,
    THIRD_ID,
    WINDOW_ID,
    PlantedScene,
    planted,
)
from tests.publish.notices.worlds import ALL_WELL, after
from tests.web.public.worlds import ScriptedClock, visitor

LOCALES = ("zh-CN", "en")
# What a secret would look like in a page, an address or a feed: whole, escaped or in part.
TRACES = re.compile(rf"{MARK}|66\.77\.88|66%2E77|password=", re.IGNORECASE)
ARGUMENTS = (
    INCIDENT_ID,
    RULE_ID,
    THIRD_ID,
    WINDOW_ID,
    *ALL_WELL,
    "2026-01",
    *load_static(),
    "nothing",
)
# Classes of the model that the public face is never built from, each for a reason.
APART = {
    "Change": "deploys are operations' own",
    "Configuration": "its parts are planted",
    "Delivery": "receivers are operations' own",
    "Dependency": "names that the graph joins by; the names themselves are planted",
    "Event": "made of what is planted; those that users' notices make are searched",
    "IncidentWish": "becomes an incident",
    "Listeners": "where this machine listens",
    "MailProgress": "the mail desk's own",
    "Mailing": "the mail desk's own",
    "NoticePolicy": "its texts are for users",
    "Platform": "for users; the two addresses of operations are planted",
    "ProbeRequest": "between schedule and probes",
    "QuietHours": "times of day",
    "Rollup": "figures per check, of which the page shows times alone",
    "Snapshot": "its parts are planted",
    "Transition": "history as the store keeps it",
}


def paths_of(app: Starlette) -> Iterator[str]:
    """Yield every address that the public listener answers, and two that it does not."""
    for route in app.routes:
        assert isinstance(route, Route)
        if "{" not in route.path:
            yield route.path
            continue
        for argument in ARGUMENTS:
            yield re.sub(r"\{\w+(:\w+)?\}", argument, route.path)
    yield from (f"/why?service={name}&at=2026-01-10T10:30" for name in ALL_WELL)
    yield from (f"/api/v1/why?service={name}" for name in ALL_WELL)
    yield from ("/nothing/at/all", f"/api/v2/{'x' * 10}.json")


@pytest.fixture(scope="module")
def seeded() -> tuple[PlantedScene, Planter]:
    return asyncio.run(planted())


async def sent(browser: httpx.AsyncClient, path: str) -> AsyncIterator[str]:
    for lang, method in product(LOCALES, ("GET", "HEAD", "POST")):
        answer = await browser.request(method, path, headers={"accept-language": lang})
        yield f"{answer.status_code} {answer.headers} {answer.text}"


async def test_no_page_feed_badge_or_answer_has_a_trace(
    seeded: tuple[PlantedScene, Planter],
) -> None:
    scene, _ = seeded
    site, desk = scene.site(), scene.desk()
    paths = list(paths_of(create_public_app(site, desk)))

    async with visitor(site, desk) as browser:
        for path in paths:
            async for text in sent(browser, path):
                assert not TRACES.search(text), path
        front = (await browser.get("/")).text
        page = (await browser.get(f"/incidents/{INCIDENT_ID}?lang=en")).text

    assert len(paths) > 60
    assert "收银台" in front
    assert "Loan applications are kept." in page


@pytest.mark.parametrize("lang", LOCALES)
async def test_no_page_of_the_mail_desk_has_a_trace(
    lang: str, seeded: tuple[PlantedScene, Planter]
) -> None:
    scene, _ = seeded
    accepted = {"accept-language": lang}
    async with visitor(scene.site(), scene.desk()) as browser:
        for form in FORMS:
            answer = await browser.request(
                form.method, form.path, data=form.fields, headers=accepted
            )
            assert answer.status_code == form.status, form
            assert not TRACES.search(f"{answer.headers} {answer.text}"), form
        offered = (await browser.get(CONFIRM, headers=accepted)).text

    assert {"zh-CN": "收银台", "en": "Checkout"}[lang] in offered


async def test_nothing_of_a_mail_desk_that_fails_has_a_trace(
    seeded: tuple[PlantedScene, Planter],
) -> None:
    scene, _ = seeded
    scene.wishes.away = True
    try:
        async with visitor(scene.site(), scene.desk()) as browser:
            for form in STORED:
                answer = await browser.request(form.method, form.path, data=form.fields)
                assert answer.status_code == form.status, form
                assert not TRACES.search(f"{answer.headers} {answer.text}"), form
    finally:
        scene.wishes.away = False


async def test_no_file_of_the_static_face_has_a_trace(seeded: tuple[PlantedScene, Planter]) -> None:
    site, static = seeded[0].site(), load_static()
    view = site.view()
    assert view is not None

    files = FileMaker(site, Documents(static), static).make(view)

    assert len(files) > 40
    assert [name for name, body in files.items() if TRACES.search(f"{name} {body!r}")] == []


async def test_no_mail_has_a_trace(seeded: tuple[PlantedScene, Planter]) -> None:
    scene, _ = seeded
    head = Letterhead.of(scene.configuration)
    assert head is not None
    writer = Writer(head)
    told = [each for each in scene.store.kept if each.state is NoticeState.PUBLISHED]
    readers = [
        Subscriber(
            id="sub_a", address="li@example.com", locale=each, services=(), confirmed_at=MOMENT
        )
        for each in LOCALES
    ]

    letters = [
        writer.notice(each, reader, "sub_a.t", MOMENT) for each in told for reader in readers
    ]
    wish = Confirmation(
        id="cnf_a",
        address="li@example.com",
        locale="en",
        services=("checkout", f"{SECRET} service"),
        created_at=MOMENT,
        expires_at=after(90_000),
    )
    letters.append(writer.confirmation(wish, "cnf_a.t", MOMENT))

    for letter in letters:
        parts = [part.get_content() for part in letter.walk() if not part.is_multipart()]
        assert not TRACES.search(f"{letter.items()} {parts}")
    assert {each.kind for each in told} >= {
        NoticeKind.DISRUPTION,
        NoticeKind.CAUSE_KNOWN,
        NoticeKind.UPDATE,
        NoticeKind.RECOVERY,
        NoticeKind.CORRECTION,
        NoticeKind.MAINTENANCE_PLANNED,
    }


async def test_what_is_told_to_programs_has_no_trace(seeded: tuple[PlantedScene, Planter]) -> None:
    told = [
        each.data["texts"] for each in seeded[0].store.events if each.type == "notice.published"
    ]

    assert told
    assert not TRACES.search(str(told))


class BrokenSite(PublicSite):
    """A site that fails with a secret in its error."""

    def view(self) -> PublicView | None:
        raise RuntimeError(SECRET)


@pytest.mark.parametrize("path", ["/", "/why", "/feed.atom", "/api/v2/summary.json", "/history"])
async def test_no_failure_of_ours_shows_what_failed(path: str) -> None:
    async with visitor(BrokenSite(ScriptedClock(after(0)))) as browser:
        answer = await browser.get(path)

    assert answer.status_code >= 500
    assert not TRACES.search(f"{answer.headers} {answer.text}")


async def test_a_rule_and_an_account_that_nobody_approved_stay_inside(
    seeded: tuple[PlantedScene, Planter],
) -> None:
    scene, plant = seeded
    drafts = [each for each in scene.store.kept if each.kind is NoticeKind.REGULATORY]

    assert TRACES.search(str(drafts[0].texts))
    assert drafts[0].state is NoticeState.EXPIRED
    assert {"RegulatoryFacts.rule", "Postmortem.public", "Incident.title"} <= plant.fields


async def test_every_text_of_the_model_is_planted_or_known_to_stay_apart(
    seeded: tuple[PlantedScene, Planter],
) -> None:
    _ = seeded[0].view()
    unseen = {each.__name__ for each in set(classes_with_text()) - seeded[1].classes}

    assert unseen == set(APART)
    assert len(seeded[1].fields) > 80


async def test_the_search_finds_what_leaks(seeded: tuple[PlantedScene, Planter]) -> None:
    scene, _ = seeded
    first, *others = scene.configuration.services
    leaking = replace(first, descriptions=dict.fromkeys(LOCALES, SECRET))
    base = replace(scene.configuration, services=(leaking, *others))
    site = PublicSite(ScriptedClock(scene.now))
    kept = scene.configuration
    scene.configuration = base
    site.update(scene.view())
    scene.configuration = kept

    async with visitor(site) as browser:
        assert TRACES.search((await browser.get("/")).text)
