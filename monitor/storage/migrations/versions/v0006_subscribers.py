"""Who asked for notices by mail, wishes that wait to be confirmed, and how far a fan-out got."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0002"


def upgrade() -> None:
    """Nobody had subscribed before."""
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("suppressed_at", sa.BigInteger),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("address", name="uq_subscribers_address"),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_confirmations"),
    )
    for column in ("address", "expires_at", "due_at"):
        op.create_index(f"ix_confirmations_{column}", "confirmations", [column])
    op.create_table(
        "mailings",
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_mailings"),
    )
    op.create_index("ix_mailings_started_at", "mailings", ["started_at"])
    op.create_table(
        "deferred_mails",
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("subscriber", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["event"],
            ["mailings.event"],
            ondelete="CASCADE",
            name="fk_deferred_mails_event_mailings",
        ),
        sa.ForeignKeyConstraint(
            ["subscriber"],
            ["subscribers.id"],
            ondelete="CASCADE",
            name="fk_deferred_mails_subscriber_subscribers",
        ),
        sa.PrimaryKeyConstraint("event", "subscriber", name="pk_deferred_mails"),
    )
    op.create_index("ix_deferred_mails_subscriber", "deferred_mails", ["subscriber"])
