"""Recorded histories as rows: CSV `timestamp,site,status,http_code,latency_ms` or JSON Lines.

A row is (time, site, word, rest): text, but for the rest of an observation, which is a document.
Rows stay raw until they matter, for nearly all of them change nothing.
"""

import csv
import heapq
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from monitor.model.check import Check
from monitor.model.codec import format_time, from_json, parse_time
from monitor.model.observation import Failure, FailureKind, Observation, Outcome, Stage
from monitor.model.signals import Signal, SignalKind

Row = Sequence[Any]

COLUMNS = ("timestamp", "site", "status", "http_code", "latency_ms")
REQUIRED = COLUMNS[:3]
OUTCOMES = {
    **dict.fromkeys(("up", "ok", "operational"), Outcome.OK),
    **dict.fromkeys(("degraded", "slow"), Outcome.DEGRADED),
    **dict.fromkeys(("down", "failed", "partial_outage", "major_outage"), Outcome.FAILED),
    **dict.fromkeys(("unknown", "missed", ""), Outcome.MISSED),
}
GOOD_WORDS = tuple(word for word, outcome in OUTCOMES.items() if outcome is Outcome.OK)
# Up to this size a file may be out of order: it is sorted in memory.
SORTED_UP_TO_BYTES = 64 * 2**20


class HistoryError(Exception):
    """A history, or a file of labels, that cannot be read; the text names file and line."""


class History:
    """The rows of one or more files in the order of time; may be read more than once."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)

    def rows(self) -> Iterator[Row]:
        """Yield the rows; raises HistoryError."""
        streams = [self._of_file(path) for path in self._paths]
        if len(streams) == 1:
            return streams[0]
        return heapq.merge(*streams, key=lambda row: moment_of(row[0]))

    def _of_file(self, path: Path) -> Iterator[Row]:
        read = _jsonl if path.suffix in (".jsonl", ".ndjson", ".json") else _csv
        try:
            is_small = path.stat().st_size <= SORTED_UP_TO_BYTES
            if not is_small:
                return read(path)
            rows = [row for row in read(path) if row[0].strip()]
            return iter(sorted(rows, key=lambda row: moment_of(row[0])))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise HistoryError(f"{path}: {error}") from error


def moment_of(text: str) -> datetime:
    """Return the time of a row; HistoryError where it is none, or has no offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise HistoryError(f"{text!r} is no time in ISO 8601") from error
    if at.tzinfo is None:
        raise HistoryError(f"{text!r} has no offset from UTC")
    return at.astimezone(UTC)


def outcome_of(row: Row) -> Outcome:
    """Return what the row says happened; HistoryError where its word is not known."""
    outcome = OUTCOMES.get(row[2])
    if outcome is None:
        raise HistoryError(f"{row[0]} {row[1]}: unknown status {row[2]!r}")
    return outcome


def observation_of(row: Row, check: Check) -> Observation:
    """Return the row as an observation of *check*."""
    if isinstance(row[3], dict):
        return _recorded(row[3], check)
    at, outcome = moment_of(row[0]), outcome_of(row)
    numbers = row[3].split(",")
    code = _number(row, numbers[0])
    return Observation(
        check=check.name,
        component=check.component,
        type=check.type,
        location=check.location,
        scheduled_at=at,
        started_at=at,
        duration_seconds=_number(row, numbers[1]) / 1000,
        outcome=outcome,
        stage=Stage.SEMANTIC if code else None,
        failure=_failure(outcome, int(code)),
        signals=(Signal(SignalKind.HTTP_STATUS, int(code)),) if code else (),
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


def _recorded(document: dict[str, Any], check: Check) -> Observation:
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
        raise HistoryError(f"{document['started_at']} {check.name}: no observation: {error}") from (
            error
        )


def _number(row: Row, text: str) -> float:
    try:
        return float(text or 0)
    except ValueError as error:
        raise HistoryError(f"{row[0]} {row[1]}: {text!r} is no number") from error


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = tuple(each.strip() for each in next(csv.reader(file), ()))
    missing = [each for each in REQUIRED if each not in header]
    if missing:
        raise HistoryError(
            f"{path}:1: no column {', '.join(missing)}; expected {','.join(COLUMNS)}"
        )
    if header[: len(COLUMNS)] == COLUMNS and _is_plain(path):
        return _split(path)
    return _parsed(path, [header.index(each) if each in header else -1 for each in COLUMNS])


def _is_plain(path: Path) -> bool:
    """Whether a comma always ends a field: nothing is quoted."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(b'"') < 0


def _split(path: Path) -> Iterator[Row]:
    """Return the rows of a plain file, at half the cost of the parser."""
    with path.open(encoding="utf-8-sig") as lines:
        next(lines)
        for line in lines:
            yield line.split(",", 3)


def _parsed(path: Path, places: Sequence[int]) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for fields in filter(None, reader):
            at, site, word, code, latency = (fields[each] if each >= 0 else "" for each in places)
            yield at, site, word, f"{code},{latency}"


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _of_document(f"{path}:{number}", line)


def _of_document(place: str, line: str) -> Row:
    try:
        document = json.loads(line)
        began = parse_time(document["started_at"])
        ended = began + timedelta(seconds=float(document.get("duration_seconds", 0.0)))
        return format_time(ended), str(document["check"]), str(document["outcome"]), document
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise HistoryError(f"{place}: no observation: {error}") from error
