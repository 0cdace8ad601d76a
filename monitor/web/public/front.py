"""The short way: what everybody asks for in an outage is answered ahead of the framework."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.publish.metrics.negotiation import accepts_gzip
from monitor.web.language import choose_locale
from monitor.web.public.answering import FRESH, NEGOTIATED, OPEN, SAFETY, etag_of, is_held
from monitor.web.public.documents import Documents
from monitor.web.public.site import Document, PublicSite
from monitor.web.public.statuspage import DOCUMENTS

RawHeaders = list[tuple[bytes, bytes]]


class Place(NamedTuple):
    """A document at a fixed path: its kind and argument, and whether other sites may read it."""

    kind: str
    argument: str = ""
    is_open: bool = False


PLACES: Mapping[str, Place] = {
    "/": Place("index"),
    "/maintenance": Place("maintenance"),
    "/feed.atom": Place("atom", is_open=True),
    "/feed.rss": Place("rss", is_open=True),
    "/maintenance.ics": Place("ics", is_open=True),
    **{f"/api/v2/{name}.json": Place("api", name, is_open=True) for name in DOCUMENTS},
}


class _Ready(NamedTuple):
    """A document with its headers as they go over the wire."""

    document: Document
    headers: RawHeaders


class Front:
    """Answers GET for documents at fixed paths; whatever is unusual goes on to *app*."""

    def __init__(self, app: ASGIApp, *, site: PublicSite, documents: Documents) -> None:
        self._app = app
        self._site = site
        self._documents = documents
        self._ready: dict[tuple[Place, str, bool], _Ready] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = PLACES.get(scope["path"]) if scope.get("method") == "GET" else None
        if place is None:
            await self._app(scope, receive, send)
            return
        asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
        locale = self._locale(scope["query_string"], asked.get(b"accept-language", ""))
        key = (place.kind, place.argument, locale)
        document = self._site.document(self._documents.kinds, key)
        if document is None:
            await self._app(scope, receive, send)
            return
        zipped = document.compressed is not None and accepts_gzip(asked.get(b"accept-encoding", ""))
        headers = self._headers(place, locale, document, zipped=zipped)
        held = is_held(asked.get(b"if-none-match", ""), document.etag)
        body = b"" if held else (document.compressed if zipped else document.body) or b""
        if not held:
            headers = [*headers, (b"content-length", str(len(body)).encode())]
        status = 304 if held else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _locale(self, query: bytes, accepted: str) -> str:
        asked = parse_qs(query.decode("latin-1")).get("lang", [None])[0] if query else None
        available = self._site.locales()
        return choose_locale(asked, accepted, available, available[0])

    def _headers(
        self, place: Place, locale: str, document: Document, *, zipped: bool
    ) -> RawHeaders:
        """Return the headers of a document; they are put together once per document."""
        key = (place, locale, zipped)
        ready = self._ready.get(key)
        if ready is None or ready.document is not document:
            sent = {**SAFETY, **NEGOTIATED, **FRESH, **(OPEN if place.is_open else {})}
            sent |= {"ETag": etag_of(document, zipped=zipped), "Content-Type": document.media_type}
            if zipped:
                sent["Content-Encoding"] = "gzip"
            raw = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
            ready = self._ready[key] = _Ready(document, raw)
        return ready.headers
