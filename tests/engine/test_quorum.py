"""Components with several checks: a failure begins, and is over, by as many as make it one."""

from dataclasses import replace
from datetime import timedelta

from monitor.engine.planning import WindowDraft, schedule_window
from monitor.model.configuration import Configuration
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import WindowStatus
from monitor.model.observation import Failure, FailureKind, Outcome, Stage
from monitor.model.platform import FailsWhen
from monitor.model.status import Status
from tests.engine.world import World, check, credit_platform

CHECKS = ("bank-a-check", "bank-a-two", "bank-a-three")
REFUSED = Failure(kind=FailureKind.CONNECT_REFUSED, stage=Stage.CONNECT)


def _platform(count: int = 1) -> Configuration:
    """Return the platform with three checks of bank-a, which fails when *count* of them do."""
    base = credit_platform()
    return replace(
        base,
        components=tuple(
            replace(each, fails_when=FailsWhen(count)) if each.name == "bank-a" else each
            for each in base.components
        ),
        checks=(*base.checks, *(replace(check("bank-a"), name=each) for each in CHECKS[1:])),
    )


def _only(world: World, *names: str) -> None:
    """Let exactly these checks fail from now on."""
    fails = {"outcome": Outcome.FAILED, "stage": Stage.CONNECT, "failure": REFUSED}
    world.said = dict.fromkeys(names, fails)


def test_a_failure_begins_with_the_check_that_is_one_too_many() -> None:
    world = World(_platform(count=2))
    world.rounds(5)
    _only(world, "bank-a-two")
    world.rounds(50)
    assert world.incidents == []

    began = world.now
    _only(world, "bank-a-two", "bank-a-three")
    world.rounds(3)
    (incident,) = world.incidents
    assert incident.started_at == began


def test_a_check_that_never_worked_does_not_date_the_failure_of_another() -> None:
    world = World(_platform())
    _only(world, "bank-a-two")
    world.rounds(50)
    assert world.shown("bank-a") is Status.OPERATIONAL

    began = world.now
    _only(world, "bank-a-two", "bank-a-check")
    world.rounds(3)
    (incident,) = world.incidents
    assert incident.started_at == began


def test_a_check_that_goes_on_failing_where_others_do_keeps_no_incident_open() -> None:
    world = World(_platform(count=2))
    world.rounds(5)
    _only(world, "bank-a-two", "bank-a-three")
    world.rounds(5)
    _only(world, "bank-a-two")
    world.rounds(15)

    assert [each.status for each in world.incidents] == [IncidentStatus.RESOLVED]

    _only(world, "bank-a-two", "bank-a-check")
    world.rounds(3)
    assert [each.status for each in world.incidents] == [
        IncidentStatus.RESOLVED,
        IncidentStatus.OPEN,
    ]


def test_a_check_that_goes_on_failing_where_others_do_lets_no_window_overrun() -> None:
    world = World(_platform(count=2))
    world.rounds(5)
    _only(world, "bank-a-two")
    wish = WindowDraft(
        start=world.now + timedelta(seconds=4),
        end=world.now + timedelta(seconds=20),
        components=["bank-a"],
    )
    window, batch = schedule_window(world.engine.memory, wish, world.now)
    world.batches.append(batch)
    world.rounds(25)

    assert "maintenance.overrunning" not in world.event_types
    assert world.engine.memory.windows[window.id].status is WindowStatus.COMPLETED
