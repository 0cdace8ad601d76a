"""The report says what was measured, and ends with the line that is agreed upon."""

from dataclasses import replace

import pytest

from monitor.model.cause import Cause
from tests.scenarios.report import last_line, report
from tests.scenarios.samples import CONTROL, FAULT, incident, record
from tests.scenarios.scoring import Score, score
from tests.scenarios.selection import chosen_scenarios, chosen_seeds

RIGHT = score(record(FAULT, (5, [incident()])))
WRONG = score(record(FAULT, (5, [incident(Cause.NETWORK_ATTACK)])))
QUIET = score(record(CONTROL, (5, [])))
LOUD = score(record(CONTROL, (5, [incident()])))
SKIPPED = Score(scenario=FAULT, seed=1, problem="needs root", is_skipped=True)
BROKEN = Score(scenario=FAULT, seed=1, problem="RuntimeError()")


def test_the_last_line_counts_as_agreed() -> None:
    assert last_line([RIGHT, WRONG, QUIET, LOUD]) == (
        "scenarios: 1 of 2 right, 1 false attack, 1 confident errors, 1 incidents on controls"
    )


def test_what_broke_off_counts_and_what_was_skipped_does_not() -> None:
    assert last_line([RIGHT, BROKEN, SKIPPED]).startswith("scenarios: 1 of 2 right,")


def test_the_report_shows_table_matrix_figures_and_reasons() -> None:
    lines = report([RIGHT, WRONG, SKIPPED, BROKEN, QUIET]).splitlines()
    text = "\n".join(lines)

    assert lines[0].split()[:4] == ["id", "seed", "expected", "verdict"]
    assert "database_anomaly@postgres" in lines[1]
    assert "skipped: needs root" in text
    assert "broke off: O99" in text
    matrix = lines[lines.index("") + 1 :]
    assert matrix[0].split()[-3:] == ["database_anomaly", "network_attack", "none"]
    assert matrix[1].split() == ["database_anomaly", "1", "1", "."]
    assert "skipped: 1 (1 needs root)" in text
    assert lines[-1] == last_line([RIGHT, WRONG, SKIPPED, BROKEN, QUIET])


def test_an_abstention_is_worth_half_a_point() -> None:
    half = replace(WRONG, is_half_right=True, is_false_attack=False, is_confident_error=False)

    assert "points: 1.5 of 2" in report([RIGHT, half])


def test_what_came_in_time_is_counted_of_what_was_right() -> None:
    late = replace(RIGHT, decided_after=3.5, recovered_after=-1.0)
    soon = replace(RIGHT, decided_after=3.0, recovered_after=2.0, disruptions=3)
    lines = report([soon, late, WRONG]).splitlines()

    assert "decided within 3 rounds: 1 of 2 right verdicts" in lines
    assert "recovery within 5 rounds: 1 of 2 right verdicts" in lines
    assert "more than one disruption notice per incident: O99" in lines


@pytest.mark.parametrize(
    ("text", "seeds"),
    [("", [1]), ("1..5", [1, 2, 3, 4, 5]), ("2", [2]), ("1,3..4", [1, 3, 4])],
)
def test_seeds_are_chosen_by_number_or_range(text: str, seeds: list[int]) -> None:
    assert chosen_seeds(text) == seeds


@pytest.mark.parametrize("text", ["five", "5..1", "1-5"])
def test_a_mistake_in_the_seeds_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="SEEDS"):
        chosen_seeds(text)


def test_scenarios_are_chosen_in_the_order_of_the_table() -> None:
    assert chosen_scenarios("N1, O04", ["O04", "O12", "N1"]) == ["O04", "N1"]
    assert chosen_scenarios("", ["O04", "N1"], further=["X01"]) == ["O04", "N1"]
    assert chosen_scenarios("X,O04", ["O04", "N1"], further=["X01"]) == ["O04", "X01"]
    with pytest.raises(ValueError, match="unknown O99"):
        chosen_scenarios("O99", ["O04"])
