"""The mail server of the demo: takes what subscribers are sent, keeps it and says so."""

import asyncio
import re
import signal
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.demo.names import MAILBOX
from monitor.demo.ports import HOST
from monitor.demo.receiver import BEIJING
from monitor.demo.serving import Arguments, ignore_interrupts, read_arguments

LINK = re.compile(r"https?://\S+")


class Mailbox:
    """Keeps every message as a file, in the order in which they arrive."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take one message."""
        content = envelope.original_content or b""
        self._place().write_bytes(content)
        message = message_from_bytes(content, policy=default)
        if isinstance(message, EmailMessage):
            print(mail_line(message, datetime.now(BEIJING)), flush=True)
        return "250 kept"

    def _place(self) -> Path:
        number = len(list(self._folder.glob("*.eml"))) + 1
        return self._folder / f"{number:04}.eml"


def mail_line(message: EmailMessage, at: datetime) -> str:
    """Say on one line what arrived, with the link that its reader would follow first."""
    body = message.get_body(("plain",))
    found = LINK.search(str(body.get_content())) if body is not None else None
    said = [f"{at:%H:%M:%S}", f"mail to {message['to']}:", str(message["subject"]).strip()]
    return "  ".join([*said, found[0]] if found else said)


async def serve(given: Arguments) -> None:
    """Take mail until the process is ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    mailbox = Mailbox(given.layout.mail)

    def connection() -> SMTP:
        return SMTP(mailbox, hostname="mail.demo", loop=loop)

    listener = await loop.create_server(connection, HOST, given.port)
    await ended.wait()
    listener.close()


if __name__ == "__main__":
    ignore_interrupts()
    asyncio.run(serve(read_arguments(MAILBOX)))
