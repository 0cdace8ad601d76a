"""The public face as files: whole, linked from any prefix, replaced file by file, taken back."""

import json
import re
from dataclasses import replace
from pathlib import Path
from posixpath import dirname, normpath

import pytest

from monitor.model.notice import NoticeState
from monitor.model.status import Status
from monitor.web.public.documents import Documents, load_static
from monitor.web.public.files import FileMaker, Files
from monitor.web.public.folder import RECORD, PublishedFolder
from monitor.web.public.site import PublicSite
from monitor.web.public.statuspage import DOCUMENTS
from tests.publish.notices.worlds import SECRETS, after
from tests.web.public.scenes import DATABASE, SCENES, SERVICES, calm, disrupted, resolved
from tests.web.public.worlds import Scene


def maker(site: PublicSite) -> FileMaker:
    static = load_static()
    return FileMaker(site, Documents(static), static)


def files_of(scene: Scene) -> Files:
    site = scene.site()
    view = site.view()
    assert view is not None
    return maker(site).make(view)


def linked(page: str) -> set[str]:
    """Return where the page leads, without what stands behind `?` and `#`."""
    found = re.findall(r'(?:href|src|action)="([^"#?]*)', page)
    return {each for each in found if each and not each.startswith(("http:", "https:", "mailto:"))}


@pytest.mark.parametrize("scene", SCENES)
async def test_every_link_leads_to_a_file_from_any_prefix(scene: str) -> None:
    files = files_of(await SCENES[scene]())

    for name, body in files.items():
        if name.endswith(".html"):
            targets = {
                normpath(f"{dirname(name)}/{each}".lstrip("/")) for each in linked(body.decode())
            }
            assert targets <= set(files), name
            assert 'href="/' not in body.decode(), name


async def test_the_whole_face_is_there_in_every_language() -> None:
    files = files_of(await disrupted())

    for folder in ("", "en/"):
        pages = ("", "maintenance/", "history/", "history/2026-01/", "why/")
        assert {f"{folder}{each}index.html" for each in pages} <= set(files)
        assert f"{folder}incidents/{DATABASE.id}/index.html" in files
        assert {f"{folder}{each}" for each in ("feed.atom", "feed.rss", "maintenance.ics")} <= set(
            files
        )
        assert {f"{folder}badge/{each}.svg" for each in SERVICES} <= set(files)
        assert {f"{folder}api/v2/{each}.json" for each in DOCUMENTS} <= set(files)
    assert {"static/page.css", "static/icon.svg"} <= set(files)
    assert b'<html lang="zh-CN">' in files["index.html"]
    assert b'<html lang="en">' in files["en/index.html"]
    assert list(files)[-2:] == ["en/index.html", "index.html"]


async def test_pages_say_when_they_were_made() -> None:
    files = files_of(await disrupted())

    assert "本页为副本，生成于" in files["index.html"].decode()
    assert b'datetime="2026-01-10T02:33:45Z"' in files["en/maintenance/index.html"]
    assert b"<form" not in files["why/index.html"]


async def test_nothing_internal_is_in_a_file() -> None:
    everything = "\n".join(each.decode() for each in files_of(await disrupted()).values()).lower()

    assert not [each for each in SECRETS if each.lower() in everything]


async def test_the_page_of_an_ended_incident_is_made_once() -> None:
    scene = await resolved()
    site = scene.site()
    made = maker(site)
    first = made.make(scene.view())
    scene.now = after(9000)
    scene.set(Status.DEGRADED, "checkout")
    second = made.make(scene.view())

    name = f"incidents/{DATABASE.id}/index.html"
    assert second[name] is first[name]
    assert second["index.html"] != first["index.html"]


async def test_a_page_of_what_is_over_changes_with_the_words_and_with_what_is_known() -> None:
    site = (await resolved()).site()
    view, files = site.view(), maker(site)
    assert view is not None
    name = f"incidents/{DATABASE.id}/index.html"

    unread = files.make(replace(view, record_at=view.at))[name]
    known = files.make(view)[name]
    site.speak({"zh-CN": {"nav_status": "今日状态"}})
    renamed = files.make(view)[name]

    assert unread != known
    assert 'class="warning"' not in known.decode()
    assert "今日状态" in renamed.decode()


async def test_what_was_retracted_is_deleted_and_files_of_others_stay(tmp_path: Path) -> None:
    scene = await resolved()
    folder = PublishedFolder(tmp_path)
    (tmp_path / "robots.txt").write_text("User-agent: *")
    folder.publish(files_of(scene))
    assert (tmp_path / "incidents" / DATABASE.id / "index.html").exists()

    scene.store.kept = [
        replace(each, state=NoticeState.RETRACTED) if each.subject == DATABASE.id else each
        for each in scene.store.kept
    ]
    # A new process knows what the last one wrote.
    PublishedFolder(tmp_path).publish(files_of(scene))

    assert not (tmp_path / "incidents" / DATABASE.id).exists()
    assert (tmp_path / "robots.txt").exists()
    assert DATABASE.id not in (tmp_path / "index.html").read_text()


def test_only_what_changed_is_written_and_what_vanished_comes_back(tmp_path: Path) -> None:
    files = {"a/b.html": b"1", "index.html": b"2"}
    folder = PublishedFolder(tmp_path)

    counts = [folder.publish(files), folder.publish(files)]
    (tmp_path / "index.html").unlink()
    counts.append(folder.publish(files))
    counts.append(PublishedFolder(tmp_path).publish({"index.html": b"3"}))

    assert counts == [2, 0, 1, 2]
    assert sorted(each.name for each in tmp_path.iterdir()) == [RECORD, "index.html"]


def test_a_record_that_was_tampered_with_deletes_nothing_outside(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = tmp_path / "site"
    folder.mkdir()
    names = ["../outside.txt", str(outside), 3]
    (folder / RECORD).write_text(json.dumps({"files": names}))

    PublishedFolder(folder).publish({"index.html": b""})

    assert outside.exists()


async def test_a_reader_never_meets_a_page_that_leads_nowhere(tmp_path: Path) -> None:
    """Every state of the folder between two editions is looked at."""

    class Watched(PublishedFolder):
        def _write(self, name: str, body: bytes) -> None:
            super()._write(name, body)
            dangling(tmp_path)

        def _delete(self, name: str) -> None:
            super()._delete(name)
            dangling(tmp_path)

    def dangling(folder: Path) -> None:
        """Follow every link from the front page on, once there is one."""
        ahead = [folder / "index.html"] if (folder / "index.html").exists() else []
        seen: set[Path] = set()
        while ahead:
            page = ahead.pop().resolve()
            assert page.exists()
            if page not in seen and page.suffix == ".html":
                ahead += [page.parent / each for each in linked(page.read_text())]
            seen.add(page)

    folder = Watched(tmp_path)
    for scene in (await calm(), await disrupted(), await calm()):
        folder.publish(files_of(scene))
