"""Column types that mean the same in SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return *at* as the database keeps it; TypeError for a naive time."""
    return (at - _EPOCH) // _MICROSECOND


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware time as whole microseconds since 1970 UTC: exact, ordered, free of zones."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        del dialect
        return None if value is None else microseconds(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        return None if value is None else _EPOCH + value * _MICROSECOND


class Document(sa.types.TypeDecorator[Any]):
    """JSON as ASCII text.

    Escaped, so that a NUL or half a surrogate pair in what a target answered can be stored:
    PostgreSQL refuses the first in text and jsonb, SQLite's driver the second.
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: sa.Dialect) -> str | None:
        del dialect
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> Any | None:
        del dialect
        return None if value is None else json.loads(value)
