"""The public site in memory: each document is rendered once per change and then only served."""

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.publish.notices.wording import language_name
from monitor.web.public.phrases import LANGUAGE, Phrases, load_words
from monitor.web.public.view import PublicView, without_data

STALE_AFTER_SECONDS = 30.0
WORTH_COMPRESSING = 500
MINUTE = timedelta(minutes=1)

Key = tuple[str, str, str]
Make = Callable[[PublicView, Phrases, str], str | bytes | None]


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes ready to be sent, plain and compressed."""

    body: bytes
    compressed: bytes | None
    etag: str
    media_type: str

    @classmethod
    def of(cls, body: bytes, media_type: str) -> "Document":
        """Prepare *body* for sending."""
        digest = hashlib.sha256(body).hexdigest()[:20]
        small = len(body) < WORTH_COMPRESSING
        # The time in a gzip header would change the bytes under one tag.
        compressed = None if small else gzip.compress(body, 6, mtime=0)
        return cls(body, compressed, digest, media_type)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: *make* returns its text, or None where there is no such one."""

    media_type: str
    make: Make


class PublicSite:
    """Holds the present view and what was rendered of it.

    Give it a view at least every few seconds, changed or not: once the last one is older than
    *stale_after_seconds*, everything is shown as "no data".
    """

    def __init__(self, clock: Clock, stale_after_seconds: float = STALE_AFTER_SECONDS) -> None:
        self.clock = clock
        self._stale_after = stale_after_seconds
        self._words = _named(load_words())
        self._view: PublicView | None = None
        self._stale_view: PublicView | None = None
        self._rendered_of: PublicView | None = None
        self._documents: dict[Key, Document] = {}
        self._moved = asyncio.Event()

    def speak(self, own: Mapping[str, Mapping[str, str]]) -> None:
        """Go on with the operator's catalogs, too: a word that one lacks is ours, or English."""
        ours = load_words()
        theirs = {each: {**ours.get(each, ours["en"]), **words} for each, words in own.items()}
        self._words = _named({**ours, **theirs})
        self._documents.clear()
        self._moved.set()

    def update(self, view: PublicView) -> None:
        """Show *view* from now on; what it does not change is not rendered again."""
        before, self._view = self._view, view
        same_minute = before is not None and _minute(before.at) == _minute(view.at)
        if not same_minute or before != view:
            self._moved.set()
        elif self._rendered_of is before:
            self._rendered_of = view

    async def wait_for_change(self) -> None:
        """Return once what is shown has changed, if only by a minute, since the last return."""
        await self._moved.wait()
        self._moved.clear()

    def view(self) -> PublicView | None:
        """Return the view as it may be shown now, or None before the first one."""
        view = self._view
        if view is None:
            return None
        elapsed = self.clock.now() - view.at
        if elapsed.total_seconds() <= self._stale_after:
            return view
        age, held = MINUTE * (elapsed // MINUTE), self._stale_view
        if held is None or (held.at, held.age) != (view.at, age):
            held = self._stale_view = without_data(view, age)
        return held

    def locales(self) -> tuple[str, ...]:
        """Return the locales of the platform that the page speaks, the default one first."""
        view = self._view
        if view is None:
            return tuple(sorted(self._words, reverse=True))
        spoken = [each for each in view.platform.locales if each in self._words]
        ranked = sorted(spoken, key=lambda each: each != view.platform.default_locale)
        return tuple(ranked) or ("en",)

    def words(self, locale: str) -> Mapping[str, str]:
        """Return the page's own words in *locale*."""
        return self._words[locale]

    def phrases(self, view: PublicView, locale: str) -> Phrases:
        """Return what writes *view* in *locale*."""
        return Phrases(view, locale, self._words[locale])

    def document(self, kinds: Mapping[str, Kind], key: Key) -> Document | None:
        """Return the document *key* (kind, argument, locale), rendered at most once per change."""
        view = self.view()
        if view is None:
            return None
        if view is not self._rendered_of:
            self._rendered_of = view
            self._documents.clear()
        if key not in self._documents:
            kind, argument, locale = key
            made = kinds[kind].make(view, self.phrases(view, locale), argument)
            if made is None:
                return None
            body = made.encode() if isinstance(made, str) else made
            self._documents[key] = Document.of(body, kinds[kind].media_type)
        return self._documents[key]


def _named(words: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """Return the catalogs, each with the names of all their languages."""
    names = {f"{LANGUAGE}{each}": language_name(each) for each in words}
    return {each: {**catalog, **names} for each, catalog in words.items()}


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
