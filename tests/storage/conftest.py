"""Stores on both databases; every contract test runs on each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.storage.store import Store, open_store
from tests.storage.samples import Clock


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a store lives."""

    url: str
    data_dir: Path
    clock: Clock

    def open(self) -> Store:
        return open_store(self.url, self.data_dir, self.clock)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.external_service)],
)
def place(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Place:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    return Place(url=url, data_dir=tmp_path / "data", clock=clock)


@pytest.fixture
def sqlite_place(tmp_path: Path, clock: Clock) -> Place:
    return Place(url="", data_dir=tmp_path / "data", clock=clock)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    """A store with its writer at work."""
    opened = place.open()
    opened.writer.start()
    yield opened
    await opened.close()
