"""A configuration that is read again: what moved goes on at its new place, nothing is stale."""

from dataclasses import replace

from monitor.model.configuration import Configuration
from monitor.model.fault import FaultKind
from monitor.model.incident import IncidentStatus
from monitor.model.platform import ComponentKind
from monitor.model.status import Status
from tests.engine.world import World, component, credit_platform, stored


def _reload(world: World, configuration: Configuration) -> None:
    world.configuration = configuration
    world.batches.append(world.engine.reconfigure(configuration, world.now))


def _with_renamed_bank() -> Configuration:
    """Return the platform with bank-a under another name, and its check gone over to that."""
    platform = credit_platform()
    checkout, repayment = platform.services
    needs = tuple(each for each in checkout.depends_on if "bank-a" not in each.names)
    return replace(
        platform,
        components=(
            *(each for each in platform.components if each.name != "bank-a"),
            component("bank-c", ComponentKind.THIRD_PARTY),
        ),
        services=(replace(checkout, depends_on=needs), repayment),
        checks=tuple(
            replace(each, component="bank-c") if each.component == "bank-a" else each
            for each in platform.checks
        ),
    )


def _falls_silent(world: World) -> Status:
    world.rounds(2)
    world.silent.add("bank-a-check")
    world.rounds(20)
    return world.shown("bank-c")


def test_a_check_that_went_over_to_another_component_falls_silent_there() -> None:
    world = World()
    world.rounds(5)
    _reload(world, _with_renamed_bank())

    assert _falls_silent(world) is Status.UNKNOWN


def test_so_it_does_where_it_went_over_while_the_monitor_was_down() -> None:
    world = World()
    world.rounds(5)
    world.configuration = _with_renamed_bank()
    world.restart()

    assert _falls_silent(world) is Status.UNKNOWN


def test_a_service_that_is_put_back_is_told_as_it_is_now() -> None:
    world = World()
    world.rounds(5)
    world.restart()
    world.rounds(2)
    full = world.configuration
    world.break_("ledger")
    world.rounds(4)
    _reload(world, replace(full, services=full.services[:1]))
    world.repair("ledger")
    world.rounds(30)
    _reload(world, full)
    world.rounds(1)

    last = {each.subject: each.displayed for each in stored(world.batches).statuses}
    assert last["repayment"] == world.shown("repayment") == Status.OPERATIONAL


def test_an_incident_about_what_is_gone_waits_for_the_monitors_sight_to_be_withdrawn() -> None:
    before = World(credit_platform(canary=True))
    before.rounds(5)
    before.break_("bank-a")
    before.rounds(4)
    before.break_("ledger", "gateway", "bank-b")
    before.rounds(2)
    (fault,) = before.engine.memory.faults.values()
    assert fault.kind is FaultKind.ISOLATED

    platform = _with_renamed_bank()
    checks = tuple(replace(each, canary=True) for each in platform.checks)
    saved = replace(stored(before.batches), faults=(fault,))
    world = World(replace(platform, checks=checks), saved)
    world.break_("ledger", "gateway", "bank-b", "bank-c")
    world.rounds(3)
    assert {each.root: each.status for each in world.incidents} == {"bank-a": IncidentStatus.OPEN}

    world.repair("ledger")
    world.rounds(1)
    assert {each.root: each.status for each in world.incidents} == {
        "bank-a": IncidentStatus.WITHDRAWN,
        "bank-c": IncidentStatus.OPEN,
    }
