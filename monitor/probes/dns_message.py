"""DNS messages: a question written, an answer read (RFC 1035, 6891 and 8914)."""

import ipaddress
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

RecordType = Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS", "SOA", "SRV"]

NUMBERS: Mapping[RecordType, int] = {
    "A": 1,
    "NS": 2,
    "CNAME": 5,
    "SOA": 6,
    "MX": 15,
    "TXT": 16,
    "AAAA": 28,
    "SRV": 33,
}
RCODES: Mapping[int, str] = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
    9: "NOTAUTH",
    16: "BADVERS",
}

_HEADER = struct.Struct(">HHHHHH")
_FIXED = struct.Struct(">HHIH")
_IN = 1
_OPT = 41
_EXTENDED_ERROR = 15
# What passes every path without fragments.
_UDP_SIZE = 1232
# Compressed names may point to names; more hops than labels fit is a loop.
_MOST_HOPS = 128


class MalformedError(ValueError):
    """An answer that is no DNS message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked; *recursive* says that the server shall find out on our behalf."""

    id: int
    name: str
    type: RecordType
    recursive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedError:
    """Why a server failed, in its own words (RFC 8914)."""

    code: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; *records* are sorted texts, *ttl* is the least of theirs."""

    rcode: str
    records: tuple[str, ...] = ()
    ttl: int | None = None
    is_authoritative: bool = False
    is_truncated: bool = False
    errors: tuple[ExtendedError, ...] = ()


def encode_name(name: str) -> bytes:
    """Return a name as labels; ValueError where it is none."""
    bare = name.rstrip(".")
    text = bare if bare.isascii() else bare.encode("idna").decode()
    labels = text.encode("ascii").split(b".") if text else []
    if any(not 0 < len(each) < 64 for each in labels) or len(text) > 253:
        raise ValueError(f"expected a DNS name; not {name!r}")
    return b"".join(bytes([len(each)]) + each for each in labels) + b"\0"


def write(question: Question) -> bytes:
    """Return the message that asks *question*, with room for extended errors."""
    flags = 0x0100 if question.recursive else 0
    header = _HEADER.pack(question.id, flags, 1, 0, 0, 1)
    asked = encode_name(question.name) + struct.pack(">HH", NUMBERS[question.type], _IN)
    return header + asked + b"\0" + _FIXED.pack(_OPT, _UDP_SIZE, 0, 0)


def answers(message: bytes, question: Question) -> bool:
    """Say whether *message* is an answer to *question*, not to an older or a forged one."""
    asked = write(question)[12:-11]
    header = message[:4]
    if len(header) < 4 or int.from_bytes(header[:2], "big") != question.id or header[2] < 0x80:
        return False
    # A server that could not read the question leaves it out.
    return not int.from_bytes(message[4:6], "big") or (
        message[12 : 12 + len(asked)].lower() == asked.lower()
    )


def read(message: bytes, question: Question) -> Answer:
    """Return what *message* answers to *question*; MalformedError where it cannot be read."""
    try:
        return _Reader(message).answer(question)
    except (IndexError, struct.error, ValueError) as error:
        raise MalformedError(f"the answer is no DNS message: {error}") from error


@dataclass(frozen=True, slots=True)
class _Record:
    type: int
    ttl: int
    start: int
    end: int


class _Reader:
    """Reads one message; every access beyond its end is an error of the types `read` knows."""

    def __init__(self, message: bytes) -> None:
        self._message = message

    def answer(self, question: Question) -> Answer:
        _, flags, asked, *counts = _HEADER.unpack_from(self._message)
        position = _HEADER.size
        for _ in range(asked):
            position = self._name(position)[1] + 4
        records = list(self._records(position, sum(counts)))
        wanted = [each for each in records[: counts[0]] if each.type == NUMBERS[question.type]]
        options = [each for each in records if each.type == _OPT]
        rcode = (flags & 0xF) | (options[0].ttl >> 24 << 4 if options else 0)
        return Answer(
            rcode=RCODES.get(rcode, f"RCODE{rcode}"),
            records=tuple(sorted({self._text(question.type, each) for each in wanted})),
            ttl=min((each.ttl for each in wanted), default=None),
            is_authoritative=bool(flags & 0x0400),
            is_truncated=bool(flags & 0x0200),
            errors=tuple(error for each in options for error in self._errors(each)),
        )

    def _records(self, position: int, count: int) -> Iterator[_Record]:
        for _ in range(count):
            position = self._name(position)[1]
            type_, _, ttl, length = _FIXED.unpack_from(self._message, position)
            start = position + _FIXED.size
            position = start + length
            if position > len(self._message):
                raise MalformedError("the answer ends within a record")
            yield _Record(type_, ttl, start, position)

    def _text(self, type_: RecordType, record: _Record) -> str:
        return _TEXTS[type_](self, record)

    def address(self, record: _Record) -> str:
        return str(ipaddress.ip_address(self._message[record.start : record.end]))

    def name_after(self, record: _Record, *, numbers: int) -> str:
        """Return so many 16-bit numbers and the name that follows them."""
        values = struct.unpack_from(f">{numbers}H", self._message, record.start)
        name, _ = self._name(record.start + 2 * numbers)
        return " ".join([*map(str, values), name])

    def authority(self, record: _Record) -> str:
        primary, position = self._name(record.start)
        mailbox, position = self._name(position)
        numbers = struct.unpack_from(">5I", self._message, position)
        return " ".join([primary, mailbox, *map(str, numbers)])

    def strings(self, record: _Record) -> str:
        position, parts = record.start, b""
        while position < record.end:
            length = self._message[position]
            parts += self._message[position + 1 : min(position + 1 + length, record.end)]
            position += 1 + length
        return parts.decode(errors="replace")

    def _errors(self, record: _Record) -> Iterator[ExtendedError]:
        position = record.start
        while position < record.end:
            code, length = struct.unpack_from(">HH", self._message, position)
            value = self._message[position + 4 : position + 4 + length]
            if code == _EXTENDED_ERROR:
                (number,) = struct.unpack_from(">H", value)
                yield ExtendedError(code=number, text=value[2:].decode(errors="replace"))
            position += 4 + length

    def _name(self, position: int) -> tuple[str, int]:
        """Return the name at *position*, and where what follows it begins."""
        labels: list[str] = []
        end = 0
        for _ in range(_MOST_HOPS):
            length = self._message[position]
            if length >= 0xC0:
                end = end or position + 2
                position = (length & 0x3F) << 8 | self._message[position + 1]
            elif length:
                label = self._message[position + 1 : position + 1 + length]
                labels.append(label.decode("ascii", errors="backslashreplace").lower())
                position += 1 + length
            else:
                return ".".join(labels) or ".", end or position + 1
        raise MalformedError("a name of the answer has no end")


_TEXTS: Mapping[RecordType, Callable[[_Reader, _Record], str]] = {
    "A": _Reader.address,
    "AAAA": _Reader.address,
    "CNAME": partial(_Reader.name_after, numbers=0),
    "NS": partial(_Reader.name_after, numbers=0),
    "MX": partial(_Reader.name_after, numbers=1),
    "SRV": partial(_Reader.name_after, numbers=3),
    "TXT": _Reader.strings,
    "SOA": _Reader.authority,
}
