"""The stands, and the stories that are played on each, one after another."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from tests.acceptance.board import BoardStand
from tests.acceptance.crash import CrashStand, crash_often
from tests.acceptance.dashboard import ask_dashboard
from tests.acceptance.desk_stories import work_at_the_desk
from tests.acceptance.graph_stories import blink, finish_early, lose_network, lose_parent
from tests.acceptance.mail_stories import leave, mail, subscribe
from tests.acceptance.stand import Stand
from tests.acceptance.stories import break_and_repair, plan_and_finish
from tests.support.background import Stage
from tests.support.postgres import postgres_server
from tests.support.programs import scratch_folder

Story = Callable[[Any], Any]


class PostgresStand(Stand):
    """A stand whose monitor stores in a PostgreSQL of its own."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._server = ExitStack()

    def start(self) -> None:
        """Start the server, then everything else."""
        server = self._server.enter_context(postgres_server())
        database = self._server.enter_context(server.fresh_database())
        self.environment["STORE_URL"] = server.url(database)
        super().start()

    def stop(self) -> int:
        """End everything, then the server."""
        code = super().stop()
        self._server.close()
        return code


def _breaking(*faults: str, of: str = "") -> dict[str, Story]:
    return {of + each: partial(break_and_repair, fault=each) for each in faults}


CAST: tuple[tuple[Callable[[Path], Stand], Mapping[str, Story]], ...] = (
    (CrashStand, {"crash": crash_often}),
    (
        Stand,
        {
            "dashboard": ask_dashboard,
            **_breaking("database-locked", "database-down", "third-party-down", "bad-deploy"),
        },
    ),
    (
        Stand,
        {
            "subscribe": subscribe,
            "planned": partial(plan_and_finish, in_time=True),
            "leave": leave,
            "overrun": partial(plan_and_finish, in_time=False),
            "gone": mail,
        },
    ),
    (PostgresStand, _breaking("database-down", "third-party-down", of="postgres/")),
    # The gateway counts as slow as early as in the demo that is shipped.
    (partial(Stand, slow="500ms"), _breaking("overload")),
    (
        BoardStand,
        {
            "parent": lose_parent,
            "early": finish_early,
            "blips": blink,
            "isolated": lose_network,
            "desk": work_at_the_desk,
        },
    ),
)
NAMES = [name for _, stories in CAST for name in stories]


@contextmanager
def perform(stage: Stage) -> Iterator[None]:
    """Play every story inside the block, each stand in a thread of its own once it has a seat."""
    with scratch_folder() as folder:
        running: list[Stand] = []
        for number, (make, stories) in enumerate(CAST):
            place = folder / str(number)
            Thread(target=_run, args=(stage, make, place, stories, running), daemon=True).start()
        yield
        for stand in running:
            stand.stop()


def _run(
    stage: Stage,
    make: Callable[[Path], Stand],
    place: Path,
    stories: Mapping[str, Story],
    running: list[Stand],
) -> None:
    left = list(stories)
    with stage.seat:
        try:
            place.mkdir()
            stand = make(place)
            running.append(stand)
            stand.start()
            for name, story in stories.items():
                left.remove(name)
                _play(stage, stand, name, story)
            stand.stop()
        except BaseException as error:  # noqa: BLE001 - each waiting test must see it
            stage.break_off(left, error)


def _play(stage: Stage, stand: Stand, name: str, story: Story) -> None:
    try:
        seen = story(stand)
    except BaseException as error:  # noqa: BLE001 - as above
        stage.break_off([name], error)
        stand.recover()
    else:
        stage.tell(name, seen)
