"""Why TLS with PostgreSQL fails: a handshake of our own, as libpq has only a text of it."""

import asyncio
import ssl
import struct

from monitor.model.observation import FailureKind
from monitor.probes.sql_errors import SqlError
from monitor.probes.sql_session import connected_socket
from monitor.probes.sql_spec import SqlTarget
from monitor.probes.sql_tls import context_of
from monitor.probes.sql_tls_spec import OPPORTUNISTIC, libpq_mode
from monitor.probes.tls_diagnosis import TlsFault, fault_of
from monitor.probes.tls_session import Handshake

# Source: PostgreSQL, "Frontend/Backend Protocol", "Message Formats", SSLRequest.
_REQUEST = struct.pack("!ii", 8, 80877103)
_GRANTED, _DENIED = b"S", b"N"

_NO_TLS = TlsFault(kind=FailureKind.TLS_PLAINTEXT, verify_code=0, reason="")


async def explained(
    error: SqlError, target: SqlTarget, address: str, timeout_seconds: float
) -> SqlError:
    """Return *error* with the fault of TLS, where that is why the login failed.

    A refusal with an SQLSTATE came through, and who does not insist on TLS goes without.
    """
    if error.sqlstate or libpq_mode(dict(target.options)) in OPPORTUNISTIC:
        return error
    try:
        async with asyncio.timeout(timeout_seconds):
            fault = await _fault(target, address)
    except (OSError, SqlError):
        return error
    return SqlError(str(error), tls=fault) if fault else error


async def _fault(target: SqlTarget, address: str) -> TlsFault | None:
    """Shake hands once more and return what is wrong; OSError or SqlError without a connection."""
    if target.identity is None:
        return None
    try:
        tls = context_of(target.identity)
    except SqlError as error:
        return error.tls
    loop = asyncio.get_running_loop()
    with await connected_socket(address, target.port) as connection:
        await loop.sock_sendall(connection, _REQUEST)
        answer = await loop.sock_recv(connection, 1)
        if answer != _GRANTED:
            return _NO_TLS if answer == _DENIED else None
        handshake = Handshake(connection, tls, target.host)
        try:
            await handshake.perform()
            await handshake.settle()
        except ssl.SSLEOFError:
            # Closed in the middle: that is an end, as without TLS.
            return None
        except ssl.SSLError as error:
            return fault_of(error)
    return None
