"""The six scenarios are played while other tests run; the tests that ask for them come last."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.scenarios.scoring import Score
from tests.scenarios.six import play_six
from tests.support.background import PATIENCE_SECONDS

SIX = pytest.StashKey[Future[dict[str, Score]]]()


def _ask(item: pytest.Item) -> bool:
    return "six" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those that wait for the stands behind those that do not."""
    items.sort(key=_ask)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to play as soon as it is known that somebody will ask."""
    if any(map(_ask, session.items)) and not session.config.option.collectonly:
        pool = ThreadPoolExecutor(1)
        session.config.stash[SIX] = pool.submit(play_six)
        pool.shutdown(wait=False)


@pytest.fixture(scope="session", name="six")
def _six(request: pytest.FixtureRequest) -> dict[str, Score]:
    return request.config.stash[SIX].result(timeout=PATIENCE_SECONDS)
