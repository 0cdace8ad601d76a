"""The tables of mail to users: the only ones that hold an address."""

import sqlalchemy as sa

from monitor.storage.columns import Document, Moment
from monitor.storage.tables import METADATA

SUBSCRIBERS = sa.Table(
    "subscribers",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("suppressed_at", Moment, nullable=True),
    sa.Column("document", Document, nullable=False),
    sa.UniqueConstraint("address"),
)

CONFIRMATIONS = sa.Table(
    "confirmations",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=True),
    sa.Column("document", Document, nullable=False),
    sa.Index(None, "address"),
    sa.Index(None, "expires_at"),
    sa.Index(None, "due_at"),
)

MAILINGS = sa.Table(
    "mailings",
    METADATA,
    sa.Column("event", sa.Text, primary_key=True, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("document", Document, nullable=False),
    sa.Index(None, "started_at"),
)

DEFERRED_MAILS = sa.Table(
    "deferred_mails",
    METADATA,
    sa.Column(
        "event",
        sa.Text,
        sa.ForeignKey("mailings.event", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    sa.Column(
        "subscriber",
        sa.Text,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    sa.Index(None, "subscriber"),
)
