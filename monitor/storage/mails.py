"""What is asked of the tables of mail: wishes, subscribers, and how far each fan-out has got."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model.codec import to_json
from monitor.model.mail import Confirmation, Mailing, MailProgress, Subscriber
from monitor.storage.insert import Row, add, put
from monitor.storage.mail_tables import CONFIRMATIONS, DEFERRED_MAILS, MAILINGS, SUBSCRIBERS
from monitor.storage.queries import values

# Nobody can fill the letter box of somebody else by asking for confirmations.
MOST_CONFIRMATIONS = 3
CONFIRMATION_SPAN = timedelta(days=1)


def add_confirmation(connection: sa.Connection, wish: Confirmation) -> bool:
    """Write a wish; False, and nothing, where its address got several lately."""
    table = CONFIRMATIONS.c
    since = wish.created_at - CONFIRMATION_SPAN
    lately = sa.and_(table.address == wish.address, table.created_at > since)
    count = sa.select(sa.func.count()).select_from(CONFIRMATIONS).where(lately)
    if (connection.scalar(count) or 0) >= MOST_CONFIRMATIONS:
        return False
    add(connection, CONFIRMATIONS, [_confirmation(wish)])
    return True


def save_confirmation(connection: sa.Connection, wish: Confirmation) -> None:
    """Replace a wish, if it is still there."""
    statement = sa.update(CONFIRMATIONS).where(CONFIRMATIONS.c.id == wish.id)
    connection.execute(statement, _confirmation(wish))


def delete_confirmation(connection: sa.Connection, id_: str) -> None:
    connection.execute(sa.delete(CONFIRMATIONS).where(CONFIRMATIONS.c.id == id_))


def read_confirmation(connection: sa.Connection, id_: str) -> Confirmation | None:
    query = sa.select(CONFIRMATIONS.c.document).where(CONFIRMATIONS.c.id == id_)
    return next(iter(values(connection, Confirmation, query)), None)


def read_due_confirmations(
    connection: sa.Connection, now: datetime, limit: int
) -> list[Confirmation]:
    table = CONFIRMATIONS.c
    due = sa.and_(table.due_at <= now, table.expires_at > now)
    query = sa.select(table.document).where(due).order_by(table.due_at).limit(limit)
    return values(connection, Confirmation, query)


def confirm(connection: sa.Connection, id_: str, now: datetime) -> Subscriber | None:
    """Make a subscriber of a wish and forget all wishes of the address; None where it is over.

    An address that has subscribed before keeps its id, so that its old links go on working.
    """
    wish = read_confirmation(connection, id_)
    if wish is None or wish.expires_at <= now:
        return None
    known = read_subscriber_of(connection, wish.address)
    subscriber = Subscriber(
        id=known.id if known else wish.id.replace("cnf_", "sub_", 1),
        address=wish.address,
        locale=wish.locale,
        services=wish.services,
        confirmed_at=now,
    )
    put(connection, SUBSCRIBERS, [_subscriber(subscriber)])
    of_address = CONFIRMATIONS.c.address == wish.address
    connection.execute(sa.delete(CONFIRMATIONS).where(of_address))
    return subscriber


def delete_subscriber(connection: sa.Connection, id_: str) -> bool:
    """Forget a subscriber and every wish of the address."""
    subscriber = read_subscriber(connection, id_)
    if subscriber is None:
        return False
    connection.execute(sa.delete(SUBSCRIBERS).where(SUBSCRIBERS.c.id == id_))
    of_address = CONFIRMATIONS.c.address == subscriber.address
    connection.execute(sa.delete(CONFIRMATIONS).where(of_address))
    return True


def read_subscriber(connection: sa.Connection, id_: str) -> Subscriber | None:
    query = sa.select(SUBSCRIBERS.c.document).where(SUBSCRIBERS.c.id == id_)
    return next(iter(values(connection, Subscriber, query)), None)


def read_subscriber_of(connection: sa.Connection, address: str) -> Subscriber | None:
    query = sa.select(SUBSCRIBERS.c.document).where(SUBSCRIBERS.c.address == address)
    return next(iter(values(connection, Subscriber, query)), None)


def read_subscribers(
    connection: sa.Connection, after: str, limit: int, *, active_only: bool
) -> list[Subscriber]:
    """Return subscribers in the order of their ids, those behind *after*."""
    table = SUBSCRIBERS.c
    query = sa.select(table.document).where(table.id > after).order_by(table.id).limit(limit)
    if active_only:
        query = query.where(table.suppressed_at.is_(None))
    return values(connection, Subscriber, query)


def read_mailing(connection: sa.Connection, event: str) -> Mailing | None:
    query = sa.select(MAILINGS.c.document).where(MAILINGS.c.event == event)
    return next(iter(values(connection, Mailing, query)), None)


def read_deferred(
    connection: sa.Connection, event: str, after: str, limit: int
) -> list[Subscriber]:
    """Return who has to be tried again, in the order of their ids."""
    table = SUBSCRIBERS.c
    waits = DEFERRED_MAILS.c.event == event
    joined = sa.select(table.document).join(DEFERRED_MAILS, DEFERRED_MAILS.c.subscriber == table.id)
    query = joined.where(waits, table.id > after).order_by(table.id).limit(limit)
    return values(connection, Subscriber, query)


def save_progress(
    connection: sa.Connection, progress: MailProgress, most_bounces: int, now: datetime
) -> None:
    """Write how far a fan-out has got, and what became of each address."""
    mailing = progress.mailing
    put(connection, MAILINGS, [_mailing(mailing)])
    over = (*progress.sent, *progress.bounced, *progress.refused)
    waits = DEFERRED_MAILS.c
    if over:
        done = sa.and_(waits.event == mailing.event, waits.subscriber.in_(over))
        connection.execute(sa.delete(DEFERRED_MAILS).where(done))
    for subscriber in _known(connection, (*progress.sent, *progress.bounced)):
        bounces = 0 if subscriber.id in progress.sent else subscriber.bounces + 1
        changed = replace(
            subscriber,
            bounces=bounces,
            suppressed_at=now if bounces >= most_bounces else None,
        )
        if changed != subscriber:
            put(connection, SUBSCRIBERS, [_subscriber(changed)])
    # Who unsubscribed meanwhile has no row that a deferral could point to.
    still = _known(connection, progress.deferred)
    rows = [{"event": mailing.event, "subscriber": each.id} for each in still]
    add(connection, DEFERRED_MAILS, rows)


def _known(connection: sa.Connection, ids: Sequence[str]) -> list[Subscriber]:
    if not ids:
        return []
    query = sa.select(SUBSCRIBERS.c.document).where(SUBSCRIBERS.c.id.in_(ids))
    return values(connection, Subscriber, query)


def _subscriber(subscriber: Subscriber) -> Row:
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "suppressed_at": subscriber.suppressed_at,
        "document": to_json(subscriber),
    }


def _confirmation(wish: Confirmation) -> Row:
    return {
        "id": wish.id,
        "address": wish.address,
        "created_at": wish.created_at,
        "expires_at": wish.expires_at,
        "due_at": wish.due_at,
        "document": to_json(wish),
    }


def _mailing(mailing: Mailing) -> Row:
    return {
        "event": mailing.event,
        "started_at": mailing.started_at,
        "document": to_json(mailing),
    }
