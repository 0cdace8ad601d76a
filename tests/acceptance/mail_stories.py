"""A user subscribes on the demo's page, is told of a maintenance by mail, and leaves."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.acceptance.stand import Stand

READER = "li@example.com"
# The confirmation, and a notice of each: planned, started, completed.
LETTERS = 4


def subscribe(stand: Stand) -> EmailMessage:
    """Ask for notices, follow the link that is sent, and press its button."""
    stand.send("/subscribe?lang=en", {"address": READER, "service": "checkout"})
    (asked,) = stand.wait(lambda: mail(stand), "the confirmation")
    body = asked.get_body(("plain",))
    assert body is not None
    path = re.search(r"/subscribe/confirm/\S+", str(body.get_content()))
    assert path is not None
    stand.send(path[0], {})
    return asked


def leave(stand: Stand) -> list[EmailMessage]:
    """Wait for the notices, then leave as mail programs do it; return all mail so far."""
    stand.wait(lambda: len(mail(stand)) >= LETTERS, "mail of every notice")
    lines = files(stand)[-1].decode("ascii").split("\r\n")
    (where,) = [each for each in lines if each.startswith("List-Unsubscribe: ")]
    path = re.fullmatch(r"List-Unsubscribe: <http://[^/]+(/unsubscribe/\S+)>", where)
    assert path is not None, where
    stand.send(path[1], {"List-Unsubscribe": "One-Click"})
    return mail(stand)


def mail(stand: Stand) -> list[EmailMessage]:
    """Return what the demo's mail server took, in order."""
    read = [message_from_bytes(each, policy=default) for each in files(stand)]
    return [each for each in read if isinstance(each, EmailMessage)]


def files(stand: Stand) -> list[bytes]:
    """Return every message as it was sent."""
    folder = stand.data_dir / "demo" / "mail"
    return [each.read_bytes() for each in sorted(folder.glob("*.eml"))]
