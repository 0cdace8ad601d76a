"""Reads fields of a page's document by tables of known words, and notes what is not known."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from monitor.model.codec import parse_time
from monitor.probes.page import Drift

T = TypeVar("T")

_MOST_ITEMS = 1000
_MOST_DRIFTS = 20
_SHOWN = 80


class NoPageError(ValueError):
    """The document is no status page that we can read."""


class Reader:
    """Turns raw fields into values; what it did not understand is in `drifts`."""

    def __init__(self) -> None:
        self._drifts: dict[tuple[str, str], Drift] = {}

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """The places that were not understood, each once."""
        return tuple(self._drifts.values())

    def word(self, table: Mapping[str, T], raw: object, path: str, unknown: T) -> T:
        """Return what a word means; a field that is absent is unknown, and no surprise."""
        if raw is None:
            return unknown
        known = table.get(raw) if isinstance(raw, str) else None
        if known is None:
            self._note(path, raw)
            return unknown
        return known

    def moment(self, raw: object, path: str) -> datetime | None:
        """Return a moment; one that is null or absent is none, and no surprise."""
        if raw is None:
            return None
        try:
            return parse_time(str(raw))
        except (ValueError, OverflowError):
            self._note(path, raw)
            return None

    def later(self, start: datetime | None, raw: object, path: str) -> datetime | None:
        """Return the moment so many minutes after *start*, written as a number or as text."""
        if start is None or raw is None:
            return None
        try:
            return start + timedelta(minutes=float(str(raw)))
        except (ValueError, OverflowError):
            self._note(path, raw)
            return None

    def _note(self, path: str, raw: object) -> None:
        if len(self._drifts) < _MOST_DRIFTS:
            value = str(raw)[:_SHOWN]
            self._drifts.setdefault((path, value), Drift(path=path, value=value))


def text(raw: object) -> str:
    """Return a field as text; one that is null or absent is empty."""
    return "" if raw is None else str(raw)


def objects(raw: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in a list; null, and what is no object, is passed over."""
    if isinstance(raw, list):
        yield from (each for each in raw[:_MOST_ITEMS] if isinstance(each, dict))
