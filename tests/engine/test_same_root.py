"""Two failures that the graph does not join are one incident where the evidence surely says so."""

from dataclasses import replace

import pytest

from monitor.diagnosis.facts import MOST_FACTS
from monitor.model.cause import Cause
from monitor.model.configuration import Configuration
from monitor.model.incident import IncidentStatus
from monitor.model.observation import Failure, FailureKind, Outcome, Stage
from monitor.model.platform import Component, ComponentKind, Service
from monitor.model.signals import WELL, Signal, SignalKind
from tests.engine.world import World, check, component, credit_platform, hard

NO_ANSWER = Failure(kind=FailureKind.RESPONSE_TIMEOUT, stage=Stage.PROTOCOL)
CLOGGED = (Signal(SignalKind.SATURATION_RATIO, 1.0), Signal(SignalKind.QUEUE_DEPTH, 60.0))


def platform() -> Configuration:
    """Return a function that needs an application and a store, with nothing said between them."""
    base = credit_platform()
    components: tuple[Component, ...] = (
        component("store", ComponentKind.DATABASE),
        component("app", ComponentKind.SERVER),
        component("other", ComponentKind.SERVER),
        component("pay", ComponentKind.SERVER, "app", "store"),
        component("quota", ComponentKind.SERVER, "app"),
    )
    service = Service(
        name="checkout", names={"en": "Checkout"}, depends_on=hard("pay", "quota", "other")
    )
    return Configuration(
        platform=base.platform,
        services=(service,),
        components=components,
        checks=tuple(check(each.name) for each in components),
        watch=base.watch,
    )


def hang(world: World, *names: str) -> None:
    """Let components accept, and answer nothing."""
    world.break_(*names)
    world.failures.update(dict.fromkeys(names, NO_ANSWER))
    world.signals["app"] = CLOGGED


def test_a_server_that_waits_for_a_store_is_part_of_the_stores_incident() -> None:
    world = World(platform())
    world.rounds(10)
    hang(world, "store", "app", "pay")
    world.rounds(6)

    (incident,) = world.incidents
    assert incident.root == "store"
    assert set(incident.components) == {"store", "app", "pay"}
    assert world.event_types.count("incident.opened") == 1


def test_who_needs_only_the_waiting_server_is_part_of_it_too() -> None:
    world = World(platform())
    world.rounds(10)
    hang(world, "store", "app", "pay", "quota")
    world.rounds(6)

    (incident,) = world.incidents
    assert incident.root == "store"
    assert set(incident.components) == {"store", "app", "pay", "quota"}


def test_the_order_in_which_they_are_seen_does_not_matter() -> None:
    world = World(platform())
    world.rounds(10)
    world.silent |= {"store-check", "app-check", "pay-check"}
    hang(world, "store", "app", "pay", "quota")
    for name in ("app", "pay", "store"):
        world.rounds(5)
        world.silent.remove(f"{name}-check")
    world.rounds(5)

    (incident,) = world.incidents
    assert incident.root == "store"
    assert set(incident.components) == {"store", "app", "pay", "quota"}


def test_the_store_becomes_the_root_where_the_server_was_seen_first() -> None:
    world = World(platform())
    world.rounds(10)
    world.silent.add("store-check")
    hang(world, "store", "app", "pay")
    world.rounds(6)
    (first,) = world.incidents
    assert first.root == "app"

    world.silent.clear()
    world.rounds(3)

    (incident,) = world.incidents
    assert (incident.id, incident.root) == (first.id, "store")
    assert set(incident.components) == {"store", "app", "pay"}


def test_a_server_that_is_still_broken_afterwards_follows() -> None:
    world = World(platform())
    world.rounds(10)
    hang(world, "store", "app", "pay")
    world.rounds(6)
    world.repair("store")
    world.rounds(10)

    first, second = world.incidents
    assert first.recovered_at is not None
    assert (second.root, second.follows) == ("app", first.id)


@pytest.mark.parametrize("kind", [FailureKind.CONNECT_REFUSED])
def test_what_fails_beside_it_for_a_reason_of_its_own_is_another_incident(
    kind: FailureKind,
) -> None:
    world = World(platform())
    world.rounds(10)
    hang(world, "store", "app", "pay")
    world.broken["other"] = Outcome.FAILED
    world.failures["other"] = Failure(kind=kind, stage=Stage.CONNECT)
    world.rounds(6)

    assert sorted(each.root for each in world.incidents) == ["other", "store"]


NO_WAY = Failure(kind=FailureKind.CONNECT_TIMEOUT, stage=Stage.CONNECT)


def lose(world: World, *names: str, failure: Failure = NO_WAY) -> None:
    """Let components be out of reach."""
    world.break_(*names)
    world.failures.update(dict.fromkeys(names, failure))


def test_third_parties_lost_together_by_our_way_out_are_one_incident() -> None:
    world = World()
    world.rounds(10)
    lose(world, "bank-a", "bank-b")
    world.rounds(6)

    (incident,) = world.incidents
    assert set(incident.components) == {"bank-a", "bank-b"}
    assert (incident.diagnosis.cause, incident.diagnosis.subcause) == (
        Cause.NETWORK_FAULT,
        "firewall",
    )

    world.repair("bank-a", "bank-b")
    world.rounds(20)
    assert [each.status for each in world.incidents] == [IncidentStatus.RESOLVED]


def test_many_lost_together_are_one_incident_though_evidence_names_only_a_few() -> None:
    parties = [f"party-{number}" for number in range(8)]
    base = credit_platform()
    world = World(
        replace(
            base,
            components=(
                *base.components,
                *(component(each, ComponentKind.THIRD_PARTY) for each in parties),
            ),
            checks=(*base.checks[:2], *map(check, parties)),
        )
    )
    world.rounds(10)
    lose(world, *parties)
    world.rounds(1)
    # Those that are named are the last to be confirmed.
    world.silent = {f"{each}-check" for each in parties[:MOST_FACTS]}
    world.rounds(3)
    world.silent = set()
    world.rounds(3)

    (incident,) = world.incidents
    assert set(incident.components) == set(parties)


def test_a_check_that_never_worked_hides_nothing_that_was_lost_together() -> None:
    base = credit_platform()
    never = replace(check("bank-b"), name="bank-b-never")
    world = World(replace(base, checks=(*base.checks, never)))
    refused = Failure(kind=FailureKind.STATUS_UNEXPECTED, stage=Stage.PROTOCOL)
    world.said["bank-b-never"] = {"outcome": Outcome.FAILED, "failure": refused}
    world.rounds(10)
    lose(world, "bank-a", "bank-b")
    world.rounds(6)

    (incident,) = world.incidents
    assert set(incident.components) == {"bank-a", "bank-b"}
    assert incident.diagnosis.cause is Cause.NETWORK_FAULT


def test_one_that_stays_lost_when_the_way_is_back_follows() -> None:
    world = World()
    world.rounds(10)
    lose(world, "bank-a", "bank-b")
    world.rounds(6)
    world.repair("bank-a")
    world.rounds(10)

    first, second = world.incidents
    assert (second.root, second.follows) == ("bank-b", first.id)


def test_third_parties_that_fail_in_their_own_ways_are_incidents_of_their_own() -> None:
    world = World()
    world.rounds(10)
    lose(world, "bank-a")
    answers = Failure(kind=FailureKind.STATUS_UNEXPECTED, stage=Stage.PROTOCOL)
    lose(world, "bank-b", failure=answers)
    world.rounds(6)

    assert sorted(each.root for each in world.incidents) == ["bank-a", "bank-b"]


def test_one_that_is_lost_much_later_is_an_incident_of_its_own() -> None:
    world = World()
    world.rounds(10)
    lose(world, "bank-a")
    world.rounds(200)
    lose(world, "bank-b")
    world.rounds(6)

    assert sorted(each.root for each in world.incidents) == ["bank-a", "bank-b"]


def test_what_nothing_needs_is_judged_beside_a_few_of_our_own() -> None:
    base = credit_platform()
    pages = component("pages", ComponentKind.THIRD_PARTY)
    world = World(
        replace(base, components=(*base.components, pages), checks=(check("pages"), *base.checks))
    )
    world.rounds(10)
    lose(world, "pages", "bank-a", "bank-b")
    world.rounds(6)

    (incident,) = world.incidents
    assert incident.root == "pages"
    well = {each.component for each in incident.diagnosis.evidence if each.value == WELL}
    assert {"gateway", "ledger"} <= well
    assert incident.diagnosis.subcause == "firewall"
