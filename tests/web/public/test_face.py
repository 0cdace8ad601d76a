"""The face of a running monitor: fresh after every change, and written out where that is wanted."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from structlog.testing import capture_logs

from monitor.model.configuration import Configuration
from monitor.model.history import DayHistory, Rollup, StatusSpell
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeState
from monitor.model.snapshot import Snapshot
from monitor.web.public.face import PublicFace
from tests.publish.notices.worlds import CONFIGURATION
from tests.support.polling import eventually_async
from tests.web.public.scenes import DATABASE, disrupted
from tests.web.public.worlds import Scene, ScriptedClock, visitor


class SceneStore:
    """The store of a scene; *away*, it answers nothing."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.away = False

    async def incidents(
        self, *, open_only: bool = False, limit: int = 100, before: str | None = None
    ) -> list[Incident]:
        if self.away:
            raise OSError("the store is away")
        return [] if before else list(self.scene.incidents.values())

    async def incident(self, id_: str) -> Incident | None:
        return self.scene.incidents.get(id_)

    async def windows(
        self, *, include_ended: bool = True, limit: int = 100, before: str | None = None
    ) -> list[Window]:
        return [] if before else list(self.scene.windows.values())

    async def window(self, id_: str) -> Window | None:
        return self.scene.windows.get(id_)

    async def notices(
        self, subject: str | None = None, limit: int = 200, before: str | None = None
    ) -> list[Notice]:
        return [] if before else await self.scene.store.notices(subject, limit)

    async def daily_history(
        self, service: str, days: int, zone: tzinfo, *, count_maintenance: bool = False
    ) -> Sequence[DayHistory]:
        return self.scene.days.get(service, ())

    async def status_spells(self, service: str, since: datetime) -> Sequence[StatusSpell]:
        return self.scene.calm_spells()

    async def rollups(
        self, check: str, resolution_seconds: int, since: datetime, until: datetime
    ) -> Sequence[Rollup]:
        return ()


class ScenePresent:
    """The present of a scene, and where its face is written to."""

    def __init__(self, scene: Scene, static_dir: Path | str = "") -> None:
        self.scene = scene
        self.static_dir = str(static_dir)

    def configuration(self) -> Configuration:
        return replace(CONFIGURATION, static_dir=self.static_dir)

    def snapshot(self) -> Snapshot:
        return self.scene.snapshot()


def face_of(scene: Scene, static_dir: Path | str = "") -> PublicFace:
    return PublicFace(SceneStore(scene), ScenePresent(scene, static_dir), ScriptedClock(scene.now))


async def test_the_files_follow_every_change_and_a_retracted_notice_is_gone(tmp_path: Path) -> None:
    scene = await disrupted()
    face = face_of(scene, tmp_path / "site")
    page = tmp_path / "site" / "incidents" / DATABASE.id / "index.html"
    tasks = [asyncio.create_task(each) for each in (face.run(), face.publish())]
    try:
        await eventually_async(page.exists)
        scene.store.kept = [
            replace(each, state=NoticeState.RETRACTED) if each.subject == DATABASE.id else each
            for each in scene.store.kept
        ]
        face.changed()
        await eventually_async(lambda: not page.exists())
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class BrokenAtFirst(ScenePresent):
    """A monitor of whose present no view can be made at first."""

    asked = 0

    def snapshot(self) -> Snapshot:
        self.asked += 1
        if self.asked == 1:
            raise LookupError("a fault of ours")
        return super().snapshot()


async def test_a_view_that_cannot_be_made_once_is_made_the_next_time() -> None:
    scene = await disrupted()
    face = PublicFace(SceneStore(scene), BrokenAtFirst(scene), ScriptedClock(scene.now))

    with capture_logs() as logs:
        showing = asyncio.create_task(face.run())
        await eventually_async(lambda: showing.done() or logs)
        face.changed()
        await eventually_async(lambda: showing.done() or face.site.view() is not None)

    assert not showing.done()
    assert [each["event"] for each in logs] == ["public_view_failed"]
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)


class BusyStore(SceneStore):
    """A store in which a notice changes once more while its subject is read."""

    face: PublicFace

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.asked: list[str] = []

    async def notices(
        self, subject: str | None = None, limit: int = 200, before: str | None = None
    ) -> list[Notice]:
        read = await super().notices(subject, limit, before)
        if subject is not None:
            self.asked.append(subject)
            if len(self.asked) == 1:
                self.face.changed(subject)
        return read


async def test_what_changes_while_it_is_read_is_read_again() -> None:
    scene = await disrupted()
    store = BusyStore(scene)
    face = store.face = PublicFace(store, ScenePresent(scene), ScriptedClock(scene.now))
    face.changed(DATABASE.id)

    showing = asyncio.create_task(face.run())
    await eventually_async(lambda: len(store.asked) > 1)
    showing.cancel()
    await asyncio.gather(showing, return_exceptions=True)

    assert store.asked == [DATABASE.id] * 2


async def test_a_folder_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file is in the way")
    scene = await disrupted()
    face = face_of(scene, tmp_path / "site")
    with capture_logs() as logs:
        tasks = [asyncio.create_task(each) for each in (face.run(), face.publish())]
        await eventually_async(lambda: "static_publish_failed" in [each["event"] for each in logs])
        assert not tasks[1].done()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert face.site.view() is not None


async def test_without_a_folder_nothing_is_written_and_the_files_can_be_asked_for() -> None:
    face = face_of(await disrupted())

    assert await face.files() == {}
    refreshing = asyncio.create_task(face.run())
    await eventually_async(lambda: face.site.view() is not None)
    refreshing.cancel()
    files = await face.files()

    assert await face.write() == 0
    assert "index.html" in files


async def test_the_page_outlives_the_store_and_says_how_old_the_notices_are() -> None:
    scene = await disrupted()
    store = SceneStore(scene)
    face = PublicFace(store, ScenePresent(scene), ScriptedClock(scene.now))
    refreshing = asyncio.create_task(face.run())
    await eventually_async(lambda: face.site.view() is not None)

    with capture_logs() as logs:
        store.away = True
        face.changed()
        await eventually_async(lambda: "public_record_unread" in [each["event"] for each in logs])
        view = face.site.view()
        refreshing.cancel()

    async with visitor(face.site) as browser:
        page = (await browser.get("/?lang=en")).text
        store.away = False
        refreshing = asyncio.create_task(face.run())
        await eventually_async(lambda: (view := face.site.view()) and view.record_at is None)
        refreshing.cancel()
        again = (await browser.get("/?lang=en")).text

    assert view is not None
    assert [each.id for each in view.open_incidents()] == [DATABASE.id]
    assert "Notices and history cannot be read at the moment" in page
    assert "Major outage of some services" in page
    assert "cannot be read" not in again
