"""The page speaks the languages that the operator's folder adds to ours."""

import json
from dataclasses import replace
from pathlib import Path

from structlog.testing import capture_logs

from monitor.clock import SystemClock
from monitor.web.public.phrases import own_words
from monitor.web.public.site import PublicSite
from tests.web.public.scenes import calm
from tests.web.public.worlds import visitor


def write(folder: Path, locale: str, text: str) -> None:
    (folder / locale).mkdir()
    (folder / locale / "page.json").write_text(text, encoding="utf-8")


async def test_a_catalog_more_is_a_language_more(tmp_path: Path) -> None:
    write(tmp_path, "fr", json.dumps({"title": "État des services"}))
    scene = await calm()
    platform = replace(scene.configuration.platform, locales=("zh-CN", "en", "fr"))
    scene.configuration = replace(scene.configuration, platform=platform)
    site = scene.site()
    before = site.locales()

    site.speak(own_words(tmp_path))

    assert (before, site.locales()) == (("zh-CN", "en"), ("zh-CN", "en", "fr"))
    async with visitor(site) as browser:
        french = (await browser.get("/?lang=fr")).text
        english = (await browser.get("/?lang=en")).text
    assert '<html lang="fr"' in french
    assert "État des services" in french
    assert ">français</a>" in english
    assert ">English</a>" in french
    assert ">中文</a>" in french


def test_a_folder_of_no_language_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "backup", '{"title": "Status"}')
    write(tmp_path, "nl", '{"title": "Status"}')

    with capture_logs() as logs:
        PublicSite(SystemClock()).speak(own_words(tmp_path))

    assert [each["locale"] for each in logs] == ["backup"]


def test_a_broken_catalog_is_left_out_and_said(tmp_path: Path) -> None:
    write(tmp_path, "fr", "{")
    write(tmp_path, "ja", "[]")
    write(tmp_path, "nl", '{"title": "Status"}')

    with capture_logs() as logs:
        found = own_words(tmp_path)

    assert found == {"nl": {"title": "Status"}}
    assert [each["locale"] for each in logs] == ["fr", "ja"]
    assert own_words(None) == {}
