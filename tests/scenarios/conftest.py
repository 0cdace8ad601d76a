"""The six scenarios are played while other tests run; the tests that ask for them come last."""

import pytest

from tests.scenarios.six import NAMES, perform
from tests.support.background import Background
from tests.support.played import Played

SIX = Played("six", perform, NAMES)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(SIX)


@pytest.fixture(scope="session", name="six")
def _six() -> Background:
    return SIX.background
