"""Which receiver gets which event, and which events belong together (pure)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.model.configuration import ReceiverConfig
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, EventType
from monitor.model.identity import make_id

# What a person adds to the record of an incident wakes nobody who did not ask for it.
DEFAULT_EVENTS = (
    EventType.INCIDENT_OPENED.value,
    EventType.INCIDENT_UPDATED.value,
    EventType.INCIDENT_RESOLVED.value,
    EventType.INCIDENT_WITHDRAWN.value,
    EventType.INCIDENT_REPORT_DUE.value,
    EventType.MAINTENANCE_OVERRUNNING.value,
    EventType.NOTICE_WAITING.value,
    EventType.NOTICE_OVERDUE.value,
    "monitor.",
)

# What opens trouble, per event that ends it.
TRIGGER_OF = {
    EventType.INCIDENT_RESOLVED: EventType.INCIDENT_OPENED,
    EventType.INCIDENT_WITHDRAWN: EventType.INCIDENT_OPENED,
    EventType.MONITOR_CLEARED: EventType.MONITOR_FAULT,
}

# After each of these a receiver knows of the trouble.
TELLING = frozenset(
    {EventType.INCIDENT_OPENED, EventType.INCIDENT_UPDATED, EventType.MONITOR_FAULT}
)

# What may leave from memory while the store cannot be written: what wakes or stands down people.
EMERGENCY = frozenset({*TRIGGER_OF.keys(), *TRIGGER_OF.values(), EventType.MAINTENANCE_OVERRUNNING})


def wants(receiver: ReceiverConfig, type_: EventType) -> bool:
    """Return whether *receiver* is told of events of *type_*."""
    return type_.startswith(receiver.events or DEFAULT_EVENTS)


def plan(
    sequence: int, event: Event, receivers: Iterable[ReceiverConfig], now: datetime
) -> tuple[Delivery, ...]:
    """Return the deliveries of *event*; the same event gives the same ids, whoever asks."""
    return tuple(
        Delivery(
            id=make_id("dlv", event.id, each.name),
            event=event.id,
            event_type=event.type,
            subject=event.subject,
            receiver=each.name,
            sequence=sequence,
            status=DeliveryStatus.PENDING,
            attempts=0,
            created_at=now,
            due_at=now,
        )
        for each in receivers
        if wants(each, event.type)
    )


def is_orphan(delivery: Delivery, history: Sequence[Delivery]) -> bool:
    """Return whether *delivery* ends trouble that its receiver was never told of.

    True where the trigger is a dead letter and nothing else told of it: the end then shares
    its fate, so that a replay tells both, in order.
    """
    trigger = TRIGGER_OF.get(EventType(delivery.event_type))
    if trigger is None:
        return False
    told = [each for each in _same_lane(delivery, history) if each.event_type in TELLING]
    dead = [each for each in told if each.status is DeliveryStatus.DEAD]
    delivered = any(each.status is DeliveryStatus.DELIVERED for each in told)
    return not delivered and any(each.event_type == trigger for each in dead)


def dead_companions(delivery: Delivery, history: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """Return every dead letter of the same subject and receiver, *delivery* included, in order."""
    dead = {
        each.id: each
        for each in (delivery, *_same_lane(delivery, history))
        if each.status is DeliveryStatus.DEAD
    }
    return tuple(sorted(dead.values(), key=lambda each: each.sequence))


def _same_lane(delivery: Delivery, history: Sequence[Delivery]) -> list[Delivery]:
    lane = (delivery.subject, delivery.receiver)
    return [each for each in history if (each.subject, each.receiver) == lane]
