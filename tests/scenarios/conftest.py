"""The six scenarios are played while other tests run; the tests that ask for them come last."""

import pytest

from tests.scenarios.six import NAMES, perform
from tests.support.background import Background

SIX = pytest.StashKey[Background]()


def _asks(item: pytest.Item) -> bool:
    return "six" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those that wait for the stands behind those that do not."""
    items.sort(key=_asks)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to play as soon as it is known that somebody will ask."""
    if any(map(_asks, session.items)) and not session.config.option.collectonly:
        session.config.stash[SIX] = Background(perform, NAMES)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End what is still being played; the watchdog of a stand undoes what is left of it."""
    if six := session.config.stash.get(SIX, None):
        six.end()


@pytest.fixture(scope="session", name="six")
def _six(request: pytest.FixtureRequest) -> Background:
    return request.config.stash[SIX]
