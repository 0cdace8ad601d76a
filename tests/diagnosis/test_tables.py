"""The tables are total: no cause, failure kind or component kind is forgotten."""

import pytest

from monitor.diagnosis import codes
from monitor.diagnosis.rules import RULES, SIGNS_NEEDED, WITHOUT_RULES
from monitor.diagnosis.tables import BLAMELESS, FAILURE_HINTS, Hint
from monitor.model.cause import Cause
from monitor.model.observation import FailureKind
from monitor.model.platform import ComponentKind
from tests.diagnosis.world import World, component, failed


def test_every_cause_has_a_rule_or_a_person_who_declares_it() -> None:
    ruled = {rule.cause for rule in RULES if not rule.against}
    assert ruled | WITHOUT_RULES == set(Cause)
    assert not ruled & WITHOUT_RULES


def test_rules_have_names_of_their_own_and_say_what_evidence_they_give() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert all(rule.signals for rule in RULES)


def test_an_attack_needs_two_independent_signals() -> None:
    assert SIGNS_NEEDED == {Cause.NETWORK_ATTACK: 2}


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_kind_says_something_of_every_component_kind(kind: FailureKind) -> None:
    hints = FAILURE_HINTS[kind]
    assert set(hints) == set(ComponentKind)
    silent = {each for each, found in hints.items() if not found}
    assert silent <= {ComponentKind.THIRD_PARTY, ComponentKind.NETWORK}


def test_no_failure_kind_alone_speaks_of_maintenance_or_attack() -> None:
    causes = {
        hint.cause for hints in FAILURE_HINTS.values() for row in hints.values() for hint in row
    }
    assert not causes & {Cause.MAINTENANCE, Cause.NETWORK_ATTACK, Cause.REGULATORY, Cause.UNKNOWN}


@pytest.mark.parametrize(
    "hint",
    [
        *(hint for hints in FAILURE_HINTS.values() for row in hints.values() for hint in row),
        *codes.SQLSTATES.values(),
        *codes.SQLSTATE_CLASSES.values(),
        *codes.DRIVER_CODES.values(),
    ],
    ids=str,
)
def test_a_hint_is_never_certain_nor_empty(hint: Hint) -> None:
    assert 0 < hint.weight < 1


def test_codes_have_one_meaning_each() -> None:
    groups = (codes.OUR_CODES, codes.QUOTA_CODES, codes.VAGUE_CODES, codes.MAINTENANCE_CODES)
    assert sum(len(each) for each in groups) == len(frozenset().union(*groups))


@pytest.mark.parametrize("kind", FailureKind)
@pytest.mark.parametrize("seat", ComponentKind)
def test_any_failure_of_any_component_alone_gets_an_honest_answer(
    kind: FailureKind, seat: ComponentKind
) -> None:
    world = World((component("it", seat),), {"probe": "it"}).round(times=5)
    verdict = world.round({"probe": failed(kind)}, times=2).diagnose("it")
    assert 0 <= verdict.confidence <= 0.99
    if verdict.cause is Cause.UNKNOWN:
        assert all(each.confidence < 1 for each in verdict.candidates)
    else:
        assert verdict.candidates[0].cause is verdict.cause
        assert {each.check for each in verdict.evidence} == {"probe"}
    assert verdict.cause not in (Cause.NETWORK_ATTACK, Cause.MAINTENANCE, Cause.REGULATORY)


def test_what_happens_on_the_way_is_blamed_on_nothing_behind_the_target() -> None:
    assert {kind for kind in FailureKind if kind.value.startswith(("tls_", "name_"))} <= BLAMELESS
    assert not {kind for kind in BLAMELESS if kind.value.startswith(("response_", "query_"))}
