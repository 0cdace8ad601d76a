"""Asks one name server one question: over UDP, again where a packet is lost, TCP where it must."""

import asyncio
import secrets
import socket
from contextlib import closing
from dataclasses import dataclass, field

from monitor.model.observation import FailureKind
from monitor.probes.dns_message import (
    Answer,
    MalformedError,
    Question,
    RecordType,
    answers,
    read,
    write,
)
from monitor.probes.os_errors import LOCAL_ERRNOS
from monitor.probes.sockets import connected

_LARGEST = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """Who is asked: *shown* is what a person knows it by."""

    shown: str
    address: str
    port: int
    is_authoritative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of asking one server: its answer, or why there is none.

    *failure* may also be what is wrong with an answer; *is_answered* says that there is one.
    """

    server: str
    is_answered: bool = False
    is_authoritative: bool = False
    answer: Answer = field(default_factory=lambda: Answer(rcode=""))
    failure: FailureKind | None = None
    detail: str = ""
    errno: int | None = None

    @property
    def rcode(self) -> str:
        """The code as DNS tools print it; NODATA is a name without such records."""
        if self.answer.rcode == "NOERROR" and not self.answer.records:
            return "NODATA"
        return self.answer.rcode


async def ask(
    server: NameServer, name: str, type_: RecordType, *, seconds: float, tries: int
) -> Reply:
    """Ask *server* for at most so many seconds, in which the question is sent *tries* times."""
    question = Question(
        id=secrets.randbelow(0x10000), name=name, type=type_, recursive=not server.is_authoritative
    )
    try:
        async with asyncio.timeout(seconds):
            message = await _over_udp(server, question, seconds / tries)
            if read(message, question).is_truncated:
                message = await _over_tcp(server, question)
            answer = read(message, question)
    except TimeoutError:
        return _without(server, FailureKind.NAME_TIMEOUT, "TIMEOUT", f"silent for {seconds:.3g} s")
    except MalformedError as error:
        return _without(server, FailureKind.NAME_SERVER_FAILURE, "BADRESP", str(error))
    except (OSError, EOFError) as error:
        number = error.errno if isinstance(error, OSError) else None
        local = number in LOCAL_ERRNOS
        kind = FailureKind.LOCAL_RESOURCE if local else FailureKind.NAME_SERVER_FAILURE
        return _without(server, kind, "LOCAL" if local else "UNREACHABLE", str(error), number)
    return Reply(
        server=server.shown,
        is_answered=True,
        is_authoritative=server.is_authoritative,
        answer=answer,
    )


def _without(
    server: NameServer, kind: FailureKind, rcode: str, detail: str, errno: int | None = None
) -> Reply:
    return Reply(
        server=server.shown,
        is_authoritative=server.is_authoritative,
        answer=Answer(rcode=rcode),
        failure=kind,
        detail=detail,
        errno=errno,
    )


async def _over_udp(server: NameServer, question: Question, try_seconds: float) -> bytes:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    # A connected socket takes packets of that server alone, and the kernel picks its port.
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0)
        await loop.sock_connect(asking, (server.address, server.port))
        while True:
            await loop.sock_sendall(asking, write(question))
            try:
                async with asyncio.timeout(try_seconds):
                    return await _answer(asking, question)
            except TimeoutError:
                continue


async def _answer(asking: socket.socket, question: Question) -> bytes:
    while True:
        message = await asyncio.get_running_loop().sock_recv(asking, _LARGEST)
        if answers(message, question):
            return message


async def _over_tcp(server: NameServer, question: Question) -> bytes:
    loop = asyncio.get_running_loop()
    with closing(await connected(server.address, server.port)) as connection:
        message = write(question)
        await loop.sock_sendall(connection, len(message).to_bytes(2, "big") + message)
        length = int.from_bytes(await _exactly(connection, 2), "big")
        answer = await _exactly(connection, length)
    if not answers(answer, question):
        raise MalformedError("the answer over TCP is to another question")
    return answer


async def _exactly(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        data = await asyncio.get_running_loop().sock_recv(connection, length - len(received))
        if not data:
            raise EOFError("closed within the answer over TCP")
        received += data
    return received
