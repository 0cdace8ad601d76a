"""What the readers of a deep look are given to ask with, and how they answer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from monitor.model.signals import Signal
from monitor.probes.fields import as_number
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_memory import Counters
from monitor.probes.sql_session import DeepSession, Rows

# A statement that another version or flavour of the server does not know.
_UNKNOWN_STATEMENTS = frozenset({"42703", "42883", "42P01", 1054, 1064, 1109, 1146, 1193})

# One statement may take this long, whatever time the probe has left.
_STATEMENT_SECONDS = 2.0


class Answer(NamedTuple):
    """The signals of one topic; *hidden* says what the role was not shown."""

    signals: Sequence[Signal]
    hidden: str = ""


class Inquiry:
    """One deep look over one session: statements to run, and what was counted before."""

    def __init__(self, session: DeepSession, counters: Counters, now: float) -> None:
        self.counters = counters
        self.now = now
        self._session = session

    async def ask(self, *statements: str) -> Rows:
        """Return the rows of the first of *statements* that the server understands."""
        *others, last = statements
        for each in others:
            try:
                return await self._session.rows(each, _STATEMENT_SECONDS)
            except SqlError as error:
                if not {error.code, error.sqlstate} & _UNKNOWN_STATEMENTS:
                    raise
        return await self._session.rows(last, _STATEMENT_SECONDS)


Reader = Callable[[Inquiry], Awaitable[Answer]]


def number(row: Mapping[str, object], *names: str) -> float | None:
    """Return the first of the columns that holds a number."""
    found = (as_number(row.get(each)) for each in names)
    return next((each for each in found if each is not None), None)


def seen(found: Iterable[Signal | None]) -> Sequence[Signal]:
    """Return what was seen of *found*."""
    return tuple(each for each in found if each is not None)
