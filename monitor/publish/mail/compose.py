"""Writes messages: one reader each, in their language, text and HTML, headers beyond doubt."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from monitor.model.configuration import Configuration
from monitor.model.mail import Confirmation, MailPolicy, Subscriber
from monitor.model.notice import Notice, NoticeText
from monitor.model.platform import LocalizedText
from monitor.publish.mail.headers import mail_policy
from monitor.publish.notices.announce import public_path
from monitor.publish.notices.wording import join_names, localized

FOLDER = Path(__file__).parent
POLICY = mail_policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes: the platform's names, its public address, its services and the mail policy."""

    policy: MailPolicy
    platform: LocalizedText
    public_url: str
    default_locale: str
    services: Mapping[str, LocalizedText]

    @classmethod
    def of(cls, configuration: Configuration) -> "Letterhead | None":
        """Return the letterhead of *configuration*, None where no mail is sent."""
        if configuration.mail is None:
            return None
        platform = configuration.platform
        return cls(
            policy=configuration.mail,
            platform=platform.names,
            public_url=platform.public_url.rstrip("/"),
            default_locale=platform.default_locale,
            services={each.name: each.names for each in configuration.services},
        )

    @property
    def sender(self) -> str:
        """The bare address that messages come from."""
        return parseaddr(self.policy.sender)[1]

    @property
    def host(self) -> str:
        """The name that message ids end with."""
        return urlsplit(self.public_url).hostname or "localhost"


class Writer:
    """Writes on one letterhead."""

    def __init__(self, head: Letterhead) -> None:
        self._head = head
        self._words = load_words()
        self._template = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
        ).get_template("letter.html")

    def notice(
        self, notice: Notice, subscriber: Subscriber, token: str, now: datetime
    ) -> EmailMessage:
        """Return *notice* for one reader; the same notice and reader give the same message id."""
        locale, said = self._said(notice, subscriber.locale)
        leave = f"{self._head.public_url}/unsubscribe/{token}"
        page = f"{self._head.public_url}{public_path(notice)}?lang={locale}"
        more, footer, unsubscribe = (
            self._word(locale, key) for key in ("more", "footer", "unsubscribe")
        )
        message = self._message(said.subject, subscriber.address, locale, now)
        message["Message-ID"] = self._id(notice.id, subscriber.id)
        # All messages about one incident or window stand in one thread.
        message["In-Reply-To"] = message["References"] = self._id(notice.subject, subscriber.id)
        message["List-Id"] = f"<notices.{self._head.host}>"
        message["List-Unsubscribe"] = f"<{leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        colon = self._word(locale, "colon")
        tail = f"{more}{colon}{page}\n\n-- \n{footer}\n{unsubscribe}{colon}{leave}\n"
        body = Markup(said.html)  # noqa: S704 - rendered escaped by the notice's own template.
        html = self._html(
            locale,
            title=said.subject,
            heading=said.subject,
            body=body,
            action=more,
            action_url=page,
            footer=footer,
            unsubscribe=unsubscribe,
            unsubscribe_url=leave,
        )
        return _with_bodies(message, locale, f"{said.text}\n\n{tail}", html)

    def confirmation(self, wish: Confirmation, token: str, now: datetime) -> EmailMessage:
        """Return the message that asks the owner of an address whether they want notices."""
        locale = wish.locale if wish.locale in self._words else self._fallback
        url = f"{self._head.public_url}/subscribe/confirm/{token}?lang={locale}"
        hours = round((wish.expires_at - wish.created_at).total_seconds() / 3600)
        subject, asked, click, button, ignore = (
            self._word(locale, f"confirm_{key}", hours=hours, services=self._chosen(wish, locale))
            for key in ("subject", "asked", "click", "button", "ignore")
        )
        message = self._message(subject, wish.address, locale, now)
        message["Message-ID"] = self._id("confirmation", wish.id)
        body = Markup("<p>{}</p>\n<p>{}</p>").format(asked, click)
        html = self._html(
            locale,
            title=subject,
            heading="",
            body=body,
            action=button,
            action_url=url,
            footer=ignore,
            unsubscribe="",
            unsubscribe_url="",
        )
        return _with_bodies(message, locale, f"{asked}\n\n{click}\n{url}\n\n{ignore}\n", html)

    def _message(self, subject: str, to: str, locale: str, now: datetime) -> EmailMessage:
        name, address = parseaddr(self._head.policy.sender)
        message = EmailMessage(policy=POLICY)
        message["From"] = Address(
            display_name=name or localized(self._head.platform, locale), addr_spec=address
        )
        message["To"] = Address(addr_spec=to)
        if self._head.policy.reply_to:
            message["Reply-To"] = Address(addr_spec=self._head.policy.reply_to)
        message["Subject"] = " ".join(subject.split())
        message["Date"] = format_datetime(now)
        # No holiday message answers this.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        return message

    def _said(self, notice: Notice, wanted: str) -> tuple[str, NoticeText]:
        for locale in (wanted, self._head.default_locale, *notice.texts):
            if locale in notice.texts:
                return locale, notice.texts[locale]
        raise ValueError(f"notice {notice.id} has no text")

    def _chosen(self, wish: Confirmation, locale: str) -> str:
        known = [each for each in wish.services if each in self._head.services]
        names = [localized(self._head.services[each], locale) for each in known]
        return join_names(names, locale) if names else self._word(locale, "all_services")

    def _word(self, locale: str, key: str, **values: object) -> str:
        words = self._words.get(locale) or self._words[self._fallback]
        return words[key].format(platform=localized(self._head.platform, locale), **values)

    @property
    def _fallback(self) -> str:
        usual = self._head.default_locale
        return usual if usual in self._words else "en"

    def _html(self, locale: str, **context: object) -> str:
        platform = localized(self._head.platform, locale)
        return self._template.render(locale=locale, platform=platform, **context)

    def _id(self, of: str, reader: str) -> str:
        digest = hashlib.sha256(f"{of}/{reader}".encode()).hexdigest()[:20]
        return f"<{of}.{digest}@{self._head.host}>"


def load_words(folder: Path = FOLDER / "words") -> Mapping[str, Mapping[str, str]]:
    """Return the words of each locale that messages are written in."""
    return {
        each.stem: json.loads(each.read_text("utf-8")) for each in sorted(folder.glob("*.json"))
    }


def _with_bodies(message: EmailMessage, locale: str, text: str, html: str) -> EmailMessage:
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # Setting the content drops every header that begins like this.
    message["Content-Language"] = locale
    return message
