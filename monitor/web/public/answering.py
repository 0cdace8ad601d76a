"""Sends documents: compressed where that is wanted, not at all where the visitor has them."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from monitor.publish.metrics.negotiation import accepts_gzip
from monitor.web.public.site import Document

SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Shared caches take the load of an outage; five seconds are the most a page may lag behind.
FRESH = {"Cache-Control": "public, max-age=5"}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NEVER = {"Cache-Control": "no-store"}
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
NEGOTIATED = {"Vary": "Accept-Language, Accept-Encoding"}


def send(request: Request, document: Document, headers: Mapping[str, str]) -> Response:
    """Answer *request* with *document*."""
    accepted = request.headers.get("accept-encoding", "")
    zipped = document.compressed is not None and accepts_gzip(accepted)
    sent = {**SAFETY, **NEGOTIATED, **headers, "ETag": etag_of(document, zipped=zipped)}
    if is_held(request.headers.get("if-none-match", ""), document.etag):
        return Response(status_code=304, headers=sent)
    if zipped:
        sent["Content-Encoding"] = "gzip"
    body = document.compressed if zipped and document.compressed else document.body
    return Response(body, headers=sent, media_type=document.media_type)


def etag_of(document: Document, *, zipped: bool) -> str:
    """Return the tag of a document in one of its encodings."""
    return f'"{document.etag}{"-gzip" if zipped else ""}"'


def is_held(header: str, etag: str) -> bool:
    """Whether *header* names the document in either encoding, or any at all."""
    if not header:
        return False
    held = {each.strip().removeprefix("W/").strip('"') for each in header.split(",")}
    return not held.isdisjoint({etag, f"{etag}-gzip", "*"})
