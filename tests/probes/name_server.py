"""A small real DNS server on loopback, with one behaviour per first label."""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

_A, _AAAA = 1, 28
_RCODES = {"nx": 3, "fail": 2, "refuse": 5}


class NameServer(asyncio.DatagramProtocol):
    """Answers `ok*` with 127.0.0.1, `six*` with ::1 alone; `hang*` gets no answer."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    @property
    def address(self) -> str:
        """What a resolver is given as its name server."""
        assert self._transport is not None
        return "127.0.0.1:{}".format(self._transport.get_extra_info("sockname")[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is no subclass of asyncio's.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        name, kind, question = _read(data)
        self.asked[name] += 1
        label = name.split(".")[0].rstrip("0123456789")
        if label == "hang" or self._transport is None:
            return
        answer = _record(label, kind)
        flags = 0x8180 | _RCODES.get(label, 0)
        header = struct.pack(">HHHHH", flags, 1, 1 if answer else 0, 0, 0)
        self._transport.sendto(data[:2] + header + question + answer, addr)

    async def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()


@asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    """Run one inside the block."""
    loop = asyncio.get_running_loop()
    _, server = await loop.create_datagram_endpoint(NameServer, ("127.0.0.1", 0))
    try:
        yield server
    finally:
        await server.close()


def _read(data: bytes) -> tuple[str, int, bytes]:
    position, labels = 12, []
    while data[position]:
        length = data[position]
        labels.append(data[position + 1 : position + 1 + length].decode())
        position += 1 + length
    (kind,) = struct.unpack(">H", data[position + 1 : position + 3])
    return ".".join(labels).lower(), kind, data[12 : position + 5]


def _record(label: str, kind: int) -> bytes:
    if label == "ok" and kind == _A:
        return struct.pack(">HHHIH", 0xC00C, _A, 1, 7, 4) + socket.inet_aton("127.0.0.1")
    if label == "six" and kind == _AAAA:
        address = socket.inet_pton(socket.AF_INET6, "::1")
        return struct.pack(">HHHIH", 0xC00C, _AAAA, 1, 7, 16) + address
    return b""
