"""Components that stand in for each other: the loss of the last one is what users suffer from."""

from dataclasses import replace

import pytest

from monitor.model.incident import IncidentStatus, Severity
from monitor.model.platform import Dependency
from monitor.model.status import Status
from tests.engine.world import World, credit_platform


@pytest.fixture(name="world")
def _world() -> World:
    known = credit_platform()
    banks = Dependency(("bank-a", "bank-b"))
    redundant = replace(known.services[0], depends_on=(banks,))
    world = World(replace(known, services=(redundant, known.services[1])))
    world.rounds(5)
    return world


def _one_after_the_other(world: World) -> None:
    world.break_("bank-a")
    world.rounds(10)
    world.break_("bank-b")


def test_one_of_two_is_an_incident_that_no_service_feels(world: World) -> None:
    world.break_("bank-a")
    world.rounds(10)

    (incident,) = world.incidents
    assert (incident.severity, incident.impact) == (Severity.MINOR, ())
    assert world.shown("checkout") is Status.OPERATIONAL


def test_the_incident_of_the_last_one_takes_the_service_down(world: World) -> None:
    _one_after_the_other(world)
    began = world.now
    world.rounds(5)

    first, last = world.incidents
    assert (first.root, first.impact) == ("bank-a", ())
    assert (last.root, last.severity) == ("bank-b", Severity.CRITICAL)
    (impact,) = last.impact
    assert (impact.service, impact.worst) == ("checkout", Status.MAJOR_OUTAGE)
    assert (impact.since, impact.until) == (began, None)


@pytest.mark.parametrize("repaired", ["bank-a", "bank-b"])
def test_the_service_is_back_with_either_of_them(world: World, repaired: str) -> None:
    _one_after_the_other(world)
    world.rounds(5)
    world.repair(repaired)
    world.rounds(10)

    first, last = world.incidents
    assert first.impact == ()
    assert last.impact[0].until is not None
    assert world.shown("checkout") is Status.OPERATIONAL
    open_ones = {each.root for each in world.incidents if each.status is IncidentStatus.OPEN}
    assert open_ones == {"bank-a", "bank-b"} - {repaired}


def test_both_at_once_are_told_once(world: World) -> None:
    world.break_("bank-a", "bank-b")
    world.rounds(5)

    assert len([each for incident in world.incidents for each in incident.impact]) == 1


def test_a_restart_tells_it_no_second_time(world: World) -> None:
    _one_after_the_other(world)
    world.rounds(5)
    before = [each.impact for each in world.incidents]
    world.restart()
    world.rounds(5)

    assert [each.impact for each in world.incidents] == before
