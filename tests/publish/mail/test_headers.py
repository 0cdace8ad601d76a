"""Proves the lines that mail programs read word for word, as they go over the wire."""

import re

from monitor.publish.mail.headers import VERBATIM
from monitor.storage.store import Store
from tests.publish.mail.server import MailServer, serving
from tests.publish.mail.worlds import EVENT, NOTICE, channel, delivery, subscribed


async def test_programs_headers_are_one_line_each_and_never_encoded(store: Store) -> None:
    """The library's parser decodes what no mail program does, so the bytes are looked at."""
    (reader,) = await subscribed(store, "li@example.com")
    server = MailServer()
    async with serving(server):
        await channel(server, store).send(EVENT, delivery())

    lines = server.raw[0].partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    headers = dict(each.split(": ", 1) for each in lines if ": " in each and each[0] != " ")
    leave = rf"<https://status\.pay\.example/unsubscribe/{reader.id}\.[\w-]{{24}}>"
    assert re.fullmatch(leave, headers["List-Unsubscribe"])
    assert len(f"List-Unsubscribe: {headers['List-Unsubscribe']}") > 78
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Message-ID"].startswith(f"<{NOTICE.id}.")
    assert headers["References"].startswith(f"<{NOTICE.subject}.")
    assert set(VERBATIM) <= set(headers)
    assert not any("=?" in headers[each] for each in VERBATIM)
