"""A small HTTP application on loopback: routes answer, and what was asked is kept."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from tests.probes.servers import http

JSON = "Content-Type: application/json"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body))


Route = Callable[[Asked], bytes | Awaitable[bytes]]


@dataclass
class App:
    """Answers by path, without its query; what has no route is 404."""

    routes: dict[str, Route]
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await read_request(reader)
        self.asked.append(asked)
        route = self.routes.get(asked.path.partition("?")[0])
        answer = http("404 Not Found") if route is None else route(asked)
        writer.write(answer if isinstance(answer, bytes) else await answer)
        await writer.drain()


async def read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(method=method, path=path, headers=headers, body=body.decode())


def says(document: object, status: str = "200 OK", *headers: str) -> bytes:
    """Answer with a document."""
    return http(status, json.dumps(document, ensure_ascii=False).encode(), JSON, *headers)


def always(document: object, status: str = "200 OK", *headers: str) -> Route:
    return lambda _: says(document, status, *headers)
