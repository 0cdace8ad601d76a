"""Speaks Redis (RESP2) on a fresh connection: commands written, replies and errors read."""

import asyncio
import ssl
from collections.abc import Sequence
from contextlib import suppress

from monitor.model.observation import Phase, Stage
from monitor.probes.context import ProbeContext
from monitor.probes.redis_spec import RedisTarget
from monitor.probes.sockets import connected

Reply = str | int | None

# INFO of a large cluster is some 100 kB; nothing else that we ask for is longer than a line.
_LONGEST = 1024 * 1024
# Numbers of Redis have 64 bits.
_MOST_DIGITS = 20
_END = b"\r\n"


class ReplyError(Exception):
    """An error that the server replied, in its words."""


class MalformedReplyError(Exception):
    """Something came that is no reply of Redis."""


class RedisConnection:
    """One connection; a command is sent when the reply to the one before is here."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def run(self, *words: str) -> Reply:
        """Return the reply to a command; ReplyError, OSError or EOFError where there is none."""
        (reply,) = await self.run_together(words)
        return reply

    async def run_together(self, *commands: Sequence[str]) -> list[Reply]:
        """Return the replies to commands sent at once: the server runs them without a break."""
        # The peer may have said its last word and closed already; then that is what counts.
        with suppress(ConnectionError):
            self._writer.write(b"".join(_encoded(each) for each in commands))
            await self._writer.drain()
        replies, errors = [], []
        for _ in commands:
            try:
                replies.append(await self._reply())
            except ReplyError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        return replies

    def close(self) -> None:
        """Leave at once, without waiting for the server."""
        self._writer.transport.abort()

    async def _reply(self) -> Reply:
        try:
            line = (await self._reader.readuntil(_END))[:-2]
        except asyncio.LimitOverrunError as error:
            raise MalformedReplyError("a line without an end") from error
        mark, rest = line[:1], line[1:].decode(errors="replace")
        if mark == b"-":
            raise ReplyError(rest)
        if mark == b"+":
            return rest
        digits = rest.removeprefix("-")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
        if mark not in (b"$", b":") or not is_number:
            raise MalformedReplyError(f"no reply of Redis: {line[:40]!r}")
        return int(rest) if mark == b":" else await self._bulk(int(rest))

    async def _bulk(self, length: int) -> str | None:
        if length < 0:
            return None
        if length > _LONGEST:
            raise MalformedReplyError(f"a reply of {length} bytes")
        return (await self._reader.readexactly(length + 2))[:-2].decode(errors="replace")


def _encoded(words: Sequence[str]) -> bytes:
    parts = [b"*%d" % len(words)]
    for word in (each.encode() for each in words):
        parts += [b"$%d" % len(word), word]
    return _END.join([*parts, b""])


async def connect(
    address: str, target: RedisTarget, tls: ssl.SSLContext | None, context: ProbeContext
) -> RedisConnection:
    """Open a connection, encrypted where *tls* is given; OSError says why not."""
    recording = context.recording
    recording.enter(Stage.CONNECT)
    with recording.timing(Phase.CONNECT):
        opened = await connected(address, target.port)
    if tls is None:
        reader, writer = await asyncio.open_connection(sock=opened)
        return RedisConnection(reader, writer)
    recording.enter(Stage.TLS)
    with recording.timing(Phase.TLS):
        try:
            reader, writer = await asyncio.open_connection(
                sock=opened, ssl=tls, server_hostname=target.host
            )
        except BaseException:
            opened.close()
            raise
    return RedisConnection(reader, writer)
