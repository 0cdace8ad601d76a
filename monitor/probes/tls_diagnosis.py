"""One handshake with Python's ssl, which says why where libcurl only says that."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from monitor.model.observation import FailureKind
from monitor.probes.http_request import Target

# OpenSSL's numbers of what is wrong with a certificate; every other one means no trust.
VERIFY_KINDS = {
    9: FailureKind.TLS_NOT_YET_VALID,
    10: FailureKind.TLS_EXPIRED,
    62: FailureKind.TLS_WRONG_HOST,
    64: FailureKind.TLS_WRONG_HOST,
}

# OpenSSL's reason codes; alerts 42, 45, 48 and 116 are what a server says to a client without a
# certificate that it accepts.
REASON_KINDS = {
    "WRONG_VERSION_NUMBER": FailureKind.TLS_PLAINTEXT,
    "HTTP_REQUEST": FailureKind.TLS_PLAINTEXT,
    "PACKET_LENGTH_TOO_LONG": FailureKind.TLS_PLAINTEXT,
    "RECORD_LAYER_FAILURE": FailureKind.TLS_PLAINTEXT,
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": FailureKind.TLS_CLIENT_CERTIFICATE,
    "SSLV3_ALERT_BAD_CERTIFICATE": FailureKind.TLS_CLIENT_CERTIFICATE,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": FailureKind.TLS_CLIENT_CERTIFICATE,
    "TLSV1_ALERT_UNKNOWN_CA": FailureKind.TLS_CLIENT_CERTIFICATE,
}

# A server that wants a certificate says so after the handshake of TLS 1.3.
_ALERT_SECONDS = 0.25

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFault:
    """Why a handshake fails: the kind, OpenSSL's verify code (0 for none) and its reason."""

    kind: FailureKind
    verify_code: int
    reason: str


async def diagnose(
    target: Target, address: str, tls: ssl.SSLContext, timeout_seconds: float
) -> TlsFault | None:
    """Return why a handshake with *target* fails, or None where it does not or time runs out."""
    try:
        async with asyncio.timeout(timeout_seconds):
            await _shake_hands(target, address, tls)
    except ssl.SSLError as error:
        return fault_of(error)
    except OSError:
        return None
    return None


def fault_of(error: ssl.SSLError) -> TlsFault:
    """Return what an error of OpenSSL says."""
    reason = error.reason or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = VERIFY_KINDS.get(error.verify_code, FailureKind.TLS_UNTRUSTED)
        return TlsFault(kind=kind, verify_code=error.verify_code, reason=reason)
    kind = REASON_KINDS.get(reason, FailureKind.TLS_HANDSHAKE)
    return TlsFault(kind=kind, verify_code=0, reason=reason)


async def _shake_hands(target: Target, address: str, context: ssl.SSLContext) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=target.host)
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(0)
        await asyncio.get_running_loop().sock_connect(connection, (address, target.port))
        await drive(connection, incoming, outgoing, tls.do_handshake)
        try:
            async with asyncio.timeout(_ALERT_SECONDS):
                await drive(connection, incoming, outgoing, lambda: tls.read(1))
        except (TimeoutError, ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return


async def drive(
    connection: socket.socket,
    incoming: ssl.MemoryBIO,
    outgoing: ssl.MemoryBIO,
    step: Callable[[], Result],
) -> Result:
    """Repeat *step* while it wants bytes, carrying them between it and the socket."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            result = step()
        except ssl.SSLWantReadError:
            await loop.sock_sendall(connection, outgoing.read())
        else:
            await loop.sock_sendall(connection, outgoing.read())
            return result
        data = await loop.sock_recv(connection, 16384)
        if data:
            incoming.write(data)
        else:
            incoming.write_eof()
