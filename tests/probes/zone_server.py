"""A small real DNS server on loopback, over UDP and TCP, that answers from a table."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33}
RCODES = {"NOERROR": 0, "SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}


def labels(name: str) -> bytes:
    parts = [each.encode() for each in name.split(".") if each]
    return b"".join(bytes([len(each)]) + each for each in parts) + b"\0"


def rdata(type_: str, text: str) -> bytes:
    """Encode one record as it is written in a zone file."""
    words = text.split(" ")
    match type_:
        case "A":
            return socket.inet_aton(text)
        case "AAAA":
            return socket.inet_pton(socket.AF_INET6, text)
        case "TXT":
            return b"".join(bytes([len(part)]) + part.encode() for part in text.split("|"))
        case "MX" | "SRV":
            return struct.pack(f">{len(words) - 1}H", *map(int, words[:-1])) + labels(words[-1])
        case "SOA":
            return labels(words[0]) + labels(words[1]) + struct.pack(">5I", *map(int, words[2:]))
    return labels(text)


@dataclass
class Zone:
    """What a server answers, and how it misbehaves."""

    records: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    rcode: str = ""
    ttl: int = 60
    authoritative: bool = False
    extended: tuple[int, str] | None = None
    truncates: bool = False
    forges: bool = False
    garbage: bytes = b""
    silent: bool = False
    loses: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    recursion: list[bool] = field(default_factory=list)

    def answer(self, message: bytes, transport: str) -> list[bytes]:
        """Return the messages that are sent for one question."""
        name, number = _question(message)
        type_ = next(key for key, value in TYPES.items() if value == number)
        self.asked.append((transport, f"{name} {type_}"))
        self.recursion.append(bool(message[2] & 1))
        if self.silent or len(self.asked) <= self.loses:
            return []
        if self.garbage:
            return [message[:2] + b"\x80\0" + self.garbage]
        cut = self.truncates and transport == "udp"
        whole = self._message(message, name, type_, truncated=cut)
        forged = bytes([message[0] ^ 1, *whole[1:]])
        return [forged, whole] if self.forges else [whole]

    def _message(self, query: bytes, name: str, type_: str, *, truncated: bool) -> bytes:
        alias = self.records.get((name, "CNAME"), ()) if type_ != "CNAME" else ()
        found = (
            [] if truncated else list(self.records.get((alias[0] if alias else name, type_), ()))
        )
        known = {key for key, _ in self.records}
        rcode = self.rcode or ("NOERROR" if name in known else "NXDOMAIN")
        flags = 0x8000 | (0x0400 if self.authoritative else 0) | (0x0200 if truncated else 0)
        sections = [(TYPES["CNAME"], rdata("CNAME", each)) for each in alias]
        sections += [(TYPES[type_], rdata(type_, each)) for each in found]
        if rcode != "NOERROR":
            sections = []
        end = _question_end(query)
        parts = [struct.pack(">HHHHH", flags | RCODES[rcode], 1, len(sections), 0, 1)]
        parts.append(query[12:end])
        for number, data in sections:
            parts.append(struct.pack(">HHHIH", 0xC00C, number, 1, self.ttl, len(data)) + data)
        parts.append(
            b"\0" + struct.pack(">HHIH", 41, 1232, 0, len(self._option())) + self._option()
        )
        return query[:2] + b"".join(parts)

    def _option(self) -> bytes:
        if self.extended is None:
            return b""
        value = struct.pack(">H", self.extended[0]) + self.extended[1].encode()
        return struct.pack(">HH", 15, len(value)) + value


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is no subclass of asyncio's.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for each in self._zone.answer(data, "udp"):
            if self._transport is not None:
                self._transport.sendto(each, addr)


@asynccontextmanager
async def zone_server(zone: Zone) -> AsyncIterator[str]:
    """Give `address:port` of a server that answers from *zone* over UDP and TCP."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            length = int.from_bytes(await reader.readexactly(2), "big")
            for each in zone.answer(await reader.readexactly(length), "tcp"):
                writer.write(len(each).to_bytes(2, "big") + each)
        writer.close()

    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(zone), ("127.0.0.1", port))
    try:
        yield f"127.0.0.1:{port}"
    finally:
        transport.close()
        server.close()
        for _ in range(5):
            await asyncio.sleep(0)


def _question_end(message: bytes) -> int:
    position = 12
    while message[position]:
        position += 1 + message[position]
    return position + 5


def _question(message: bytes) -> tuple[str, int]:
    position, parts = 12, []
    while message[position]:
        length = message[position]
        parts.append(message[position + 1 : position + 1 + length].decode())
        position += 1 + length
    (number,) = struct.unpack(">H", message[position + 1 : position + 3])
    return ".".join(parts).lower(), number
