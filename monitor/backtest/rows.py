"""One row of a history: (time, site, word, rest), and what it says.

The parts are text, but for the rest of an observation, which is a document. Rows stay raw until
they matter, for nearly all of them change nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isfinite, nan
from typing import Any

from monitor.model.check import Check
from monitor.model.codec import from_json
from monitor.model.observation import Failure, FailureKind, Observation, Outcome, Stage
from monitor.model.signals import Signal, SignalKind

Row = Sequence[Any]

COLUMNS = ("timestamp", "site", "status", "http_code", "latency_ms")
OUTCOMES = {
    **dict.fromkeys(("up", "ok", "operational"), Outcome.OK),
    **dict.fromkeys(("degraded", "slow"), Outcome.DEGRADED),
    **dict.fromkeys(("down", "failed", "partial_outage", "major_outage"), Outcome.FAILED),
    **dict.fromkeys(("unknown", "missed", ""), Outcome.MISSED),
}
GOOD_WORDS = tuple(word for word, outcome in OUTCOMES.items() if outcome is Outcome.OK)


class HistoryError(Exception):
    """A history, or a file of labels, that cannot be read; the text names file and line."""


class RowError(HistoryError):
    """A row that cannot be read; `History.placed` knows the file and line it stands in."""

    def __init__(self, row: Row, problem: str) -> None:
        super().__init__(problem)
        self.row = row


def moment_of(text: str) -> datetime:
    """Return the time that *text* says; HistoryError where it is none, or has no offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise HistoryError(_no_time(text)) from error
    if at.tzinfo is None:
        raise HistoryError(_no_time(text))
    return at.astimezone(UTC)


def time_of(row: Row) -> datetime:
    """Return the time of a row; raises RowError."""
    try:
        return moment_of(row[0])
    except HistoryError as error:
        raise RowError(row, str(error)) from error


def expect_row(row: Row) -> None:
    """Raise RowError unless *row* has its parts and a time."""
    if len(row) != 4:
        raise RowError(row, f"expected {','.join(COLUMNS)}")
    time_of(row)


def is_blank(row: Row) -> bool:
    """Whether the row is an empty line."""
    return len(row) == 1 and not row[0].strip()


def outcome_of(row: Row) -> Outcome:
    """Return what the row says happened; RowError where its word is not known."""
    outcome = OUTCOMES.get(row[2])
    if outcome is None:
        words = ", ".join(filter(None, OUTCOMES))
        raise RowError(row, f"expected a status, one of {words}; got {row[2]!r}")
    return outcome


def observation_of(row: Row, check: Check) -> Observation:
    """Return the row as an observation of *check*; raises RowError."""
    if isinstance(row[3], dict):
        return _recorded(row, check)
    at, outcome = time_of(row), outcome_of(row)
    code, _, latency = row[3].partition(",")
    status = int(_number(row, "http_code", code))
    return Observation(
        check=check.name,
        component=check.component,
        type=check.type,
        location=check.location,
        scheduled_at=at,
        started_at=at,
        duration_seconds=_number(row, "latency_ms", latency.partition(",")[0]) / 1000,
        outcome=outcome,
        stage=Stage.SEMANTIC if status else None,
        failure=_failure(outcome, status),
        signals=(Signal(SignalKind.HTTP_STATUS, status),) if status else (),
    )


def _failure(outcome: Outcome, code: int) -> Failure | None:
    """Return how it failed, as far as a history tells; without a status it tells nothing."""
    if outcome is Outcome.DEGRADED:
        return Failure(kind=FailureKind.THRESHOLD_EXCEEDED, stage=Stage.SEMANTIC)
    if outcome is not Outcome.FAILED or not code:
        return None
    if code >= 400:
        return Failure(kind=FailureKind.STATUS_UNEXPECTED, stage=Stage.PROTOCOL)
    return Failure(kind=FailureKind.BODY_UNEXPECTED, stage=Stage.SEMANTIC)


def _recorded(row: Row, check: Check) -> Observation:
    document = row[3]
    known = {
        "type": check.type,
        "location": check.location,
        "scheduled_at": document["started_at"],
        "duration_seconds": 0.0,
        **document,
        "check": check.name,
        "component": check.component,
    }
    try:
        return from_json(Observation, known)
    except (TypeError, ValueError, KeyError) as error:
        raise RowError(row, no_observation(error)) from error


def no_observation(error: Exception) -> str:
    """Return what is wrong with a document that should be an observation."""
    what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    if isinstance(error, AttributeError):
        what = "it is no object"
    return f"expected an observation as `monitor probe --json` prints it: {what}"


def _number(row: Row, name: str, text: str) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        number = nan
    if not isfinite(number):
        raise RowError(row, f"expected a number as {name}, got {text.strip()!r}")
    return number


def _no_time(text: str) -> str:
    return f"expected a time with an offset, such as 2026-01-10T00:30:00Z; got {text!r}"
