"""Echo requests and replies (ICMP and ICMPv6) over a ping socket, or a raw one where it must be."""

import secrets
import socket
import struct
from dataclasses import dataclass, field

_HEADER = struct.Struct(">BBHHH")
# By family: the protocol, the types of a request and of a reply, and the option that has the
# kernel report errors of the way (IP_RECVERR, IPV6_RECVERR), with its level.
_KINDS = {
    socket.AF_INET: (socket.IPPROTO_ICMP, 8, 0, (socket.IPPROTO_IP, 11)),
    socket.AF_INET6: (socket.IPPROTO_ICMPV6, 128, 129, (socket.IPPROTO_IPV6, 25)),
}


class PingForbiddenError(Exception):
    """Neither a ping socket nor a raw one may be opened by this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """The requests of one run: replies are known by *token*, which nobody else sends."""

    family: socket.AddressFamily
    token: bytes = field(default_factory=lambda: secrets.token_bytes(8))
    ident: int = field(default_factory=lambda: secrets.randbelow(0x10000))

    def request(self, sequence: int, size: int) -> bytes:
        """Return the request with that number and *size* bytes of content."""
        number = _KINDS[self.family][1]
        content = self.token + bytes(size - len(self.token))
        blank = _HEADER.pack(number, 0, 0, self.ident, sequence) + content
        return _HEADER.pack(number, 0, checksum(blank), self.ident, sequence) + content

    def sequence(self, packet: bytes) -> int | None:
        """Return the number of the request that *packet* replies to, None for any other packet."""
        start = _payload_start(packet) if self.family is socket.AF_INET else 0
        if len(packet) < start + _HEADER.size + len(self.token):
            return None
        kind, _, _, _, sequence = _HEADER.unpack_from(packet, start)
        content = packet[start + _HEADER.size :]
        is_ours = kind == _KINDS[self.family][2] and content.startswith(self.token)
        return int(sequence) if is_ours else None


def open_socket(family: socket.AddressFamily) -> socket.socket:
    """Open a ping socket, which the system may allow to everybody, else a raw one."""
    protocol, _, _, errors = _KINDS[family]
    try:
        opened = socket.socket(family, socket.SOCK_DGRAM, protocol)
    except PermissionError:
        try:
            opened = socket.socket(family, socket.SOCK_RAW, protocol)
        except PermissionError as error:
            raise PingForbiddenError(str(error)) from error
    opened.settimeout(0)
    opened.setsockopt(*errors, 1)
    return opened


def checksum(packet: bytes) -> int:
    """Return the Internet checksum (RFC 1071)."""
    padded = packet + b"\0" * (len(packet) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _payload_start(packet: bytes) -> int:
    """Return where ICMP begins: a raw socket gives the IPv4 header too, which begins with a 4."""
    is_whole = len(packet) >= 20 and packet[0] >> 4 == 4
    return (packet[0] & 0xF) * 4 if is_whole else 0
