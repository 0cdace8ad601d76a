"""What publish reads and writes: events not yet dispatched, deliveries and notices."""

from collections.abc import Sequence

import sqlalchemy as sa

from monitor.model.codec import from_json, to_json
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, EventType
from monitor.model.notice import Notice, NoticeState
from monitor.storage.batches import save_events
from monitor.storage.insert import Row, add, add_one
from monitor.storage.queries import before, values
from monitor.storage.tables import DELIVERIES, EVENTS, NOTICES


def read_new_events(connection: sa.Connection, limit: int) -> list[tuple[int, Event]]:
    query = sa.select(EVENTS).where(~EVENTS.c.dispatched).order_by(EVENTS.c.seq).limit(limit)
    return [(row["seq"], _event(row)) for row in connection.execute(query).mappings()]


def read_event(connection: sa.Connection, id_: str) -> Event | None:
    query = sa.select(EVENTS).where(EVENTS.c.id == id_)
    return next((_event(row) for row in connection.execute(query).mappings()), None)


def read_events_of(connection: sa.Connection, subject: str) -> list[Event]:
    query = sa.select(EVENTS).where(EVENTS.c.subject == subject).order_by(EVENTS.c.seq)
    return [_event(row) for row in connection.execute(query).mappings()]


def save_dispatch(connection: sa.Connection, seq: int, deliveries: Sequence[Delivery]) -> None:
    """Write the deliveries of an event and mark it dispatched."""
    add(connection, DELIVERIES, [_delivery(each) for each in deliveries])
    connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == seq).values(dispatched=True))


def read_open_deliveries(connection: sa.Connection) -> list[tuple[Delivery, Event]]:
    """Return what is still to be sent, each receiver's subjects in the order of their events."""
    table = DELIVERIES.c
    query = (
        sa.select(table.document.label("delivery"), *EVENTS.c)
        .join(EVENTS, EVENTS.c.id == table.event)
        .where(table.status == DeliveryStatus.PENDING.value)
        .order_by(table.receiver, table.subject, table.sequence)
    )
    rows = connection.execute(query).mappings()
    return [(from_json(Delivery, row["delivery"]), _event(row)) for row in rows]


def save_delivery(connection: sa.Connection, delivery: Delivery) -> None:
    """Replace a delivery that is there."""
    row = _delivery(delivery)
    connection.execute(sa.update(DELIVERIES).where(DELIVERIES.c.id == delivery.id), row)


def read_deliveries(
    connection: sa.Connection, *, status: DeliveryStatus | None, subject: str | None, limit: int
) -> list[Delivery]:
    table = DELIVERIES.c
    query = sa.select(table.document).order_by(table.created_at.desc(), table.sequence.desc())
    if status is not None:
        query = query.where(table.status == status.value)
    if subject is not None:
        query = query.where(table.subject == subject)
    return values(connection, Delivery, query.limit(limit))


def read_delivery(connection: sa.Connection, id_: str) -> Delivery | None:
    query = sa.select(DELIVERIES.c.document).where(DELIVERIES.c.id == id_)
    return next(iter(values(connection, Delivery, query)), None)


def save_new_notice(
    connection: sa.Connection,
    notice: Notice,
    events: Sequence[Event],
    corrected: Notice | None = None,
) -> bool:
    """Write a notice and its events, and the one it corrects anew.

    Where its revision is there already, it is False, and nothing is written.
    """
    if not add_one(connection, NOTICES, _notice(notice)):
        return False
    if corrected is not None:
        save_notice(connection, corrected, ())
    save_events(connection, events)
    return True


def save_notice(connection: sa.Connection, notice: Notice, events: Sequence[Event]) -> None:
    """Replace a notice that is there, with the events this makes."""
    connection.execute(sa.update(NOTICES).where(NOTICES.c.id == notice.id), _notice(notice))
    save_events(connection, events)


def read_notices(
    connection: sa.Connection,
    *,
    subject: str | None,
    limit: int,
    before_id: str | None,
    state: NoticeState | None,
) -> list[Notice]:
    table = NOTICES.c
    query = sa.select(table.document).order_by(table.at.desc(), table.id.desc())
    if subject is not None:
        query = query.where(table.subject == subject)
    if state is not None:
        query = query.where(table.state == state.value)
    if before_id is not None:
        query = query.where(before(NOTICES, table.at, before_id))
    return values(connection, Notice, query.limit(limit))


def read_notice(connection: sa.Connection, id_: str) -> Notice | None:
    query = sa.select(NOTICES.c.document).where(NOTICES.c.id == id_)
    return next(iter(values(connection, Notice, query)), None)


def _event(row: sa.RowMapping) -> Event:
    return Event(
        id=row["id"],
        type=EventType(row["type"]),
        at=row["at"],
        subject=row["subject"],
        data=row["document"],
    )


def _delivery(delivery: Delivery) -> Row:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "receiver": delivery.receiver,
        "subject": delivery.subject,
        "sequence": delivery.sequence,
        "status": delivery.status.value,
        "created_at": delivery.created_at,
        "due_at": delivery.due_at,
        "document": to_json(delivery),
    }


def _notice(notice: Notice) -> Row:
    return {
        "id": notice.id,
        "subject": notice.subject,
        "kind": notice.kind.value,
        "revision": notice.revision,
        "state": notice.state.value,
        "at": notice.at,
        "document": to_json(notice),
    }
