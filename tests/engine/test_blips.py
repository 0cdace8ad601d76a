"""Work that was announced as short interruptions: what goes beyond is an incident."""

from monitor.model.maintenance import ExpectedPattern, PatternKind
from tests.engine.windows import current, schedule
from tests.engine.world import World


def test_a_blip_longer_than_announced_is_an_incident() -> None:
    world = World()
    world.rounds(5)
    expected = ExpectedPattern(kind=PatternKind.BLIPS, count=2, max_seconds=20)
    schedule(world, 2, 300, expected=expected)
    world.rounds(3)
    world.break_("gateway")
    world.rounds(8)
    assert world.incidents == []
    world.rounds(6)

    assert len(world.incidents) == 1


def test_a_restart_in_a_blip_makes_no_second_one_of_it() -> None:
    world = World()
    world.rounds(5)
    blips = ExpectedPattern(kind=PatternKind.BLIPS, count=1, max_seconds=60)
    window = schedule(world, 4, 124, expected=blips)
    world.rounds(3)
    world.break_("ledger")
    world.rounds(3)
    assert current(world, window).blips["ledger"] == 1

    world.restart()
    world.rounds(3)
    assert current(world, window).blips["ledger"] == 1
    assert world.incidents == []


def test_more_blips_than_announced_are_an_incident() -> None:
    world = World()
    world.rounds(5)
    expected = ExpectedPattern(kind=PatternKind.BLIPS, count=1, max_seconds=20)
    schedule(world, 2, 300, expected=expected)
    world.rounds(3)
    for _ in range(2):
        assert world.incidents == []
        world.break_("gateway")
        world.rounds(4)
        world.repair("gateway")
        world.rounds(5)

    assert len(world.incidents) == 1
