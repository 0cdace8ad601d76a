"""docs/causes.md and the runbooks say what the rules do, no more and no less."""

import re
from pathlib import Path

import pytest

from monitor.diagnosis import codes, verdict
from monitor.diagnosis.limit_hints import LIMIT_HINTS
from monitor.diagnosis.rule import Rule
from monitor.diagnosis.rules import RULES
from monitor.diagnosis.tables import FAILURE_HINTS
from monitor.model.cause import Cause

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "causes.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (for|against) \| ([\d.]+) \| (.+?) \| (.+) \|$", re.MULTILINE)
STEPS = ("Confirm", "Contain", "Restore", "Tell")

# Labels that a rule chooses by what it sees, and the one that the engine gives.
IN_FINDINGS = {
    Cause.MAINTENANCE: ("planned", "unannounced", "third_party", "overrun"),
    Cause.SERVER_OVERLOAD: ("cpu",),
    Cause.THIRD_PARTY_INTERFACE: ("quota",),
    Cause.APPLICATION_FAULT: ("deploy", "config"),
}


def _section(cause: Cause) -> str:
    return re.split(r"^## ", PAGE.split(f"## {cause.value}\n")[1], flags=re.MULTILINE)[0]


def _described(cause: Cause) -> dict[str, tuple[bool, float, set[str]]]:
    return {
        name: (side == "against", float(most), set(re.findall(r"`(\w+)`", signals)))
        for name, side, most, signals, _ in ROW.findall(_section(cause))
    }


def _declared(rule: Rule) -> tuple[bool, float, set[str]]:
    return rule.against, rule.most, {each.value for each in rule.signals}


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_lists_its_rules_with_side_weight_and_evidence(cause: Cause) -> None:
    assert _described(cause) == {
        rule.name: _declared(rule) for rule in RULES if rule.cause is cause
    }


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_lists_the_finer_labels_that_its_rules_give(cause: Cause) -> None:
    hints = [
        *(hint for hints in FAILURE_HINTS.values() for row in hints.values() for hint in row),
        *(hint for hints in LIMIT_HINTS.values() for hint in hints.values()),
        *codes.SQLSTATES.values(),
        *codes.SQLSTATE_CLASSES.values(),
        *codes.DRIVER_CODES.values(),
    ]
    given = {hint.subcause for hint in hints if hint.cause is cause}
    given |= {rule.subcause for rule in RULES if rule.cause is cause}
    listed = re.search(r"Finer labels: (.*?)\. Runbook", _section(cause), flags=re.DOTALL)
    assert listed is not None
    given |= set(IN_FINDINGS.get(cause, ()))
    assert given - {""} == set(re.findall(r"`(\w+)`", listed[1]))


def test_the_doubts_of_the_verdict_are_described_with_their_weights() -> None:
    doubts = {
        "began_later": verdict.LATER_WEIGHT,
        "only_a_soft_dependency": verdict.SOFT_WEIGHT,
        "does_not_show_like_this": verdict.UNLIKE_WEIGHT,
        "never_worked": verdict.NEVER_WORKED_WEIGHT,
        "only_a_forecast": verdict.FORECAST_WEIGHT,
    }
    assert dict(re.findall(r"`(\w+)`, ([\d.]+)\)", PAGE)) == {
        name: str(weight) for name, weight in doubts.items()
    }
    assert f"above {verdict.ENOUGH} and at least {verdict.MARGIN}" in PAGE


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_runbook_in_four_steps(cause: Cause) -> None:
    assert f"(operations/{cause.value}.md)" in _section(cause)
    text = (DOCS / "operations" / f"{cause.value}.md").read_text(encoding="utf-8")
    found = re.findall(r"^## (\w+)", text, flags=re.MULTILINE)
    assert tuple(found) == STEPS


def test_there_is_no_runbook_without_a_cause() -> None:
    found = {path.stem for path in (DOCS / "operations").glob("*.md")}
    assert found == {cause.value for cause in Cause}
