"""An incident whose root flaps stays one open incident until the root has become steady."""

from monitor.model.incident import IncidentStatus
from monitor.model.observation import Outcome
from tests.engine.world import World


def flap(world: World, times: int) -> None:
    """Let the ledger and what needs it fail and work by turns, three rounds each."""
    for _ in range(times):
        world.break_("ledger", "gateway")
        world.rounds(3)
        world.repair("ledger", "gateway")
        world.rounds(3)


def told(world: World) -> list[tuple[str, bool]]:
    """Return what was told of incidents: why, and whether it said unstable."""
    return [
        (str(event.data["change"]), bool(event.data["unstable"]))
        for event in world.events
        if event.type.value.startswith("incident.")
    ]


def test_a_flapping_root_is_one_open_incident_that_says_so() -> None:
    world = World()
    world.rounds(20)
    flap(world, 10)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.OPEN
    assert incident.unstable
    # Until the window holds enough changes they are relapses; then nobody is told of the others.
    assert [change for change, _ in told(world) if change != "scope"] == [
        *("opened", "recovered", "relapsed", "recovered", "relapsed", "unstable")
    ]


def test_when_flapping_ends_well_the_recovery_is_told_once() -> None:
    world = World()
    world.rounds(20)
    flap(world, 10)
    before = len(told(world))
    world.rounds(1)
    assert told(world)[before:] == []

    world.rounds(20)

    (incident,) = world.incidents
    assert told(world)[before:] == [("recovered", False), ("resolved", False)]
    assert incident.status is IncidentStatus.RESOLVED
    assert not incident.unstable


def test_when_flapping_ends_badly_the_incident_is_open_and_steady() -> None:
    world = World()
    world.rounds(20)
    flap(world, 10)
    before = len(told(world))
    world.break_("ledger", "gateway")
    world.rounds(25)

    (incident,) = world.incidents
    assert told(world)[before:] == [("steady", False)]
    assert incident.status is IncidentStatus.OPEN
    assert incident.recovered_at is None


def test_the_recovery_after_flapping_is_the_last_one() -> None:
    world = World()
    world.rounds(20)
    flap(world, 10)
    world.break_("ledger", "gateway")
    world.rounds(3)
    ended = world.now
    world.repair("ledger", "gateway")
    world.rounds(25)

    (incident,) = world.incidents
    assert incident.recovered_at == ended


def test_flapping_is_remembered_over_a_restart() -> None:
    world = World()
    world.rounds(20)
    flap(world, 10)
    world.restart()
    flap(world, 3)

    (incident,) = world.incidents
    assert incident.unstable
    assert [change for change, _ in told(world)].count("unstable") == 1


def test_a_check_that_is_slow_by_turns_is_a_minor_unstable_incident() -> None:
    world = World()
    world.rounds(20)
    for _ in range(8):
        world.broken["bank-a"] = Outcome.DEGRADED
        world.rounds(2)
        world.broken.pop("bank-a")
        world.rounds(1)

    (incident,) = world.incidents
    assert incident.unstable
    assert incident.severity.value == "minor"


def test_an_ordinary_relapse_is_no_flapping() -> None:
    world = World()
    world.rounds(20)
    flap(world, 2)

    (incident,) = world.incidents
    assert not incident.unstable
