"""A monitor that sees nothing says so: no incident, no data for the span, the right state after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model.fault import FaultKind
from monitor.model.incident import IncidentStatus
from monitor.model.observation import Failure, FailureKind, Stage, Trigger
from monitor.model.platform import ComponentKind
from monitor.model.status import Status
from tests.engine.world import World, check, component, credit_platform, stored

WORLD = ("ledger", "gateway", "bank-a", "bank-b")
CANARIES = ("outside-a", "outside-b")


@pytest.fixture(name="world")
def _world() -> World:
    """Have two canaries beside the platform, which run after its checks in each round."""
    platform = credit_platform()
    outside = tuple(component(each, ComponentKind.NETWORK) for each in CANARIES)
    world = World(
        replace(
            platform,
            components=(*platform.components, *outside),
            checks=(*platform.checks, *(check(each, canary=True) for each in CANARIES)),
        )
    )
    world.rounds(5)
    return world


def _canaries_see(world: World) -> None:
    for each in world.configuration.checks:
        if each.canary:
            world.see(each, Trigger.DEPENDENCY)


def test_a_first_failure_asks_every_canary(world: World) -> None:
    world.break_("bank-a")
    world.see(next(each for each in world.configuration.checks if each.component == "bank-a"))

    asked = {each.check for batch in world.batches for each in batch.probes}
    assert {f"{each}-check" for each in CANARIES} <= asked


def test_failures_confirmed_before_the_canaries_ran_are_taken_back(world: World) -> None:
    world.silent = {f"{each}-check" for each in CANARIES}
    world.break_(*WORLD, *CANARIES)
    world.rounds(2)
    assert world.incidents == [], "the canaries are waited for"

    _canaries_see(world)
    world.silent = set()
    world.rounds(5)
    assert world.event_types == ["monitor.fault"]
    assert set(world.engine.memory.faults) == {FaultKind.ISOLATED}
    assert {world.shown(each) for each in ("checkout", "repayment")} == {Status.UNKNOWN}

    world.repair(*WORLD, *CANARIES)
    world.rounds(5)
    assert world.event_types == ["monitor.fault", "monitor.cleared"]
    assert world.incidents == []
    assert {world.shown(each) for each in ("checkout", "repayment")} == {Status.OPERATIONAL}


def test_what_the_last_canary_saw_is_not_stored_after_it_was_taken_back(world: World) -> None:
    world.break_(*CANARIES)
    _canaries_see(world)

    known = {each.check: each for each in stored(world.batches).checks}
    for each in (f"{name}-check" for name in CANARIES):
        assert known[each] == world.engine.memory.states[each]


def test_one_canary_that_fails_is_no_isolation(world: World) -> None:
    world.break_("ledger", "outside-a")
    world.rounds(5)

    assert world.engine.memory.faults == {}
    assert {each.root for each in world.incidents} == {"outside-a", "ledger"}


def test_what_failed_before_the_monitor_lost_sight_stays_an_incident(world: World) -> None:
    world.break_("bank-a")
    world.rounds(5)
    world.break_(*WORLD, *CANARIES)
    world.rounds(5)
    assert [each.root for each in world.incidents] == ["bank-a"]
    assert world.shown("checkout") is Status.UNKNOWN

    world.repair("ledger", "gateway", "bank-b", *CANARIES)
    world.rounds(5)
    (incident,) = world.incidents
    assert incident.status is IncidentStatus.OPEN
    assert world.shown("checkout") is Status.DEGRADED
    assert world.shown("repayment") is Status.OPERATIONAL


def test_what_is_still_broken_afterwards_is_an_incident_from_then_on(world: World) -> None:
    world.break_(*WORLD, *CANARIES)
    world.rounds(5)
    world.repair("gateway", "bank-a", "bank-b", *CANARIES)
    back = world.now
    world.rounds(6)

    (incident,) = world.incidents
    assert incident.root == "ledger"
    assert incident.started_at >= back


@pytest.mark.parametrize("kind", [FaultKind.CLOCK_JUMP, FaultKind.SUSPENDED])
def test_a_jump_is_one_fault_that_ends_by_itself(world: World, kind: FaultKind) -> None:
    world.now += timedelta(hours=1)
    world.batches.append(world.engine.clock_jumped(kind, "by an hour", world.now))
    world.rounds(20)

    assert world.event_types == ["monitor.fault", "monitor.cleared"]
    assert world.incidents == []
    assert world.shown("checkout") is Status.OPERATIONAL


def test_a_lack_of_our_own_ends_with_the_last_check_that_met_it(world: World) -> None:
    lack = Failure(kind=FailureKind.LOCAL_RESOURCE, stage=Stage.CONNECT)
    world.failures.update({"bank-a": lack, "bank-b": lack})
    world.break_("bank-a", "bank-b")
    world.rounds(3)
    world.repair("bank-a")
    world.rounds(3)
    assert set(world.engine.memory.faults) == {FaultKind.LOCAL_RESOURCE}

    fewer = tuple(each for each in world.configuration.checks if each.component != "bank-b")
    world.configuration = replace(world.configuration, checks=fewer)
    world.batches.append(world.engine.reconfigure(world.configuration, world.now))
    world.rounds(1)
    assert world.event_types == ["monitor.fault", "monitor.cleared"]
    assert world.incidents == []
