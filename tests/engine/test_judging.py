"""Open incidents are judged anew on new evidence, in turn and a few at a time."""

from dataclasses import replace

from monitor.engine.judging import MOST_AT_ONCE
from monitor.model.incident import Incident
from monitor.model.observation import Failure, FailureKind, Stage
from monitor.model.platform import ComponentKind
from tests.engine.world import World, check, component, credit_platform

STORM = [f"bank-{number}" for number in range(3 * MOST_AT_ONCE)]


def _storm() -> World:
    """Let unrelated third parties fail, each an incident of its own."""
    components = tuple(component(each, ComponentKind.THIRD_PARTY) for each in STORM)
    checks = tuple(check(each) for each in STORM)
    platform = replace(credit_platform(), services=(), components=components, checks=checks)
    world = World(platform)
    world.rounds(5)
    answers = Failure(kind=FailureKind.STATUS_UNEXPECTED, stage=Stage.PROTOCOL)
    world.failures.update(dict.fromkeys(STORM, answers))
    world.break_(*STORM)
    world.rounds(4)
    return world


def _freshness(incident: Incident) -> object:
    return max(each.at for each in incident.diagnosis.evidence)


def test_a_storm_is_judged_in_turn_a_few_at_a_time() -> None:
    world = _storm()
    assert len(world.incidents) == len(STORM)
    judged: list[set[str]] = []
    for _ in range(len(STORM) // MOST_AT_ONCE):
        for each in world.configuration.checks:
            world.see(each)
        before = {each.id: _freshness(each) for each in world.incidents}
        world.batches.append(world.engine.advance(world.now))
        judged.append({each.id for each in world.incidents if _freshness(each) != before[each.id]})

    assert [len(each) for each in judged] == [MOST_AT_ONCE] * len(judged)
    assert set().union(*judged) == {each.id for each in world.incidents}


def test_without_new_evidence_nothing_is_judged_anew() -> None:
    world = _storm()
    for _ in STORM:
        world.engine.advance(world.now)
    before = {each.id: each.diagnosis for each in world.incidents}

    world.engine.advance(world.now)

    assert all(each.diagnosis is before[each.id] for each in world.incidents)
