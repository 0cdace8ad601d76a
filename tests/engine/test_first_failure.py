"""What a first failure calls for: a retry, and a fresh look at what may explain it."""

from dataclasses import replace

from monitor.model.check import Confirmation
from monitor.model.observation import Trigger
from monitor.model.platform import ComponentKind
from tests.engine.world import World, check, component, credit_platform


def test_a_first_failure_asks_for_a_retry_and_for_older_dependencies() -> None:
    world = World()
    world.rounds(3)
    world.silent.add("ledger-check")
    world.break_("gateway")
    world.rounds(1)

    wishes = {(each.check, each.trigger) for batch in world.batches for each in batch.probes}
    assert wishes == {
        ("gateway-check", Trigger.RETRY),
        ("ledger-check", Trigger.DEPENDENCY),
    }


def test_a_failure_that_is_confirmed_at_once_asks_for_dependencies_too() -> None:
    platform = credit_platform()
    at_once = Confirmation(failures=1, window=1)
    checks = tuple(
        replace(each, confirmation=at_once) if each.component == "gateway" else each
        for each in platform.checks
    )
    world = World(replace(platform, checks=checks))
    world.rounds(3)
    world.silent.add("ledger-check")
    world.break_("gateway")
    world.rounds(2)

    wishes = [(each.check, each.trigger) for batch in world.batches for each in batch.probes]
    assert wishes == [("ledger-check", Trigger.DEPENDENCY)]


def _beside(stores: int) -> World:
    """Return a function that needs a server and stores, which the server does not say it needs."""
    names = [f"store-{number}" for number in range(stores)]
    parts = (
        component("app", ComponentKind.SERVER),
        *(component(each, ComponentKind.DATABASE) for each in names),
        component("pay", ComponentKind.SERVER, "app", *names),
    )
    checks = tuple(check(each) for each in ("app", *names))
    world = World(replace(credit_platform(), components=parts, checks=checks, services=()))
    world.rounds(3)
    world.silent.update(f"{each}-check" for each in names)
    world.break_("app")
    world.rounds(1)
    return world


def _asked(world: World) -> set[str]:
    wishes = (each for batch in world.batches for each in batch.probes)
    return {each.check for each in wishes if each.trigger is Trigger.DEPENDENCY}


def test_a_servers_first_failure_asks_the_stores_that_its_dependants_need() -> None:
    assert _asked(_beside(2)) == {"store-0-check", "store-1-check"}


def test_stores_that_half_a_platform_shares_are_not_all_asked() -> None:
    assert _asked(_beside(30)) == set()
