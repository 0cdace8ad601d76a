"""Stands that run side by side, each through its list of stories, so that waits overlap."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.dashboard import ask_dashboard
from tests.acceptance.stand import Stand
from tests.acceptance.stories import break_and_repair, plan_and_finish
from tests.support.postgres import PostgresServer
from tests.support.programs import scratch_folder

Story = Callable[[Stand], Any]


class Troupe:
    """Plays stories on stands in threads of its own; tests ask for what was seen."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=3)
        self._seen: dict[str, Future[Any]] = {}
        self._stands: list[Stand] = []

    def play(self, stand: Stand, stories: dict[str, Story]) -> None:
        """Play *stories* one after another on *stand*."""
        for name in stories:
            self._seen[name] = Future()
        self._stands.append(stand)
        self._pool.submit(self._run, stand, stories)

    def seen(self, name: str) -> Any:
        """Return what was seen of a story, once it has been played."""
        return self._seen[name].result(timeout=500)

    def end(self) -> None:
        """End every stand, whatever is still being played."""
        for stand in self._stands:
            stand.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, stand: Stand, stories: dict[str, Story]) -> None:
        try:
            stand.start()
        except BaseException as error:  # noqa: BLE001 - each waiting test must see it
            for name in stories:
                self._seen[name].set_exception(error)
            return
        for name, story in stories.items():
            try:
                self._seen[name].set_result(story(stand))
            except BaseException as error:  # noqa: BLE001 - as above
                self._seen[name].set_exception(error)
                stand.cli("demo", "repair")
        stand.stop()


def _breaking(fault: str) -> Story:
    return lambda stand: break_and_repair(stand, fault)


@pytest.fixture(scope="session", name="troupe")
def _troupe(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Troupe]:
    troupe = Troupe()
    with ExitStack() as stack:

        def folder() -> Path:
            return stack.enter_context(scratch_folder())

        database = stack.enter_context(postgres.fresh_database())
        url = postgres.url(database)
        stack.callback(troupe.end)
        troupe.play(
            Stand(folder()),
            {
                "planned": lambda stand: plan_and_finish(stand, in_time=True),
                "overrun": lambda stand: plan_and_finish(stand, in_time=False),
            },
        )
        troupe.play(
            Stand(folder()),
            {
                "dashboard": ask_dashboard,
                **{
                    name: _breaking(name)
                    for name in (
                        "database-locked",
                        "database-down",
                        "third-party-down",
                        "bad-deploy",
                    )
                },
            },
        )
        troupe.play(
            Stand(folder(), store_url=url),
            {
                "postgres/database-down": _breaking("database-down"),
                "postgres/third-party-down": _breaking("third-party-down"),
                "overload": _breaking("overload"),
            },
        )
        yield troupe
