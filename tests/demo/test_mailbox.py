"""The demo's mail server keeps what it is given and says so, with the link to follow."""

import asyncio
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP

from monitor.demo.mailbox import Mailbox, mail_line
from monitor.demo.receiver import BEIJING


def letter(text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "status@example.com", "li@example.com"
    message["Subject"] = "关于借呗服务异常的公告"
    message.set_content(text)
    return message


async def test_messages_are_kept_in_the_order_they_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox = Mailbox(tmp_path / "mail")
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.demo", loop=loop), "127.0.0.1", 0
    )
    port = listener.sockets[0].getsockname()[1]
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
        for number in range(2):
            await client.send_message(letter(f"https://status.example/{number}"))
    listener.close()

    kept = sorted((tmp_path / "mail").iterdir())
    assert [each.name for each in kept] == ["0001.eml", "0002.eml"]
    assert b"To: li@example.com" in kept[0].read_bytes()
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(
        "mail to li@example.com:  关于借呗服务异常的公告  https://status.example/0"
    )
    assert second.endswith("https://status.example/1")


def test_a_message_without_a_link_is_told_without_one() -> None:
    line = mail_line(letter("nothing"), datetime(2026, 1, 10, 10, 2, 5, tzinfo=BEIJING))

    assert line == "10:02:05  mail to li@example.com:  关于借呗服务异常的公告"
