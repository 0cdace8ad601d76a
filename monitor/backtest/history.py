"""Recorded histories as rows: CSV `timestamp,site,status,http_code,latency_ms` or JSON Lines."""

import csv
import heapq
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from mmap import ACCESS_READ, mmap
from pathlib import Path

from monitor.backtest.rows import (
    COLUMNS,
    HistoryError,
    Row,
    RowError,
    is_blank,
    no_observation,
    time_of,
)
from monitor.model.codec import format_time, parse_time

REQUIRED = COLUMNS[:3]
# Up to this size a file may be out of order: it is sorted in memory.
SORTED_UP_TO_BYTES = 64 * 2**20


class History:
    """The rows of one or more files in the order of time; may be read more than once.

    Files up to *sort_up_to_bytes* may be out of order, larger ones are streamed.
    """

    def __init__(
        self, paths: Sequence[Path], *, sort_up_to_bytes: int = SORTED_UP_TO_BYTES
    ) -> None:
        self._paths = tuple(paths)
        self._sort_up_to_bytes = sort_up_to_bytes

    def rows(self) -> Iterator[Row]:
        """Yield the rows; raises HistoryError."""
        streams = [self._of_file(path) for path in self._paths]
        if len(streams) == 1:
            return streams[0]
        return heapq.merge(*streams, key=time_of)

    def placed(self, error: RowError) -> HistoryError:
        """Return *error* with the file and line of its row, which are looked for only now."""
        for path in self._paths:
            for line, row in _numbered(path):
                if list(row) == list(error.row):
                    return HistoryError(f"{path}:{line}: {error}")
        return error

    def _of_file(self, path: Path) -> Iterator[Row]:
        try:
            is_small = path.stat().st_size <= self._sort_up_to_bytes
            rows = _rows(path)
            return iter(sorted(_written(rows), key=time_of)) if is_small else rows
        except RowError as error:
            raise self.placed(error) from error
        except OSError as error:
            raise HistoryError(f"{path}: {error.strerror}") from error


def _written(rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if not is_blank(row))


def _rows(path: Path) -> Iterator[Row]:
    """Return the rows of a file as they stand in it."""
    if _is_plain(path):
        return _split(path)
    return (row for _, row in _numbered(path))


def _numbered(path: Path) -> Iterator[tuple[int, Row]]:
    """Return the rows of a file with their lines."""
    if _is_plain(path):
        return enumerate(_split(path), start=2)
    return _jsonl(path) if _is_of_documents(path) else _parsed(path)


def _is_of_documents(path: Path) -> bool:
    return path.suffix in (".jsonl", ".ndjson", ".json")


def _is_plain(path: Path) -> bool:
    """Whether it is CSV in the usual order, and a comma always ends a field: nothing is quoted."""
    if _is_of_documents(path) or _header(path)[: len(COLUMNS)] != COLUMNS:
        return False
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return content.find(b'"') < 0


def _header(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = tuple(each.strip() for each in next(csv.reader(file), ()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, error) from error
    missing = [each for each in REQUIRED if each not in header]
    if missing:
        raise HistoryError(
            f"{path}:1: no column {', '.join(missing)}; expected {','.join(COLUMNS)}"
        )
    return header


def _split(path: Path) -> Iterator[Row]:
    """Return the rows of a plain file, at half the cost of the parser."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            next(lines)
            for line in lines:
                yield line.split(",", 3)
    except UnicodeDecodeError as error:
        raise _unreadable(path, error) from error


def _parsed(path: Path) -> Iterator[tuple[int, Row]]:
    header = _header(path)
    places = [header.index(each) if each in header else -1 for each in COLUMNS]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            for fields in filter(None, reader):
                if len(fields) < len(header):
                    raise HistoryError(f"{path}:{reader.line_num}: expected {','.join(header)}")
                at, site, word, code, latency = (
                    fields[each] if each >= 0 else "" for each in places
                )
                yield reader.line_num, (at, site, word, f"{code},{latency}")
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, error) from error


def _jsonl(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, _of_document(f"{path}:{number}", line)
    except UnicodeDecodeError as error:
        raise _unreadable(path, error) from error


def _of_document(place: str, line: str) -> Row:
    try:
        document = json.loads(line)
        lasted = timedelta(seconds=float(document.get("duration_seconds", 0.0)))
        ended = parse_time(document["started_at"]) + lasted
        return format_time(ended), str(document["check"]), str(document["outcome"]), document
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise HistoryError(f"{place}: {no_observation(error)}") from error


def _unreadable(path: Path, error: Exception) -> HistoryError:
    """Return an error that names the first line which is no text, where that is what is wrong."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return HistoryError(f"{path}:{number}: expected text in UTF-8")
    return HistoryError(f"{path}: {error}")
