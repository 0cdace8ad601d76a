"""A real HTTP receiver on loopback whose answers are scripted byte by byte."""

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Make an answer; `retry_after="2"` becomes a Retry-After header."""
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    head = f"HTTP/1.1 {status} Said\r\n{''.join(lines)}content-length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass(frozen=True)
class Hang:
    """Say *first* and then nothing more, with the connection left open."""

    first: bytes = b""


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class LoopbackReceiver:
    """Answers with what `answers` holds, then with 204; keeps all that it received."""

    answers: deque[bytes | Hang] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/hook/token-in-path"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append(await read_request(reader))
        said = self.answers.popleft() if self.answers else NO_CONTENT
        writer.write(said.first if isinstance(said, Hang) else said)
        await writer.drain()
        if isinstance(said, Hang):
            await reader.read()


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    start, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(path=start.split(" ")[1], headers=headers, body=body)


@contextlib.asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[LoopbackReceiver]:
    """Serve a receiver on a free port until the block ends."""
    receiver = LoopbackReceiver(scheme="https" if tls else "http")
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
