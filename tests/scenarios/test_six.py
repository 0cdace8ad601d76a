"""Six scenarios on every run of the tests, on loopback and in a shorter protocol.

Baseline, hold and recovery are shorter than on the bench, and a hold ends with the first right
verdict; what makes a verdict right is the same. `make scenarios` plays all of them in full.
"""

from collections.abc import Iterator

import pytest

from tests.scenarios.bench import Bench
from tests.scenarios.protocol import Pace, Record
from tests.scenarios.scoring import Score, score
from tests.scenarios.servers.templates import Templates
from tests.scenarios.table import SCENARIOS
from tests.support.programs import scratch_folder

pytestmark = [pytest.mark.external_service, pytest.mark.timeout(400)]

FAULTS = ("O02", "O06", "O12", "O16", "O18")
CONTROLS = ("N4",)
AT_ONCE = 3
# The overrun begins ten rounds after the work, so a hold may be as long as on the bench.
PACE = Pace(baseline=5, spread=2, hold=18, recovery=0, ends_early=True)


def _is_settled(record: Record) -> bool:
    """Whether a right verdict stands; a control is held to the end."""
    return record.scenario.truth is not None and score(_so_far(record)).is_right


def _so_far(record: Record) -> Record:
    last = record.samples[-1].at
    return Record(
        scenario=record.scenario,
        seed=record.seed,
        on=record.on,
        off=last,
        samples=record.samples,
    )


@pytest.fixture(scope="module", name="scores")
def _scores() -> Iterator[dict[str, Score]]:
    with scratch_folder() as folder:
        folder.chmod(0o755)
        templates = Templates(folder)
        templates.prepare()
        bench = Bench(templates, pace=PACE, alone="tests stay on loopback")
        wanted = [(SCENARIOS[name], 1) for name in (*FAULTS, *CONTROLS)]
        played = bench.play_all(wanted, at_once=AT_ONCE, enough=_is_settled)
        yield {each.scenario.id: each for each in played}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_evidence(scores: dict[str, Score], name: str) -> None:
    scored = scores[name]

    assert scored.problem == ""
    assert scored.missing == ()
    assert scored.is_right, scored.verdict
    assert not scored.is_confident_error


@pytest.mark.parametrize("name", CONTROLS)
def test_a_control_opens_nothing(scores: dict[str, Score], name: str) -> None:
    assert scores[name].problem == ""
    assert scores[name].incidents == 0
