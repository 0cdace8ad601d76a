"""Members that still fail when their root has recovered are incidents that follow, once."""

from monitor.model.incident import IncidentStatus
from tests.engine.world import World


def test_a_member_still_broken_after_its_root_is_an_incident_that_follows() -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger", "gateway")
    world.rounds(4)
    world.repair("ledger")
    world.rounds(8)

    first, second = world.incidents
    assert second.root == "gateway"
    assert second.follows == first.id
    assert first.root == "ledger"
    # It is dated by its first failure and by its confirmation anew.
    assert second.started_at <= first.confirmed_at
    assert first.monitoring_at is not None
    assert first.monitoring_at < second.confirmed_at


def test_a_member_that_failed_again_is_left_behind_as_any_other() -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger", "gateway")
    world.rounds(4)
    world.repair("gateway")
    world.rounds(5)
    world.break_("gateway")
    world.rounds(5)
    world.repair("ledger")
    world.rounds(3)
    assert [each.root for each in world.incidents] == ["ledger"], "its confirmation begins anew"

    world.rounds(5)
    first, second = world.incidents
    assert (second.root, second.follows) == ("gateway", first.id)


def test_a_member_that_recovered_unseen_and_fails_again_follows_nothing() -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger", "gateway")
    world.rounds(4)
    world.repair("ledger", "gateway")
    world.silent.add("gateway-check")
    world.rounds(12)
    assert [each.status for each in world.incidents] == [IncidentStatus.RESOLVED]

    world.silent.clear()
    world.rounds(100)
    world.break_("gateway")
    world.rounds(4)
    assert [each.follows for each in world.incidents] == [None, None]
