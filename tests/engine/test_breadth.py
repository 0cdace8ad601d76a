"""Without canaries, targets of all owners that are out of reach together mean our own way."""

from dataclasses import replace

import pytest

from monitor.model.fault import FaultKind
from monitor.model.observation import Failure, FailureKind, Stage
from monitor.model.status import Status
from tests.engine.world import World, check, credit_platform

TARGETS = ("ledger", "bank-a", "bank-b")


@pytest.fixture(name="world")
def _world() -> World:
    world = World()
    world.rounds(5)
    return world


def _lose(world: World, *names: str, kind: FailureKind = FailureKind.CONNECT_TIMEOUT) -> None:
    world.failures.update(dict.fromkeys(names, Failure(kind=kind, stage=Stage.CONNECT)))
    world.break_(*names)


def test_all_out_of_reach_is_the_monitors_fault_and_no_data(world: World) -> None:
    _lose(world, *TARGETS, "gateway")
    world.rounds(6)

    assert world.incidents == []
    assert set(world.engine.memory.faults) == {FaultKind.ISOLATED}
    assert world.shown("checkout") is Status.UNKNOWN

    world.repair(*TARGETS, "gateway")
    world.rounds(6)
    assert world.event_types == ["monitor.fault", "monitor.cleared"]
    assert world.shown("checkout") is Status.OPERATIONAL


def test_our_own_alone_may_have_lost_their_power(world: World) -> None:
    _lose(world, "ledger", "gateway")
    world.rounds(6)

    assert world.engine.memory.faults == {}
    assert [each.root for each in world.incidents] == ["ledger"]


def test_others_alone_are_not_the_monitors_fault(world: World) -> None:
    _lose(world, "bank-a", "bank-b")
    world.rounds(6)

    assert world.engine.memory.faults == {}


def test_those_who_refuse_are_reached(world: World) -> None:
    _lose(world, *TARGETS, "gateway", kind=FailureKind.CONNECT_REFUSED)
    world.rounds(6)

    assert world.engine.memory.faults == {}
    assert world.incidents


def test_where_canaries_watch_they_alone_decide() -> None:
    platform = credit_platform()
    canary = check("bank-b", canary=True)
    others = tuple(each for each in platform.checks if each.component != "bank-b")
    world = World(replace(platform, checks=(*others, canary)))
    world.rounds(5)
    _lose(world, "ledger", "bank-a", "gateway")
    world.rounds(6)

    assert world.engine.memory.faults == {}


def test_a_new_configuration_is_watched_by_its_own_targets(world: World) -> None:
    platform = credit_platform()
    fewer = tuple(each for each in platform.checks if each.component != "bank-b")
    world.engine.reconfigure(replace(platform, checks=fewer), world.now)
    _lose(world, "ledger", "bank-a", "gateway")
    world.rounds(6)

    assert world.engine.memory.faults == {}, "two targets are too few"
