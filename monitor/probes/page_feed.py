"""RSS and Atom feeds of status pages: titles and times; no guesses at what their prose says.

The parser builds no tree and refuses any document type, so that no entity is ever expanded.
"""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from monitor.model.announcement import AnnouncementStatus
from monitor.model.codec import parse_time
from monitor.probes.page import Page, Work
from monitor.probes.page_reader import NoPageError

_MOST_ENTRIES = 200
_LONGEST_TEXT = 2000
_ENTRIES = frozenset({"entry", "item"})
_CHANNELS = frozenset({"channel", "feed"})
_ROOTS = frozenset({"feed", "rss", "RDF"})
# When an entry was last changed, in the order of preference. `maintenanceEndDate` is what
# Statuspage adds to a planned maintenance, whose start is then the date of publication.
_CHANGED = ("updated", "pubDate", "published", "date")
_FEED_CHANGED = ("updated", "lastBuildDate", "pubDate")
# The declaration of an encoding stands at the very beginning.
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION_BYTES = 200
# As browsers read them: who says GB2312 writes what came later, too.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}
_NAMED = frozenset({"id", "guid", "title", "maintenanceEndDate", *_CHANGED, *_FEED_CHANGED})


def is_feed(body: bytes) -> bool:
    """Say whether a document is XML."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def parse(body: bytes) -> Page:
    """Return what a feed says: how fresh it is, and planned maintenance where it is marked."""
    entries = _Entries()
    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler = entries.start
    parser.EndElementHandler = entries.end
    parser.CharacterDataHandler = entries.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(_as_utf8(body), True)  # noqa: FBT003 - expat takes no keywords.
    except expat.ExpatError as error:
        raise NoPageError(f"no feed: {error}") from error
    return entries.page()


def _as_utf8(body: bytes) -> bytes:
    """Return a document in UTF-8: the parser knows no encoding of several bytes, such as GBK."""
    declared = _DECLARED.search(body[:_DECLARATION_BYTES])
    if declared is None:
        return body
    name = declared[1].decode()
    try:
        text = body.decode(_WIDER.get(name.lower(), name), errors="replace")
    except (LookupError, ValueError) as error:
        raise NoPageError(f"no feed: the encoding {name} is not known") from error
    return text.encode(errors="replace")


def _refuse(*_: object) -> None:
    raise NoPageError("a feed with a document type is not read")


class _Entries:
    """Collects the few fields that matter, of the feed and of each entry."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._feed: dict[str, str] = {}
        self._entry: dict[str, str] = {}
        self._entries: list[dict[str, str]] = []
        self._text = ""

    def start(self, name: str, _: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if not self._path and tag not in _ROOTS:
            raise NoPageError(f"no feed: it begins with {tag[:40]}")
        if tag in _ENTRIES:
            self._entry = {}
            if len(self._entries) < _MOST_ENTRIES:
                self._entries.append(self._entry)
        self._path.append(tag)
        self._text = ""

    def data(self, text: str) -> None:
        if self._path[-1] in _NAMED and len(self._text) < _LONGEST_TEXT:
            self._text += text

    def end(self, _: str) -> None:
        tag = self._path.pop()
        parent = self._path[-1] if self._path else ""
        if tag not in _NAMED:
            return
        if parent in _ENTRIES:
            self._entry.setdefault(tag, self._text.strip())
        elif parent in _CHANNELS:
            self._feed.setdefault(tag, self._text.strip())

    def page(self) -> Page:
        """Return the page that these entries make."""
        dated = [(_first_moment(each, _CHANGED), each.get("title", "")) for each in self._entries]
        known = [(at, title) for at, title in dated if at]
        newest = max(known, key=lambda each: each[0], default=(None, ""))
        works = (_work(each) for each in self._entries if "maintenanceEndDate" in each)
        return Page(
            maintenances=tuple(works),
            updated_at=_first_moment(self._feed, _FEED_CHANGED) or newest[0],
            latest=newest[1],
        )


def _work(entry: dict[str, str]) -> Work:
    return Work(
        id=entry.get("guid") or entry.get("id", ""),
        title=entry.get("title", ""),
        status=AnnouncementStatus.UNKNOWN,
        start=_first_moment(entry, ("pubDate",)),
        end=_first_moment(entry, ("maintenanceEndDate",)),
    )


def _first_moment(fields: dict[str, str], names: tuple[str, ...]) -> datetime | None:
    found = (_moment(fields[name]) for name in names if name in fields)
    return next((each for each in found if each), None)


def _moment(text: str) -> datetime | None:
    """Return a moment as Atom (ISO 8601) or RSS (e-mail) writes it; None where it is neither."""
    try:
        return parse_time(text)
    except (ValueError, OverflowError):
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None
