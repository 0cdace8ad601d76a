"""Every start brings the database to this version's schema, whole or not at all."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from monitor.storage.engines import create_file, make_engines
from monitor.storage.errors import StoreError, UnsupportedSchema, UnsupportedUrlError
from monitor.storage.migrate import upgrade_to
from monitor.storage.store import open_store
from monitor.storage.tables import METADATA
from tests.storage.conftest import Place


async def test_migrations_make_exactly_the_tables(place: Place) -> None:
    await place.open().close()
    engines = make_engines(place.url, place.data_dir)

    with engines.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, METADATA)
    engines.dispose()

    assert difference == []


async def test_history_from_before_the_calendar_is_kept_as_it_counted(sqlite_place: Place) -> None:
    engines = make_engines(sqlite_place.url, sqlite_place.data_dir)
    sqlite_place.data_dir.mkdir()
    assert engines.file is not None
    create_file(engines.file)
    with engines.writer.begin() as connection:
        upgrade_to(connection, "0001")
        for at, word in enumerate(("operational", "maintenance")):
            connection.execute(
                sa.text(
                    "INSERT INTO transitions (subject_kind, subject, at, observed, displayed)"
                    " VALUES ('service', 'checkout', :at, 'major_outage', :word)"
                ),
                {"at": at, "word": word},
            )
    engines.dispose()

    store = sqlite_place.open()
    found = await store.status_history("service", "checkout", datetime(1970, 1, 1, tzinfo=UTC))
    await store.close()

    assert [(each.displayed, each.planned) for each in found] == [
        ("operational", False),
        ("maintenance", True),
    ]


async def test_a_newer_database_is_refused_and_left_alone(place: Place) -> None:
    await place.open().close()
    engines = make_engines(place.url, place.data_dir)
    with engines.writer.begin() as connection:
        ours = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0999'"))
        connection.execute(sa.text("UPDATE meta SET value = '9.9' WHERE key = 'written_by'"))

    with pytest.raises(UnsupportedSchema, match=r"0999, written by monitor 9\.9"):
        place.open()

    with engines.writer.begin() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == "0999"
        # Whoever was refused has let go of the lock: the right version may start.
        connection.execute(
            sa.text("UPDATE alembic_version SET version_num = :ours"), {"ours": ours}
        )
    engines.dispose()
    await place.open().close()


async def test_a_database_of_something_else_is_not_touched(sqlite_place: Place) -> None:
    sqlite_place.data_dir.mkdir()
    file = sqlite_place.data_dir / "monitor.sqlite3"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE transitions (theirs TEXT)")
    other.close()

    with pytest.raises(StoreError):
        sqlite_place.open()

    with sqlite3.connect(file) as other:
        names = other.execute("SELECT name FROM sqlite_master").fetchall()
    other.close()
    assert names == [("transitions",)], "what was begun was rolled back"


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 99])
async def test_a_file_that_is_no_database_is_a_typed_error(
    sqlite_place: Place, content: bytes
) -> None:
    sqlite_place.data_dir.mkdir()
    (sqlite_place.data_dir / "monitor.sqlite3").write_bytes(content)

    with pytest.raises(StoreError, match="corrupt"):
        sqlite_place.open()


async def test_state_is_for_its_owner_alone(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.writer.start()
    await store.writer.flush()

    modes = {each.name: each.stat().st_mode & 0o777 for each in sqlite_place.data_dir.iterdir()}
    folder = sqlite_place.data_dir.stat().st_mode & 0o777
    await store.close()

    assert folder == 0o700
    assert {"monitor.sqlite3", "monitor.sqlite3-wal", "lock"} <= modes.keys()
    assert set(modes.values()) == {0o600}


async def test_sqlite_is_set_up_to_lose_nothing(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.writer.start()

    def settings(connection: sa.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await store.writer.call(settings) == ["wal", 2, 1]
    with pytest.raises(StoreError, match="read_only"):
        store._reader.run(lambda c: c.execute(sa.text("DELETE FROM meta")))
    await store.close()


@pytest.mark.parametrize(
    "url",
    ["mysql://app:s3cret@127.0.0.1/x", "s3cret", "postgresql://app:s3cret@127.0.0.1:port/x"],
)
def test_another_url_is_refused_without_telling_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedUrlError, match="store url") as caught:
        make_engines(url, tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_postgres_is_spoken_through_psycopg(scheme: str, tmp_path: Path) -> None:
    engines = make_engines(f"{scheme}://app@127.0.0.1/x", tmp_path)

    assert engines.writer.driver == "psycopg"
    assert engines.file is None
    engines.dispose()


async def test_a_relative_sqlite_url_lies_in_the_data_folder(
    sqlite_place: Place, tmp_path: Path
) -> None:
    store = open_store("sqlite:///own.db", tmp_path / "folder", sqlite_place.clock)
    await store.close()

    assert (tmp_path / "folder" / "own.db").exists()
