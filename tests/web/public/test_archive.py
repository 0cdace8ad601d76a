"""What is kept in memory for the page, read out of a real store: nothing is too old for a page."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.model.batch import Batch
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import WindowStatus
from monitor.model.notice import NoticeState
from monitor.storage.store import Store, open_store
from monitor.web.public.archive import PAGE, WHOLE_SECONDS, Archive
from tests.storage.notices import make_notice
from tests.storage.samples import Clock, at, incident, window

MANY = PAGE + 7


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Keep one incident and window that go on, and many later ones that are over."""
    opened = open_store("", tmp_path, Clock())
    opened.writer.start()
    over = [
        incident(f"inc_{number}", seconds=number, status=IncidentStatus.RESOLVED, ended=number + 5)
        for number in range(1, MANY)
    ]
    done = [
        window(f"win_{number}", seconds=number, status=WindowStatus.COMPLETED)
        for number in range(1, MANY)
    ]
    going_on = (incident("inc_0"), window("win_0", seconds=0))
    opened.writer.submit(
        Batch(at=at(0), incidents=(going_on[0], *over), windows=(going_on[1], *done))
    )
    await opened.writer.flush()
    for number in range(MANY):
        subject = f"inc_{number}"
        await opened.save_notice(make_notice(f"ntc_{number}", subject=subject, seconds=number), [])
    yield opened
    await opened.close()


async def test_all_that_is_kept_is_found_however_much_it_is(store: Store) -> None:
    kept = await Archive(store).read(0.0)

    assert len(kept.incidents) == len(kept.windows) == len(kept.notices) == MANY


async def test_an_old_incident_and_window_that_end_are_read_again(store: Store) -> None:
    archive = Archive(store)
    before = await archive.read(0.0)
    ended = incident("inc_0", status=IncidentStatus.RESOLVED, ended=900)
    done = window("win_0", seconds=0, status=WindowStatus.COMPLETED)
    store.writer.submit(Batch(at=at(900), incidents=(ended,), windows=(done,)))
    await store.writer.flush()

    kept = await archive.read(1.0)

    incidents = {each.id: each.status for each in kept.incidents}
    windows = {each.id: each.status for each in kept.windows}
    assert incidents["inc_0"] is IncidentStatus.RESOLVED
    assert windows["win_0"] is WindowStatus.COMPLETED
    assert len(kept.incidents) == MANY
    held = {each.id: each for each in before.incidents}
    assert all(each is held[each.id] for each in kept.incidents if each.id != "inc_0")


async def test_an_old_notice_that_is_retracted_is_gone_at_once(store: Store) -> None:
    archive = Archive(store)
    await archive.read(0.0)
    await store.update_notice(
        replace(make_notice("ntc_3", subject="inc_3", seconds=3), state=NoticeState.RETRACTED), []
    )

    kept = await archive.read(1.0, touched=["inc_3"])

    assert len(kept.notices) == MANY - 1
    assert "ntc_3" not in {each.id for each in kept.notices}


async def test_what_retention_took_away_is_gone_with_the_next_whole_read(store: Store) -> None:
    archive = Archive(store)
    await archive.read(0.0)
    await store.update_notice(
        replace(make_notice("ntc_3", subject="inc_3", seconds=3), state=NoticeState.RETRACTED), []
    )

    missed = await archive.read(WHOLE_SECONDS - 1)
    found = await archive.read(WHOLE_SECONDS)

    assert (len(missed.notices), len(found.notices)) == (MANY, MANY - 1)
