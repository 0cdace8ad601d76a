"""Proves who is told of what, under which id, and what belongs together."""

from dataclasses import replace

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from monitor.publish.deliveries.plan import dead_companions, is_orphan, plan, wants
from tests.publish.deliveries.fakes import START, config, delivery, event

DEAD = DeliveryStatus.DEAD
DELIVERED = DeliveryStatus.DELIVERED


@pytest.mark.parametrize("type_", list(EventType), ids=str)
def test_a_receiver_hears_by_default_of_what_calls_for_a_person(type_: EventType) -> None:
    calling = {"maintenance.overrunning", "notice.waiting", "notice.overdue"}
    expected = type_.startswith(("incident.", "monitor.")) or type_.value in calling
    # What a person adds to the record of an incident wakes nobody.
    expected = expected and type_ is not EventType.INCIDENT_NOTED

    assert wants(config(), type_) is expected


def test_a_receiver_with_prefixes_hears_of_nothing_else() -> None:
    chosen = [each for each in EventType if wants(config(events=("notice.",)), each)]

    assert chosen == [each for each in EventType if each.name.startswith("NOTICE_")]


def test_one_event_gives_every_receiver_one_delivery_under_a_stable_id() -> None:
    opened = event(EventType.INCIDENT_OPENED)
    receivers = [config("a"), config("b"), config("c", events=("notice.",))]

    first = plan(7, opened, receivers, START)
    again = plan(7, opened, receivers, START)

    assert first == again
    assert [each.receiver for each in first] == ["a", "b"]
    assert len({each.id for each in first}) == 2
    assert all("." not in each.id for each in first), "a dot would break the signature"


@pytest.mark.parametrize(
    ("opened", "updated", "orphan"),
    [
        (DeliveryStatus.DELIVERED, None, False),
        (DeliveryStatus.PENDING, None, False),
        (DeliveryStatus.DEAD, None, True),
        (DeliveryStatus.DEAD, DeliveryStatus.DEAD, True),
        (DeliveryStatus.DEAD, DeliveryStatus.DELIVERED, False),
        (None, None, False),
    ],
)
def test_the_end_is_an_orphan_only_where_nobody_was_told_of_the_beginning(
    opened: DeliveryStatus | None, updated: DeliveryStatus | None, orphan: bool
) -> None:
    history = [
        replace(delivery(type_, sequence=sequence), status=status)
        for sequence, (type_, status) in enumerate(
            [(EventType.INCIDENT_OPENED, opened), (EventType.INCIDENT_UPDATED, updated)], 1
        )
        if status is not None
    ]

    assert is_orphan(delivery(EventType.INCIDENT_RESOLVED, sequence=3), history) is orphan


def test_a_dead_trigger_of_another_receiver_or_subject_is_no_reason() -> None:
    dead = replace(delivery(EventType.INCIDENT_OPENED), status=DEAD)
    others = [replace(dead, receiver="other"), replace(dead, subject="inc_b")]

    assert not is_orphan(delivery(EventType.INCIDENT_RESOLVED, sequence=2), others)


def test_companions_are_the_dead_of_one_subject_and_receiver_in_order() -> None:
    opened = replace(delivery(EventType.INCIDENT_OPENED, sequence=1), status=DEAD)
    updated = replace(delivery(EventType.INCIDENT_UPDATED, sequence=2), status=DELIVERED)
    resolved = replace(delivery(EventType.INCIDENT_RESOLVED, sequence=3), status=DEAD)
    other = replace(delivery(EventType.INCIDENT_OPENED, "inc_b", 4), status=DEAD)

    found = dead_companions(resolved, [resolved, other, updated, opened])

    assert found == (opened, resolved)
