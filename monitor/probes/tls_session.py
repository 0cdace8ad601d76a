"""One handshake with Python's ssl on a socket of ours, and what the peer showed in it."""

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Literal

from monitor.probes.http_request import Trust
from monitor.probes.tls_certificate import Certificate, parse
from monitor.probes.tls_diagnosis import drive

MinimumVersion = Literal["1.2", "1.3"]

_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}

# With TLS 1.3 a server looks at our certificate after the handshake. What it sends then, tickets
# or an alert, comes within a round trip; a server that sends no tickets is believed after this.
_VERDICT_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom we trust and who we are; an empty *certificate* means that we show none.

    Without *checks_name* whoever is trusted is believed to be the server.
    """

    trust: Trust
    minimum_version: MinimumVersion = "1.2"
    certificate: str = ""
    key: str = ""
    checks_name: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a handshake brought: the version and the chain, the server's own certificate first."""

    version: str
    chain: tuple[Certificate, ...]


def context_for(identity: Identity) -> ssl.SSLContext:
    """Return the context for *identity*; OSError where a file of ours cannot be used."""
    files = (identity.trust.ca_file, identity.certificate, identity.key)
    return _context(identity, tuple(Path(each).stat().st_mtime_ns for each in files if each))


@lru_cache(maxsize=64)
def _context(identity: Identity, _modified: tuple[int, ...]) -> ssl.SSLContext:
    """Make a context: it costs 15 ms, so it is kept until one of its files is another."""
    context = ssl.create_default_context(cafile=identity.trust.ca_file or None)
    if not identity.trust.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif not identity.checks_name:
        context.check_hostname = False
    context.minimum_version = _VERSIONS[identity.minimum_version]
    if identity.certificate:
        context.load_cert_chain(identity.certificate, identity.key or None)
    return context


class Handshake:
    """A handshake in three steps: `perform` it, `read` what was shown, `settle` the peer's view."""

    def __init__(
        self, connection: socket.socket, context: ssl.SSLContext, server_name: str
    ) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    async def perform(self) -> None:
        """Shake hands; ssl.SSLError says why not."""
        await drive(self._connection, self._incoming, self._outgoing, self._tls.do_handshake)

    def read(self) -> Session:
        """Return what the peer showed; ValueError where a certificate cannot be parsed."""
        verified = self._tls.context.verify_mode is not ssl.CERT_NONE
        # Public from Python 3.13 on; before, only the object beneath has it.
        name = "_sslobj.get_verified_chain" if verified else "_sslobj.get_unverified_chain"
        shown = attrgetter(name)(self._tls)() or ()
        return Session(
            version=self._tls.version() or "",
            chain=tuple(parse(each.public_bytes().encode()) for each in shown),
        )

    async def settle(self) -> None:
        """Wait for the peer's view of our certificate; ssl.SSLError says that it is refused."""
        if self._tls.version() != "TLSv1.3":
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_VERDICT_SECONDS):
                data = await asyncio.get_running_loop().sock_recv(self._connection, 16384)
                self._incoming.write(data)
        with suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError, ssl.SSLEOFError):
            self._tls.read(1)
