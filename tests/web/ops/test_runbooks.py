"""The runbooks on the operations page: each cause, both languages, links that lead on."""

import re

import httpx
import pytest

from monitor.model.cause import Cause
from monitor.web.ops.page.access import CONTENT_POLICY
from monitor.web.ops.page.runbook_view import LANGUAGES
from tests.architecture.tree import ROOT
from tests.web.ops.backend import FakeBackend
from tests.web.ops.conftest import BEARER, client_of

FOLDERS = {"en": ROOT / "docs/operations", "zh-CN": ROOT / "docs/operations/zh-CN"}
EACH = [(cause, locale) for cause in Cause for locale in LANGUAGES]


@pytest.mark.parametrize(("cause", "locale"), EACH)
async def test_a_runbook_is_shown_in_full(
    client: httpx.AsyncClient, cause: Cause, locale: str
) -> None:
    page = await client.get(f"/runbooks/{cause}", params={"lang": locale})

    text = (FOLDERS[locale] / f"{cause}.md").read_text()
    assert page.status_code == 200
    assert page.headers["content-security-policy"] == CONTENT_POLICY
    assert f'<html lang="{locale}">' in page.text
    assert re.findall(r"<h2>(.+)</h2>", page.text) == re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert page.text.count("<li>") == len(re.findall(r"^- ", text, re.MULTILINE))
    assert "http-equiv" not in page.text


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_every_page_is_reached_from_every_other(
    client: httpx.AsyncClient, locale: str
) -> None:
    page = await client.get("/runbooks/database_anomaly", params={"lang": locale})
    places = re.findall(r'href="(/runbooks/[^"]+)"', page.text)
    found = [await client.get(place) for place in places]

    assert {place for place in places if place.endswith(locale)} == {
        f"/runbooks/{cause}?lang={locale}" for cause in Cause if cause != Cause.DATABASE_ANOMALY
    }
    assert {each.status_code for each in found} == {200}


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("zh-TW", "zh-CN"), ("fr", "en"), ("", "en")],
)
async def test_the_browser_asks_for_its_language(
    client: httpx.AsyncClient, accepted: str, locale: str
) -> None:
    page = await client.get("/runbooks/unknown", headers={"accept-language": accepted})

    assert f'<html lang="{locale}">' in page.text
    assert page.headers["vary"] == "Accept-Language"


async def test_a_line_that_goes_on_leaves_no_gap_in_chinese(client: httpx.AsyncClient) -> None:
    page = await client.get("/runbooks/database_anomaly", params={"lang": "zh-CN"})

    article = page.text.partition("<article")[2].partition("</article>")[0]
    assert not re.search(r"[\u3000-\u9fff\uff00-\uff60]\n(?!<)", article)


@pytest.mark.parametrize("name", ["absent", "..%2Funknown", "unknown.md", "<b>"])
async def test_there_is_no_other_file(client: httpx.AsyncClient, name: str) -> None:
    page = await client.get(f"/runbooks/{name}")

    assert page.status_code == 404
    assert "<b>" not in page.text


async def test_beyond_loopback_runbooks_need_the_token() -> None:
    async with client_of(FakeBackend(), loopback=False) as other:
        refused = await other.get("/runbooks/unknown")
        shown = await other.get("/runbooks/unknown", headers=BEARER)

    assert (refused.status_code, shown.status_code) == (401, 200)


def parts(cause: Cause, locale: str) -> list[tuple[int, list[str], list[str]]]:
    """Return of each section how many items it has, its code and its links."""
    sections = re.split(
        r"^## .+$", (FOLDERS[locale] / f"{cause}.md").read_text(), flags=re.MULTILINE
    )
    return [
        (
            len(re.findall(r"^- ", each, re.MULTILINE)),
            sorted(re.findall(r"`([^`]+)`", re.sub(r"\s+", " ", each))),
            sorted(re.findall(r"\]\(([^)]+)\)", each)),
        )
        for each in sections
    ]


@pytest.mark.parametrize("cause", Cause)
def test_both_languages_say_the_same(cause: Cause) -> None:
    assert parts(cause, "zh-CN") == parts(cause, "en")


def test_no_runbook_is_in_one_language_alone() -> None:
    names = {
        locale: {each.name for each in folder.glob("*.md")} for locale, folder in FOLDERS.items()
    }

    assert names["en"] == names["zh-CN"] == {f"{cause}.md" for cause in Cause}
