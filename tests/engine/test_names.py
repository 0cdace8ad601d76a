"""A dead resolver is the monitor's own fault: no incident, no outage, and it is said aloud."""

from dataclasses import replace

import pytest

from monitor.model.cause import Cause
from monitor.model.fault import FaultKind
from monitor.model.observation import Failure, FailureKind, Stage
from monitor.model.signals import Signal, SignalKind
from monitor.model.status import Status
from tests.engine.world import World, credit_platform

RESOLVED = (Signal(SignalKind.RESOLVE_RCODE, "NOERROR"),)


@pytest.fixture(name="world")
def _world() -> World:
    """Let the gateway and the banks go by name, and the ledger by address."""
    world = World()
    for name in ("gateway", "bank-a", "bank-b"):
        world.signals[name] = RESOLVED
    world.rounds(5)
    return world


def _lose_names(world: World, *names: str, kind: FailureKind = FailureKind.NAME_TIMEOUT) -> None:
    for name in names:
        world.failures[name] = Failure(kind=kind, stage=Stage.RESOLVE)
        world.signals[name] = ()
    world.break_(*names)


def _find_names(world: World, *names: str) -> None:
    for name in names:
        world.signals[name] = RESOLVED
    world.repair(*names)


def test_no_name_resolving_is_the_monitors_fault_and_no_incident(world: World) -> None:
    _lose_names(world, "gateway", "bank-a", "bank-b")
    world.rounds(10)

    assert world.incidents == []
    assert world.event_types == ["monitor.fault"]
    assert set(world.engine.memory.faults) == {FaultKind.RESOLVER}
    assert world.shown("bank-a") is Status.UNKNOWN
    assert world.shown("ledger") is Status.OPERATIONAL


def test_the_fault_is_over_when_a_name_resolves_again(world: World) -> None:
    _lose_names(world, "gateway", "bank-a", "bank-b")
    world.rounds(5)
    _find_names(world, "gateway", "bank-a", "bank-b")
    world.rounds(5)

    assert world.event_types == ["monitor.fault", "monitor.cleared"]
    assert world.shown("checkout") is Status.OPERATIONAL


def test_the_verdict_on_the_monitor_names_those_that_were_not_found(world: World) -> None:
    _lose_names(world, "gateway", "bank-a", "bank-b")
    world.rounds(5)

    (verdict,) = world.engine.verdicts(world.now)

    assert (verdict.component, verdict.status) == ("monitor", Status.UNKNOWN)
    assert verdict.diagnosis.cause is Cause.MONITOR_FAULT
    assert verdict.diagnosis.subcause == "resolver"
    lost = [each for each in verdict.diagnosis.evidence if each.rule == "no_name_resolves"]
    assert {each.component for each in lost} == {"gateway", "bank-a", "bank-b"}
    assert {each.value for each in lost} == {"name_timeout"}


def test_the_verdict_on_the_monitor_names_those_that_answer_by_address(world: World) -> None:
    _lose_names(world, "gateway", "bank-a", "bank-b")
    world.rounds(5)

    (verdict,) = world.engine.verdicts(world.now)

    reached = [each for each in verdict.diagnosis.evidence if each.rule == "addresses_answer"]
    assert {(each.signal, each.component) for each in reached} == {
        (SignalKind.STAGE_REACHED, "ledger")
    }


def test_one_strangers_zone_that_fails_is_an_incident(world: World) -> None:
    """Others resolve, so the resolver works."""
    _lose_names(world, "bank-a")
    world.rounds(5)

    assert [each.root for each in world.incidents] == ["bank-a"]
    assert world.engine.memory.faults == {}


def test_our_own_zone_that_fails_is_an_incident(world: World) -> None:
    """What is ours may share a zone; nobody else's name is known to fail."""
    world.signals["ledger"] = RESOLVED
    _lose_names(world, "gateway", "ledger", kind=FailureKind.NAME_SERVER_FAILURE)
    world.rounds(5)

    assert world.incidents
    assert world.engine.memory.faults == {}


def test_a_name_that_does_not_exist_is_no_fault_of_the_resolver(world: World) -> None:
    _lose_names(world, "gateway", "bank-a", "bank-b", kind=FailureKind.NAME_NOT_FOUND)
    world.rounds(5)

    assert world.incidents
    assert world.engine.memory.faults == {}


def test_another_resolver_that_answers_clears_nothing() -> None:
    """A dns check may ask servers that nobody else relies on."""
    usual = credit_platform()
    checks = tuple(
        replace(each, type="dns") if each.component == "ledger" else each for each in usual.checks
    )
    world = World(replace(usual, checks=checks))
    for name in ("ledger", "gateway", "bank-a", "bank-b"):
        world.signals[name] = RESOLVED
    world.rounds(5)
    _lose_names(world, "gateway", "bank-a", "bank-b")
    world.rounds(5)

    assert world.incidents == []
    assert set(world.engine.memory.faults) == {FaultKind.RESOLVER}
