"""Series of windows, and whether a status was shown for maintenance as it was planned."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Maintenance shown until now counts as planned, as it did."""
    op.create_table(
        "series",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
    )
    for table in ("statuses", "transitions"):
        planned = sa.Column("planned", sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column(table, planned)
        columns = sa.table(table, sa.column("displayed", sa.Text), sa.column("planned", sa.Boolean))
        shown = columns.c.displayed == "maintenance"
        op.execute(columns.update().where(shown).values(planned=sa.true()))
