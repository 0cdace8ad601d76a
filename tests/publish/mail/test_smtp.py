"""Proves how the mail server is reached: protected as configured, or not at all."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.model.mail import MailSecurity
from monitor.publish.deliveries.result import SendOutcome, SendReason, SendResult
from monitor.publish.mail.ports import MailResult
from monitor.publish.mail.smtp import result_of
from monitor.storage.store import Store
from tests.publish.mail.server import PASSWORD, USER, Certificates, MailServer, serving
from tests.publish.mail.worlds import EVENT, channel, delivery, policy, subscribed

LOGIN = {"user": USER, "password": PASSWORD}


async def tell(server: MailServer, store: Store, **changes: Any) -> SendResult:
    return await channel(server, store, **changes).send(EVENT, delivery())


@pytest.fixture(autouse=True)
async def reader(store: Store) -> None:
    await subscribed(store, "li@example.com")


# The server warns of a login without STARTTLS also where all of the connection is TLS.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
async def test_a_login_and_a_message_travel_encrypted(
    store: Store, certificates: Certificates, security: MailSecurity
) -> None:
    server = MailServer()
    async with serving(server, certificates, security=security.value):
        result = await tell(server, store, security=security, ca_file=certificates.ca_file, **LOGIN)

    assert result == SendResult.delivered()
    assert server.tls_used == [True]


async def test_a_certificate_of_a_stranger_ends_it(
    store: Store, certificates: Certificates
) -> None:
    server = MailServer()
    async with serving(server, certificates):
        result = await tell(server, store, security=MailSecurity.STARTTLS, **LOGIN)

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.NETWORK)
    assert "certificate" in result.detail
    assert server.received == []


async def test_without_encryption_on_offer_nothing_is_sent(store: Store) -> None:
    async with serving(MailServer()) as server:
        result = await tell(server, store, security=MailSecurity.STARTTLS)

    assert result.outcome is SendOutcome.RETRY
    assert server.received == []


async def test_a_wrong_password_is_said_and_not_shown(
    store: Store, certificates: Certificates
) -> None:
    server = MailServer()
    wrong = {**LOGIN, "password": "not-the-pa55word"}
    async with serving(server, certificates):
        result = await tell(
            server, store, security=MailSecurity.STARTTLS, ca_file=certificates.ca_file, **wrong
        )

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.AUTH)
    assert "not-the-pa55word" not in str(result)


async def test_a_server_that_says_nothing_costs_no_more_than_the_timeout(store: Store) -> None:
    server = MailServer()
    server.hold.clear()
    async with serving(server):
        result = await tell(server, store, timeout_seconds=0.5)

    assert (result.outcome, result.reason) == (SendOutcome.RETRY, SendReason.TIMEOUT)


async def test_a_refused_sender_is_the_servers_trouble_and_nobodys_address(store: Store) -> None:
    class Strict(MailServer):
        async def handle_MAIL(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd's name
            return "553 5.7.1 not your address"

    async with serving(Strict()) as server:
        result = await tell(server, store)

    assert result.reason is SendReason.CLIENT_ERROR
    assert all(each.bounces == 0 for each in await store.subscribers())


def test_no_password_is_in_what_is_printed() -> None:
    made = replace(policy(MailServer()), password=PASSWORD)

    assert PASSWORD not in repr(made)


@pytest.mark.parametrize(
    ("code", "text", "result"),
    [
        (450, "4.2.0 try later", MailResult.DEFERRED),
        (452, "4.2.2 full", MailResult.DEFERRED),
        (550, "5.1.1 unknown", MailResult.BOUNCED),
        (550, "5.1.10 null mx", MailResult.BOUNCED),
        (550, "5.2.1 disabled", MailResult.BOUNCED),
        (550, "5.7.1 policy", MailResult.REFUSED),
        (550, "no such user", MailResult.BOUNCED),
        (553, "mailbox name not allowed", MailResult.BOUNCED),
        (554, "transaction failed", MailResult.REFUSED),
        (552, "5.2.2 full", MailResult.REFUSED),
    ],
)
def test_a_refused_recipient_is_sorted_by_code(code: int, text: str, result: MailResult) -> None:
    assert result_of(code, text) is result
