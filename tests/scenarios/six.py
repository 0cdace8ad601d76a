"""Six scenarios on loopback, in a shorter protocol than that of the bench.

Two stands are played, three faults on each in turn, every one with a monitor that
knows nothing yet. A hold ends with the first right verdict; what makes a verdict right is the same
as on the bench. `make scenarios` plays all of them in full.
"""

from tests.scenarios.bench import Bench
from tests.scenarios.protocol import Pace, Record
from tests.scenarios.scoring import Score, score
from tests.scenarios.servers.templates import Templates
from tests.scenarios.stand import Shape
from tests.scenarios.table import SCENARIOS
from tests.support.background import BACKGROUND
from tests.support.programs import scratch_folder

# Overload, a database, our own certificate; a third party, its announced work, an attack.
IN_TURN = (("O02", "O06", "O16"), ("O12", "O19", "O11"))
# The machine is busy with other tests, which makes answers later than those of a bench.
SHAPE = Shape(patience=1.8)
PACE = Pace(baseline=3, spread=1, hold=60, recovery=0, ends_early=True, waits_until_well=True)


def play_six() -> dict[str, Score]:
    """Play all six and return what came of each."""
    with scratch_folder() as folder:
        folder.chmod(0o755)
        templates = Templates(folder)
        templates.prepare()
        bench = Bench(templates, pace=PACE, alone="tests stay on loopback")

        def play(names: tuple[str, ...]) -> list[Score]:
            wanted = [SCENARIOS[each] for each in names]
            return list(bench.play_in_turn(wanted, SHAPE, 1, _is_settled))

        played = [each for turn in BACKGROUND.map(play, IN_TURN) for each in turn]
    return {each.scenario.id: each for each in played}


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
