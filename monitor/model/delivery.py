"""Deliveries: one event on its way to one receiver, at least once, in order per subject."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event for a receiver; unique per (*event*, *receiver*), ordered by *sequence*.

    *reason* is the closed word for the last failure, *detail* the redacted text for operators.
    """

    id: str
    event: str
    event_type: str
    subject: str
    receiver: str
    sequence: int
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None = None
    reason: str = ""
    detail: str = ""
