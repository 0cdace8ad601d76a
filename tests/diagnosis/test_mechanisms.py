"""One row per mechanism: what the probes see, and the verdict that must come of it."""

from itertools import product

import pytest

from monitor.diagnosis.rule import CONCLUDED
from monitor.diagnosis.rules import RULES
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from tests.diagnosis.rows import Row
from tests.diagnosis.rows_figures import FIGURE_ROWS
from tests.diagnosis.rows_others import OTHER_ROWS
from tests.diagnosis.rows_own import OWN_ROWS

ROWS = (*OWN_ROWS, *OTHER_ROWS, *FIGURE_ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "_"))
def test_each_mechanism_has_its_verdict(row: Row) -> None:
    verdict = row.world().diagnose(row.failing)
    found = (verdict.cause, verdict.subcause, verdict.component)
    assert found == (row.cause, row.subcause, row.seat), verdict.candidates
    assert verdict.confidence >= row.least, verdict.candidates


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "_"))
def test_evidence_weighs_and_shows_no_more_than_its_rule_declares(row: Row) -> None:
    world = row.world()
    scene = Scene(world.case(row.failing), world.now)
    for rule, name in product(RULES, scene.suspects):
        if found := rule.weigh(Suspect(scene, name)):
            assert 0 < found.weight <= rule.most, rule.name
            assert {each.signal for each in found.facts} <= set(rule.signals), rule.name
            assert found.facts, rule.name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace(" ", "_"))
def test_no_rule_finds_anything_where_nobody_reported_what_it_needs(row: Row) -> None:
    """So rules that look for what no probe has seen need not be asked."""
    world = row.world()
    scene = Scene(world.case(row.failing), world.now)
    assert scene.told.isdisjoint(CONCLUDED)
    for rule, name in product(RULES, scene.suspects):
        if rule.weigh(Suspect(scene, name)):
            assert not rule.needs or rule.needs & scene.told, rule.name
