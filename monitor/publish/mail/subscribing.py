"""Wishes to subscribe: asked for on the page, confirmed by mail, ended by a link."""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta

import structlog

from monitor.clock import Clock
from monitor.model.mail import Confirmation, Subscriber
from monitor.publish.mail.compose import Letterhead, Writer
from monitor.publish.mail.ports import MailKind, MailMetrics, MailResult, WishStore
from monitor.publish.mail.postman import Letter, Postman, Round
from monitor.publish.mail.tokens import Purpose, Tokens

log = structlog.get_logger(__name__)

POLL_SECONDS = 5.0
BATCH = 20
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 1800.0


class SubscriptionDesk:
    """Answers the public page; never says whether an address is known.

    *head* None means that no mail is sent: the desk is closed, but unsubscribing goes on.
    """

    def __init__(
        self,
        head: Letterhead | None,
        store: WishStore,
        tokens: Tokens,
        clock: Clock,
        metrics: MailMetrics,
    ) -> None:
        self._head = head
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._metrics = metrics
        self._asked = asyncio.Event()

    @property
    def requests_per_minute(self) -> int:
        """How many wishes all visitors together may have in a minute; 0 while it is closed."""
        return 0 if self._head is None else self._head.policy.requests_per_minute

    def configure(self, head: Letterhead | None) -> None:
        """Go on with a reloaded configuration."""
        self._head = head

    async def ask(self, address: str, services: tuple[str, ...], locale: str) -> None:
        """Have a mail sent to *address* that asks for a confirmation."""
        if self._head is None:
            return
        now = self._clock.now()
        wish = Confirmation(
            id=f"cnf_{secrets.token_hex(16)}",
            address=address,
            locale=locale,
            services=services,
            created_at=now,
            expires_at=now + timedelta(seconds=self._head.policy.confirm_within_seconds),
            due_at=now,
        )
        if not await self._store.add_confirmation(wish):
            log.info("confirmation_not_sent", reason="the address got several lately")
        self._asked.set()

    async def wish(self, token: str) -> Confirmation | None:
        """Return the wish that *token* would confirm, while it can."""
        id_ = self._tokens.read(Purpose.CONFIRM, token)
        wish = await self._store.confirmation(id_) if id_ else None
        return wish if wish and wish.expires_at > self._clock.now() else None

    async def confirm(self, token: str) -> Subscriber | None:
        """Make a subscriber of a wish; None where the link is over or was used."""
        id_ = self._tokens.read(Purpose.CONFIRM, token)
        return await self._store.confirm(id_, self._clock.now()) if id_ else None

    def may_unsubscribe(self, token: str) -> bool:
        """Whether *token* was made by us; it says nothing of who still subscribes."""
        return self._tokens.read(Purpose.UNSUBSCRIBE, token) is not None

    async def unsubscribe(self, token: str) -> bool:
        """Forget a subscriber; False only for a link that was never ours."""
        id_ = self._tokens.read(Purpose.UNSUBSCRIBE, token)
        if id_ is None:
            return False
        if await self._store.delete_subscriber(id_):
            log.info("unsubscribed", subscriber=id_)
        return True

    async def run(self) -> None:
        """Send confirmations as they are asked for, and those that have to be tried again."""
        while True:
            self._asked.clear()
            try:
                await self._send_due()
            except Exception as error:  # noqa: BLE001 - the store may be away; wishes are kept
                log.warning("confirmations_failed", error=type(error).__name__)
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._asked.wait()
            except TimeoutError:
                continue

    async def _send_due(self) -> None:
        head = self._head
        if head is None:
            return
        due = await self._store.due_confirmations(self._clock.now(), BATCH)
        if not due:
            return
        writer = Writer(head)
        postman = Postman(head.policy, head.sender, self._clock, self._metrics)
        round_ = Round()
        try:
            letters = [self._letter(writer, each) for each in due]
            await postman.carry(letters, MailKind.CONFIRMATION, round_)
        finally:
            await postman.close()
        if round_.trouble is not None:
            log.warning(
                "mail_server_failed", reason=round_.trouble.reason, detail=round_.trouble.detail
            )
        for each in due:
            await self._note(each, round_.results.get(each.id))

    def _letter(self, writer: Writer, wish: Confirmation) -> Letter:
        token = self._tokens.make(Purpose.CONFIRM, wish.id)
        return Letter(
            id=wish.id,
            recipient=wish.address,
            write=lambda: writer.confirmation(wish, token, self._clock.now()),
        )

    async def _note(self, wish: Confirmation, result: MailResult | None) -> None:
        """Keep a wish whose mail has left, try a deferred one later, forget what was refused."""
        if result is MailResult.SENT:
            await self._store.update_confirmation(replace(wish, due_at=None))
        elif result in (None, MailResult.DEFERRED):
            pause = min(FIRST_PAUSE_SECONDS * 2.0**wish.attempts, LONGEST_PAUSE_SECONDS)
            later = self._clock.now() + timedelta(seconds=pause)
            again = replace(wish, due_at=later, attempts=wish.attempts + 1)
            await self._store.update_confirmation(again)
        else:
            await self._store.delete_confirmation(wish.id)
