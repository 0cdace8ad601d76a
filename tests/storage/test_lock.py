"""One monitor per store: a second one is refused, whatever it is and wherever it runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.storage.errors import StoreLocked, Trouble
from monitor.storage.store import open_store
from tests.storage import child, samples
from tests.storage.conftest import Place
from tests.storage.processes import writing
from tests.support.polling import eventually_async
from tests.support.postgres import PostgresServer


async def test_a_second_store_in_the_same_folder_is_refused_until_the_first_closes(
    place: Place,
) -> None:
    first = place.open()

    with pytest.raises(StoreLocked, match="another monitor"):
        place.open()
    await first.close()
    again = place.open()
    await again.close()


async def test_a_second_process_is_refused(place: Place) -> None:
    store = place.open()
    with writing(place) as second:
        second.listen()

        assert second.process.wait(10) == child.LOCKED
        assert second.said == []
    await store.close()


def test_the_lock_of_a_killed_process_is_free_at_once(place: Place) -> None:
    with writing(place) as first:
        first.listen(lambda said: "committed" in said)

        with pytest.raises(StoreLocked, match=f"process {first.process.pid}"):
            place.open()


async def test_a_database_file_outside_the_folder_has_a_lock_of_its_own(
    sqlite_place: Place, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/elsewhere/state.db"
    first = open_store(url, tmp_path / "one", sqlite_place.clock)

    with pytest.raises(StoreLocked, match=r"state\.db\.lock"):
        open_store(url, tmp_path / "two", sqlite_place.clock)
    await first.close()


@pytest.mark.external_service
async def test_a_postgres_database_is_locked_for_every_folder(
    postgres_url: str, tmp_path: Path, clock: samples.Clock
) -> None:
    place = Place(url=postgres_url, data_dir=tmp_path / "one", clock=clock)
    first = place.open()

    with pytest.raises(StoreLocked, match="PostgreSQL"):
        replace(place, data_dir=tmp_path / "two").open()
    await first.close()
    second = replace(place, data_dir=tmp_path / "two").open()
    await second.close()


@pytest.mark.external_service
async def test_a_session_that_was_ended_takes_the_lock_again_before_it_writes(
    postgres: PostgresServer, postgres_url: str, tmp_path: Path, clock: samples.Clock
) -> None:
    store = Place(url=postgres_url, data_dir=tmp_path / "one", clock=clock).open()
    store.writer.start()
    await store.writer.flush()
    with postgres.as_superuser(postgres_url.rsplit("/", 1)[1]) as admin:
        # The usurper takes the lock in the moment in which our session is gone.
        ours = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        (key,) = admin.execute(
            f"SELECT objid, classid FROM ({ours.replace('pid', '*')}) l"
        ).fetchall()
        admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({ours}) l")
        number = (key[1] << 32) + key[0]
        assert await eventually_async(
            lambda: admin.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() == (True,)
        )
        store.writer.submit(samples.event_batch(1))
        assert await eventually_async(lambda: store.writer.last_error is Trouble.LOCK_LOST)
        assert await store.new_events(9) == []
        admin.execute("SELECT pg_advisory_unlock_all()")

        await store.writer.flush()

    assert [each for _, each in await store.new_events(9)] == [samples.event(1)]
    await store.close()
