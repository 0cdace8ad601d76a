"""Proves what a message looks like when it is read: headers, languages, bodies, links."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest

from monitor.model.mail import Confirmation, Subscriber
from monitor.model.notice import Notice, NoticeKind, NoticeText
from monitor.publish.mail.compose import Writer, load_words
from tests.publish.mail.server import MailServer
from tests.publish.mail.worlds import NOTICE, START, head

HEAD = replace(
    head(MailServer()), policy=replace(head(MailServer()).policy, reply_to="a@b.example")
)
WRITER = Writer(HEAD)
READER = Subscriber(
    id="sub_1", address="li@example.com", locale="zh-CN", services=(), confirmed_at=START
)
WISH = Confirmation(
    id="cnf_1",
    address="li@example.com",
    locale="zh-CN",
    services=("checkout", "repayment"),
    created_at=START,
    expires_at=START + timedelta(days=1),
)


def read(message: EmailMessage) -> EmailMessage:
    """Return *message* as it arrives: bytes of seven bits and short lines, read anew."""
    raw = message.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    again = message_from_bytes(raw, policy=default)
    assert isinstance(again, EmailMessage)
    return again


def notice(reader: Subscriber = READER, of: Notice = NOTICE) -> EmailMessage:
    return read(WRITER.notice(of, reader, "sub_1.token", START))


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_chinese_notice_arrives_whole() -> None:
    message = notice()

    assert message["Subject"] == "关于收银台服务异常的公告"
    assert message["From"].addresses[0].display_name == "花呗状态"
    assert message["From"].addresses[0].addr_spec == "status@pay.example"
    assert message["To"] == "li@example.com"
    assert message["Reply-To"] == "a@b.example"
    assert message["Content-Language"] == "zh-CN"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    text = body(message, "plain")
    assert text.startswith("收银台暂时无法使用。\n\n如支付结果不明，请勿重复操作。\n")
    assert "查看最新进展：https://status.pay.example/incidents/inc_xyz?lang=zh-CN\n" in text
    assert "退订：https://status.pay.example/unsubscribe/sub_1.token\n" in text
    html = body(message, "html")
    assert '<html lang="zh-CN">' in html
    assert "<p>如支付结果不明，请勿重复操作。</p>" in html


def test_a_reader_is_written_to_in_their_language_or_the_platforms() -> None:
    english = notice(replace(READER, locale="en"))
    other = notice(replace(READER, locale="fr"))

    assert english["Subject"] == "Disruption of Checkout"
    assert "Unsubscribe: https://" in body(english, "plain")
    assert other["Subject"] == "关于收银台服务异常的公告"


def test_one_click_unsubscribes() -> None:
    message = notice()

    assert message["List-Unsubscribe"] == "<https://status.pay.example/unsubscribe/sub_1.token>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<notices.status.pay.example>"


def test_the_same_notice_to_the_same_reader_has_the_same_id_and_nothing_else_has() -> None:
    later = WRITER.notice(NOTICE, READER, "t", START + timedelta(hours=1))
    others = [notice(replace(READER, id="sub_2")), notice(of=replace(NOTICE, id="ntc_2"))]

    assert later["Message-ID"] == notice()["Message-ID"]
    assert notice()["Message-ID"].endswith("@status.pay.example>")
    assert len({each["Message-ID"] for each in (notice(), *others)}) == 3


def test_all_messages_on_one_subject_stand_in_one_thread() -> None:
    recovery = notice(of=replace(NOTICE, id="ntc_2", kind=NoticeKind.RECOVERY))
    other = notice(of=replace(NOTICE, id="ntc_3", subject="inc_other"))

    assert recovery["References"] == notice()["References"] == notice()["In-Reply-To"]
    assert other["References"] != recovery["References"]


@pytest.mark.parametrize("text", ["a\r\nBcc: x@evil.example", "a\nb", "a\r\n\r\nbody", "b\u2028c"])
def test_no_text_becomes_a_header(text: str) -> None:
    evil = {locale: NoticeText(subject=text, text=text, html="") for locale in ("zh-CN", "en")}
    message = notice(of=replace(NOTICE, texts=evil))

    assert "Bcc" not in message
    assert len(message["Subject"].splitlines()) == 1


def test_a_window_is_linked_to_its_page() -> None:
    window = replace(NOTICE, kind=NoticeKind.MAINTENANCE_PLANNED, subject="win_1")

    assert "/maintenance/win_1?lang=zh-CN\n" in body(notice(of=window), "plain")


@pytest.mark.parametrize("locale", load_words())
def test_a_confirmation_says_who_asks_for_what_and_how_long_it_is_good(locale: str) -> None:
    message = read(WRITER.confirmation(replace(WISH, locale=locale), "cnf_1.token", START))
    text, html = body(message, "plain"), body(message, "html")
    names = {"zh-CN": ("花呗", "收银台和还款"), "en": ("Huabei", "Checkout and Repayment")}[locale]
    link = f"https://status.pay.example/subscribe/confirm/cnf_1.token?lang={locale}"

    for said in (*names, link, "24"):
        assert said in text
    assert f'href="{link}"' in html
    assert "List-Unsubscribe" not in message


def test_a_service_that_is_gone_is_not_named() -> None:
    message = read(WRITER.confirmation(replace(WISH, services=("gone",)), "t", START))

    assert "全部服务" in body(message, "plain")


def test_every_language_has_every_word() -> None:
    words = load_words()

    assert len({frozenset(each) for each in words.values()}) == 1


def test_the_html_is_closed_everywhere_and_asks_for_nothing_from_outside() -> None:
    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert "src" not in dict(attrs)
            if tag not in {"meta", "br"}:
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    reader = Reader()
    reader.feed(body(notice(), "html"))

    assert reader.open == []
