"""Which format a scraper gets: the classic text, or OpenMetrics where it asks for that."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Format(StrEnum):
    """The formats on offer; the value is the Content-Type of the answer."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class _Wish(NamedTuple):
    name: str
    version: str
    quality: float


_WORDS = {
    "application/openmetrics-text": (Format.OPENMETRICS, {"", "1.0.0"}),
    "text/plain": (Format.TEXT, {"", "0.0.4"}),
    "text/*": (Format.TEXT, {""}),
    "*/*": (Format.TEXT, {""}),
}


def negotiate(accept: str) -> Format:
    """Return the format that an Accept header likes best; the text where it names neither."""
    best = {Format.TEXT: 0.0, Format.OPENMETRICS: 0.0}
    for wish in _wishes(accept):
        offered, versions = _WORDS.get(wish.name, (Format.TEXT, set()))
        if wish.version in versions:
            best[offered] = max(best[offered], wish.quality)
    return max(best, key=best.__getitem__)


def content_type(accept: str) -> str:
    """Return the Content-Type that `Exposition.render` answers an Accept header with."""
    return negotiate(accept).value


def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether the answer may be compressed."""
    qualities = {wish.name: wish.quality for wish in _wishes(accept_encoding)}
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def _wishes(header: str) -> Iterator[_Wish]:
    for part in header.split(","):
        name, *rest = (each.strip() for each in part.split(";"))
        pairs = (each.partition("=") for each in rest)
        parameters = {key.strip().lower(): value.strip(' "') for key, _, value in pairs}
        quality = _quality(parameters.get("q", "1"))
        yield _Wish(name.lower(), parameters.get("version", ""), quality)


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
