"""TLS within the protocol of MySQL and MariaDB: after the server's greeting, before our name."""

import asyncio
import ssl
import struct
from typing import Any

from asyncmy.charset import charset_by_name
from asyncmy.connection import Connection
from asyncmy.constants.CLIENT import DEPRECATE_EOF, SSL
from asyncmy.errors import MySQLError

from monitor.model.observation import FailureKind, Phase, Stage
from monitor.probes.recording import Recording
from monitor.probes.sql_errors import SqlError
from monitor.probes.tls_diagnosis import TlsFault

# The request for TLS is the beginning of the login: capabilities, longest packet, character set.
_REQUEST = struct.Struct("<IIB23x")
_LONGEST_PACKET = 2**24 - 1
_CHARSET = "utf8mb4"


class EncryptedConnection(Connection):
    """A connection that logs in only once it is encrypted; each phase is timed on its own.

    On a socket of ours the driver begins with TLS at once, which no server of MySQL understands.
    So it is begun here, between the driver's two steps of a start: greeting and login.
    """

    # The driver's own, of which its stubs are silent.
    server_capabilities: int
    _client_flag: int
    _host: str
    _loop: asyncio.AbstractEventLoop
    _proto: Any
    _transport: Any

    def __init__(
        self, tls: ssl.SSLContext, recording: Recording, *, password: bytes, **login: Any
    ) -> None:
        super().__init__(charset=_CHARSET, **login)  # type: ignore[no-untyped-call]
        self._tls = tls
        self._recording = recording
        # The driver is told only once it can be said.
        self._secret = password

    def close(self) -> None:
        """Leave at once: a goodbye in TLS would wait for that of the server."""
        if self._transport is not None:
            self._transport.abort()
        super().close()

    async def _get_server_information(self) -> None:
        with self._recording.timing(Phase.LOGIN):
            await super()._get_server_information()  # type: ignore[misc]
        self._recording.enter(Stage.TLS)
        if not self.server_capabilities & SSL:
            fault = TlsFault(kind=FailureKind.TLS_PLAINTEXT, verify_code=0, reason="")
            raise SqlError("the server offers no TLS", tls=fault)
        with self._recording.timing(Phase.TLS):
            await self._encrypt()
        self._recording.enter(Stage.PROTOCOL)

    async def _request_authentication(self) -> object:
        with self._recording.timing(Phase.LOGIN):
            try:
                return await super()._request_authentication()  # type: ignore[misc]
            except MySQLError:
                # With TLS 1.3 a server looks at our certificate after the handshake.
                refusal = self._proto.exc
                if isinstance(refusal, ssl.SSLError):
                    self._recording.enter(Stage.TLS)
                    raise refusal from None
                raise

    async def _encrypt(self) -> None:
        # A server believes the capabilities of the request, so they are those of the login.
        self._client_flag |= SSL | (self.server_capabilities & DEPRECATE_EOF)
        charset = charset_by_name(_CHARSET).id
        self.write_packet(_REQUEST.pack(self._client_flag, _LONGEST_PACKET, charset))
        # Another protocol, since what came unencrypted after the greeting may be anybody's word.
        protocol = type(self._proto)(self._loop)
        self._transport = protocol.transport = await self._loop.start_tls(
            self._transport, protocol, self._tls, server_hostname=self._host
        )
        self._proto = protocol
        # As the driver notes it, so that it may send what is safe within TLS alone.
        self._ssl_context, self._secure, self._tls_established = self._tls, True, True
        self._password = self._secret
