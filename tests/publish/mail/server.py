"""A real mail server on loopback, with real certificates, that refuses whom it is told to."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "mailer", "pa55word-of-the-mailer"


@dataclass
class MailServer:
    """Keeps what it accepted; *refuse* gives the answer to a recipient, None to take it."""

    refuse: Callable[[str], str | None] = lambda _: None
    refuse_data: str = ""
    close_after: int = 1_000_000
    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    tls_used: list[bool] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.received]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        session.host_name = host
        return answers

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if answer := self.refuse(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await self.hold.wait()
        if self.refuse_data:
            return self.refuse_data
        if len(self.received) >= self.close_after:
            self.close_after = 1_000_000
            # Another loop's transport is no subclass, but speaks the same protocol.
            cast("asyncio.Transport", server.transport).abort()
            return "421 closing"
        content = envelope.content
        assert isinstance(content, bytes)
        self.raw.append(content)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        (recipient,) = envelope.rcpt_tos
        self.received.append((recipient, message))
        assert server.transport is not None
        self.tls_used.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 taken"


@contextlib.asynccontextmanager
async def serving(
    server: MailServer, certificates: "Certificates | None" = None, *, security: str = "starttls"
) -> AsyncIterator[MailServer]:
    """Serve on a free port until the block ends; with *certificates* a login is demanded."""
    loop = asyncio.get_running_loop()
    tls = certificates.context if certificates else None
    starttls = security == "starttls" and tls is not None

    def connection() -> SMTP:
        server.connections += 1
        return SMTP(
            server,
            hostname="mail.test",
            tls_context=tls if starttls else None,
            require_starttls=starttls,
            authenticator=_check,
            auth_required=tls is not None,
            auth_require_tls=starttls,
            loop=loop,
        )

    listener = await loop.create_server(
        connection, "127.0.0.1", server.port, ssl=tls if security == "tls" else None
    )
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


@dataclass(frozen=True)
class Certificates:
    """A server's certificate for 127.0.0.1, and the authority that made it."""

    context: ssl.SSLContext
    ca_file: Path

    @classmethod
    def make(cls, folder: Path) -> "Certificates":
        authority = trustme.CA()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        return cls(context, ca_file)


def _check(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    fits = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=fits)
