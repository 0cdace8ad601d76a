"""The whole public face as files that link to each other below any prefix, for a CDN."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from monitor.web.public.documents import Documents
from monitor.web.public.links import FileLinks, file_of
from monitor.web.public.months import Past, months_of
from monitor.web.public.phrases import Phrases
from monitor.web.public.site import Document, PublicSite
from monitor.web.public.statuspage import DOCUMENTS
from monitor.web.public.view import PublicView

Files = Mapping[str, bytes]


class _Wanted(NamedTuple):
    """A document to be made: its path on the listener, its kind and argument."""

    path: str
    kind: str
    argument: str = ""


class _Kept(NamedTuple):
    """A page of an incident or window that is over, and what it was made of."""

    source: tuple[object, ...]
    body: bytes


class FileMaker:
    """Makes the files; pages of what is over are made once: nothing moves there."""

    def __init__(
        self, site: PublicSite, documents: Documents, static: Mapping[str, Document]
    ) -> None:
        self._site = site
        self._documents = documents
        self._static = {f"static/{name}": each.body for name, each in static.items()}
        self._kept: dict[str, _Kept] = {}

    def make(self, view: PublicView) -> Files:
        """Return every file of *view* by its relative path, the front page last."""
        files: dict[str, bytes] = dict(self._static)
        locales = self._site.locales()
        kept, self._kept = self._kept, {}
        over = _over(view)
        for wanted in _wanted(view):
            for locale in reversed(locales):
                file = file_of(wanted.path, locale, locales[0])
                source = _source(over.get(wanted.path), view, self._site.words(locale))
                if source and file in kept and kept[file].source == source:
                    files[file] = kept[file].body
                else:
                    files[file] = self._body(view, wanted, locale, FileLinks(file, locales[0]))
                if source:
                    self._kept[file] = _Kept(source, files[file])
        return files

    def _body(self, view: PublicView, wanted: _Wanted, locale: str, links: FileLinks) -> bytes:
        phrases = Phrases(view, locale, self._site.words(locale), links)
        made = self._documents.kinds[wanted.kind].make(view, phrases, wanted.argument)
        if made is None:
            raise LookupError(f"no document at {wanted.path}")
        return made.encode() if isinstance(made, str) else made


def _over(view: PublicView) -> Mapping[str, Past]:
    """Return what is over by the path of its page."""
    ended: dict[str, Past] = {
        f"/incidents/{each.id}": each for each in view.incidents if not each.is_open
    }
    return ended | {
        f"/maintenance/{each.id}": each for each in view.windows if each.status.is_ended
    }


def _source(past: Past | None, view: PublicView, words: Mapping[str, str]) -> tuple[object, ...]:
    """Return what the page of what is over is made of, empty where it is not."""
    if past is None:
        return ()
    names = tuple(each.names for each in view.services)
    # A page that was made while nothing could be read says so at its head.
    return past, view.platform, names, words, view.stale, view.record_at


def _wanted(view: PublicView) -> Iterator[_Wanted]:
    """Yield what the face consists of, in the order in which nothing leads to what is not there."""
    for incident in view.incidents:
        yield _Wanted(f"/incidents/{incident.id}", "incident", incident.id)
    for window in view.windows:
        yield _Wanted(f"/maintenance/{window.id}", "window", window.id)
    for month in months_of(view):
        yield _Wanted(f"/history/{month}", "history", str(month))
    for service in view.services:
        yield _Wanted(f"/badge/{service.name}.svg", "badge", service.name)
    for name in DOCUMENTS:
        yield _Wanted(f"/api/v2/{name}.json", "api", name)
    yield _Wanted("/feed.atom", "atom")
    yield _Wanted("/feed.rss", "rss")
    yield _Wanted("/maintenance.ics", "ics")
    yield _Wanted("/history", "history")
    yield _Wanted("/maintenance", "maintenance")
    yield _Wanted("/why", "why")
    yield _Wanted("/", "index")
