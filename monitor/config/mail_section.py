"""`notices.mail`: the server through which users who subscribed are told, and its limits."""

import re
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, model_validator

from monitor.config.durations import PositiveSeconds
from monitor.config.section import Section, Text
from monitor.model.mail import MailPolicy, MailSecurity

_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]+")


def _bare(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError('expected an address such as "status@example.com"')
    return text


def _named(text: str) -> str:
    found = getaddresses([text])
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or not text.isprintable():
        raise ValueError('expected an address such as "Pay Status <status@example.com>"')
    return text


class MailSection(Section):
    """Where mail is handed over; the port follows from `security` (starttls, tls or none)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    host: Text
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    security: MailSecurity = MailSecurity.STARTTLS
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, AfterValidator(_named), Field(alias="from")]
    reply_to: Annotated[str, AfterValidator(_bare)] | None = None
    ca_file: Path | None = None
    timeout: Annotated[PositiveSeconds, Field(le=300)] = 30.0
    rate: Annotated[float, Field(gt=0, le=100)] = 10.0
    connections: Annotated[int, Field(ge=1, le=10)] = 2
    bounces: Annotated[int, Field(ge=1)] = 3
    confirm_within: Annotated[PositiveSeconds, Field(ge=600, le=7 * 86_400)] = 86_400.0
    give_up_after: Annotated[PositiveSeconds, Field(ge=600, le=3 * 86_400)] = 21_600.0
    requests_per_minute: Annotated[int, Field(ge=1)] = 60

    @model_validator(mode="after")
    def _protects_the_password(self) -> Self:
        if bool(self.user) != bool(self.password.get_secret_value()):
            raise ValueError("expected both user and password, or neither")
        if self.user and self.security is MailSecurity.NONE:
            raise ValueError('a password needs "security: starttls" or "security: tls"')
        return self

    def value(self) -> MailPolicy:
        return MailPolicy(
            host=self.host,
            port=self.port or _PORTS[self.security],
            sender=self.sender,
            security=self.security,
            user=self.user,
            password=self.password.get_secret_value(),
            reply_to=self.reply_to or "",
            ca_file=self.ca_file,
            timeout_seconds=self.timeout,
            rate_per_second=self.rate,
            connections=self.connections,
            bounces=self.bounces,
            confirm_within_seconds=self.confirm_within,
            give_up_after_seconds=self.give_up_after,
            requests_per_minute=self.requests_per_minute,
        )
