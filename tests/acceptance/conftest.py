"""Stands, each played through its list of stories while other tests run."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from typing import Any

import pytest

from tests.acceptance.board import BoardStand
from tests.acceptance.crash import CrashStand, crash_often
from tests.acceptance.dashboard import ask_dashboard
from tests.acceptance.desk_stories import work_at_the_desk
from tests.acceptance.graph_stories import blink, finish_early, lose_network, lose_parent
from tests.acceptance.mail_stories import leave, mail, subscribe
from tests.acceptance.stand import Stand
from tests.acceptance.stories import Seen, break_and_repair, plan_and_finish
from tests.support.background import BACKGROUND, PATIENCE_SECONDS
from tests.support.postgres import postgres_server
from tests.support.programs import scratch_folder

Story = Callable[[Any], Any]
GRAPH_STORIES: dict[str, Story] = {
    "parent": lose_parent,
    "early": finish_early,
    "blips": blink,
    "isolated": lose_network,
    "desk": work_at_the_desk,
}


class Troupe:
    """Plays stories on stands in the background; tests ask for what was seen."""

    def __init__(self) -> None:
        self._seen: dict[str, Future[Any]] = {}
        self._stands: list[Stand] = []
        self._resources = ExitStack()

    def start(self) -> None:
        """Begin all stories."""
        folder = self._resources.enter_context
        server = self._resources.enter_context(postgres_server())
        database = self._resources.enter_context(server.fresh_database())
        self.play(
            Stand(folder(scratch_folder())),
            {
                "subscribe": subscribe,
                "planned": lambda stand: plan_and_finish(stand, in_time=True),
                "leave": leave,
                "overrun": lambda stand: plan_and_finish(stand, in_time=False),
                "gone": mail,
            },
        )
        faults = ("database-locked", "database-down", "third-party-down", "bad-deploy")
        self.play(
            Stand(folder(scratch_folder())),
            {"dashboard": ask_dashboard, **{name: _breaking(name) for name in faults}},
        )
        self.play(
            Stand(folder(scratch_folder()), store_url=server.url(database), slow="500ms"),
            {
                "postgres/database-down": _breaking("database-down"),
                "postgres/third-party-down": _breaking("third-party-down"),
                "overload": _breaking("overload"),
            },
        )
        self.play(BoardStand(folder(scratch_folder())), GRAPH_STORIES)
        self.play(CrashStand(folder(scratch_folder())), {"crash": crash_often})

    def play(self, stand: Stand, stories: dict[str, Story]) -> None:
        """Play *stories* one after another on *stand*."""
        for name in stories:
            self._seen[name] = Future()
        self._stands.append(stand)
        BACKGROUND.submit(self._run, stand, stories)

    def seen(self, name: str) -> Any:
        """Return what was seen of a story, once it has been played."""
        return self._seen[name].result(timeout=PATIENCE_SECONDS)

    def gates(self) -> dict[str, float]:
        """Return the seconds from gate to page of every story that measured them."""
        over = {name: each for name, each in self._seen.items() if each.done()}
        played = {name: each.result() for name, each in over.items() if not each.exception()}
        measured = {
            name: each.gate_to_page for name, each in played.items() if isinstance(each, Seen)
        }
        return {name: each for name, each in measured.items() if each is not None}

    def end(self) -> None:
        """End every stand, whatever is still being played."""
        BACKGROUND.shutdown(wait=False, cancel_futures=True)
        for stand in self._stands:
            stand.stop()
        BACKGROUND.shutdown(wait=True)
        self._resources.close()

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
                stand.recover()
        stand.stop()


def _breaking(fault: str) -> Story:
    return lambda stand: break_and_repair(stand, fault)


TROUPE = pytest.StashKey[Troupe]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these tests last: their stories play while all others run."""
    items.sort(key=lambda each: "troupe" in getattr(each, "fixturenames", ()))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin the stories as soon as it is known that somebody will ask for them."""
    asked = any("troupe" in getattr(each, "fixturenames", ()) for each in session.items)
    if asked and not session.config.option.collectonly:
        session.config.stash[TROUPE] = troupe = Troupe()
        troupe.start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End every process, also where a test failed or somebody pressed Ctrl-C."""
    troupe = session.config.stash.get(TROUPE, None)
    if troupe is not None:
        troupe.end()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Report how soon users could read of each fault; a busy machine says little, so no limit."""
    troupe = config.stash.get(TROUPE, None)
    if gates := troupe.gates() if troupe else {}:
        terminalreporter.section("gate to page (aim: below 5 s)")
        for name, seconds in sorted(gates.items()):
            terminalreporter.line(f"{name:28} {seconds:5.2f} s")


@pytest.fixture(scope="session", name="troupe")
def _troupe(request: pytest.FixtureRequest) -> Troupe:
    return request.config.stash[TROUPE]
