"""Six scenarios on loopback, in a shorter protocol than that of the bench.

Two stands are played, three faults on each in turn, every one with a monitor that
knows nothing yet. A hold ends with the first right verdict; what makes a verdict right is the same
as on the bench. `make scenarios` plays all of them in full.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.scenarios.bench import Bench
from tests.scenarios.protocol import Pace, Record
from tests.scenarios.scoring import score
from tests.scenarios.servers.templates import Templates
from tests.scenarios.stand import Shape
from tests.scenarios.table import SCENARIOS
from tests.support.background import Stage
from tests.support.programs import scratch_folder

# Overload, a database, our own certificate; a third party, its announced work, an attack.
IN_TURN = (("O02", "O06", "O16"), ("O12", "O19", "O11"))
NAMES = [name for turn in IN_TURN for name in turn]
# The machine is busy with other tests, which makes answers later than those of a bench.
SHAPE = Shape(patience=1.8)
PACE = Pace(baseline=3, spread=1, hold=60, recovery=0, ends_early=True, waits_until_well=True)


@contextmanager
def perform(stage: Stage) -> Iterator[None]:
    """Play all six inside the block and tell what came of each."""
    with scratch_folder() as folder:
        Thread(target=_prepare_and_play, args=(stage, folder), daemon=True).start()
        yield


def _prepare_and_play(stage: Stage, folder: Path) -> None:
    folder.chmod(0o755)
    templates = Templates(folder)
    try:
        templates.prepare()
    except BaseException as error:  # noqa: BLE001 - each waiting test must see it
        stage.break_off(NAMES, error)
        return
    bench = Bench(templates, pace=PACE, alone="tests stay on loopback")
    with ThreadPoolExecutor(len(IN_TURN)) as pool:
        for turn in IN_TURN:
            pool.submit(_play, stage, bench, turn)


def _play(stage: Stage, bench: Bench, turn: tuple[str, ...]) -> None:
    left = list(turn)
    with stage.seat:
        try:
            wanted = [SCENARIOS[each] for each in turn]
            for scored in bench.play_in_turn(wanted, SHAPE, 1, _is_settled):
                stage.tell(scored.scenario.id, scored)
                left.remove(scored.scenario.id)
        except BaseException as error:  # noqa: BLE001 - as above
            stage.break_off(left, error)


def _is_settled(record: Record) -> bool:
    """Whether a right verdict stands."""
    last = record.samples[-1].at
    so_far = Record(
        scenario=record.scenario,
        seed=record.seed,
        on=record.on,
        off=last,
        samples=record.samples,
    )
    return score(so_far).is_right
