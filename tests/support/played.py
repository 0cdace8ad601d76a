"""What a folder of tests plays in the background: begun when somebody asks, ended at the end."""

from collections.abc import Iterable

import pytest

from tests.support.background import Background, Play


class Played:
    """A plugin that plays; the tests that ask for *fixture*, by its name, come last."""

    def __init__(self, fixture: str, play: Play, names: Iterable[str]) -> None:
        self._fixture = fixture
        self._play = play
        self._names = tuple(names)
        self._background: Background | None = None

    @property
    def background(self) -> Background:
        """What is played; it is, as soon as a test that asks for it was collected."""
        assert self._background is not None, f"nobody was known to ask for {self._fixture}"
        return self._background

    @property
    def has_begun(self) -> bool:
        """Whether anything is played."""
        return self._background is not None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put those that wait for the stands behind those that do not."""
        items.sort(key=self._asks)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin as soon as it is known that somebody will ask."""
        if any(map(self._asks, session.items)) and not session.config.option.collectonly:
            self._background = Background(self._play, self._names)

    def pytest_sessionfinish(self) -> None:
        """End what is still being played, also where somebody pressed Ctrl-C."""
        if self._background is not None:
            self._background.end()

    def _asks(self, item: pytest.Item) -> bool:
        return self._fixture in getattr(item, "fixturenames", ())
