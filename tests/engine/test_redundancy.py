"""Components that stand in for each other: the loss of the last one is what users suffer from."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.engine.planning import WindowDraft, schedule_window
from monitor.model.incident import IncidentStatus, Severity
from monitor.model.maintenance import ExpectedPattern
from monitor.model.observation import Outcome
from monitor.model.platform import ComponentKind, Dependency
from monitor.model.signals import SignalKind
from monitor.model.status import Status
from tests.engine.world import World, check, component, credit_platform


def _on(*needs: Dependency, names: tuple[str, ...] = ("bank-a", "bank-b", "bank-c")) -> World:
    """Return a world with one service that *needs* third parties, after some rounds."""
    known = credit_platform()
    parties = tuple(component(each, ComponentKind.THIRD_PARTY) for each in names)
    world = World(
        replace(
            known,
            services=(replace(known.services[0], depends_on=needs),),
            components=parties,
            checks=tuple(check(each) for each in names),
        )
    )
    world.rounds(5)
    return world


EITHER = Dependency(("bank-a", "bank-b"))


@pytest.fixture(name="world")
def _world() -> World:
    return _on(EITHER)


def _fail_in_turn(world: World, *names: str) -> list[datetime]:
    """Let one after the other fail; return when each did."""
    times = []
    for name in names:
        times.append(world.now)
        world.break_(name)
        world.rounds(6)
    return times


def _impact(world: World, root: str) -> list[tuple[Status, datetime, datetime | None]]:
    (incident,) = [each for each in world.incidents if each.root == root]
    return [(each.worst, each.since, each.until) for each in incident.impact]


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


def test_a_further_loss_leaves_the_outage_with_the_incident_that_made_it() -> None:
    world = _on(Dependency(("bank-a", "bank-b", "bank-c"), required=2))
    _, began, _ = _fail_in_turn(world, "bank-a", "bank-b", "bank-c")

    assert _impact(world, "bank-b") == [(Status.MAJOR_OUTAGE, began, None)]
    assert _impact(world, "bank-a") == _impact(world, "bank-c") == []


def test_a_second_reason_is_told_besides() -> None:
    world = _on(EITHER, Dependency(("bank-c",)))
    _, second, third = _fail_in_turn(world, "bank-a", "bank-b", "bank-c")

    assert _impact(world, "bank-b") == [(Status.MAJOR_OUTAGE, second, None)]
    assert _impact(world, "bank-c") == [(Status.MAJOR_OUTAGE, third, None)]


def test_the_loss_of_all_is_worse_than_that_of_each() -> None:
    world = _on(EITHER, Dependency(("bank-a",), soft=True), Dependency(("bank-b",), soft=True))
    first, last = _fail_in_turn(world, "bank-a", "bank-b")

    assert _impact(world, "bank-a") == [(Status.DEGRADED, first, None)]
    assert _impact(world, "bank-b") == [(Status.MAJOR_OUTAGE, last, None)]


def test_an_old_limit_beside_a_new_failure_is_no_outage_of_old(world: World) -> None:
    world.exceed("bank-b", SignalKind.DISK_FREE_RATIO)
    world.rounds(5)
    world.break_("bank-a")
    world.rounds(10)
    (began,) = _fail_in_turn(world, "bank-b")

    assert _impact(world, "bank-a") == [(Status.MAJOR_OUTAGE, began, None)]
    assert _impact(world, "bank-b") == []


def test_a_failure_that_no_service_feels_is_downtime_from_its_own_beginning(world: World) -> None:
    world.exceed("bank-b", SignalKind.DISK_FREE_RATIO)
    world.rounds(20)
    (began,) = _fail_in_turn(world, "bank-b")
    world.repair("bank-b")
    world.rounds(15)

    (incident,) = world.incidents
    assert incident.recovered_at is not None
    assert incident.downtime_seconds == (incident.recovered_at - began).total_seconds()


def test_planned_work_on_one_of_them_takes_nothing_from_anybody(world: World) -> None:
    _fail_in_turn(world, "bank-b")
    wish = WindowDraft(
        start=world.now,
        end=world.now + timedelta(seconds=200),
        components=("bank-a",),
        services=(),
        expected=ExpectedPattern(),
    )
    world.batches.append(schedule_window(world.engine.memory, wish, world.now)[1])
    world.rounds(2)
    _fail_in_turn(world, "bank-a")

    assert world.shown("checkout") is Status.MAINTENANCE
    assert _impact(world, "bank-b") == []


def test_a_service_that_is_shown_as_slow_has_an_incident_that_says_so(world: World) -> None:
    world.silent.add("bank-b-check")
    world.rounds(8)
    world.broken["bank-a"] = Outcome.DEGRADED
    world.rounds(5)

    assert world.shown("checkout") is Status.DEGRADED
    assert [worst for worst, _, _ in _impact(world, "bank-a")] == [Status.DEGRADED]
