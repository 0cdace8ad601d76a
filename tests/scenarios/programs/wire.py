"""HTTP/1.1 with one request per connection: as much of it as the bench's own servers need."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Document = dict[str, Any]
REQUEST_SECONDS = 5.0
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def form(self) -> Document:
        """Return the body as an object: JSON, or a form as token endpoints take it."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return dict(parse_qsl(self.body.decode(errors="replace")))
        return parsed if isinstance(parsed, dict) else {}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server says: a document, or plain text."""

    status: int = 200
    body: Document = field(default_factory=dict)
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the answer as it goes over the wire."""
        body = self.text or json.dumps(self.body, ensure_ascii=False)
        kind = "text/plain" if self.text else "application/json"
        text = body.encode()
        reason = _REASONS.get(self.status, "Status")
        lines = [
            f"HTTP/1.1 {self.status} {reason}",
            f"Content-Type: {kind}; charset=utf-8",
            f"Content-Length: {len(text)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + text


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read one request; raises OSError, ValueError or EOFError where there is none."""
    async with asyncio.timeout(REQUEST_SECONDS):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    place = urlsplit(target)
    return Request(
        method=method,
        path=place.path,
        query=dict(parse_qsl(place.query)),
        headers=headers,
        body=body,
    )
