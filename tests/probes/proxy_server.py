"""A proxy on loopback: it makes tunnels, passes plain requests on, or refuses."""

import asyncio
import base64
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.probes.servers import http

USER, PASSWORD = "probe", "p:w"
_EXPECTED = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@dataclass
class Proxy:
    """Answers `refusal` where there is one, hangs on request, otherwise does its work.

    The names in `hosts` are known to it alone.
    """

    refusal: str = ""
    hangs: bool = False
    wants_login: bool = False
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    asked: list[str] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line = head.split("\r\n", 1)[0]
        self.asked.append(line)
        if self.hangs:
            await reader.read()
        elif self.refusal:
            writer.write(http(self.refusal))
        elif self.wants_login and f"Proxy-Authorization: {_EXPECTED}" not in head:
            writer.write(http("407 Proxy Authentication Required"))
        elif line.startswith("CONNECT "):
            await self._tunnel(line.split(" ")[1], reader, writer)
        else:
            await self._pass_on(head, writer)
        await writer.drain()

    async def _tunnel(
        self, place: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        host, _, port = place.rpartition(":")
        assert host in self.hosts
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", int(port))
        except OSError:
            writer.write(http("503 Service Unavailable"))
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, forth), _pump(back, writer))

    async def _pass_on(self, head: str, writer: asyncio.StreamWriter) -> None:
        url = urlsplit(head.split(" ")[1])
        assert url.hostname in self.hosts
        back, forth = await asyncio.open_connection("127.0.0.1", url.port)
        forth.write(head.replace(url.geturl(), url.path, 1).encode())
        await _pump(back, writer)
        forth.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(4096):
            sink.write(data)
            await sink.drain()
    sink.close()
