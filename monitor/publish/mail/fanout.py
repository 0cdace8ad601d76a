"""Sends a notice to all who asked for it: position by position, resumable, as one delivery."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from monitor.clock import Clock
from monitor.model.delivery import Delivery
from monitor.model.events import Event
from monitor.model.mail import Mailing, MailProgress, Subscriber
from monitor.model.notice import Notice, NoticeState
from monitor.publish.deliveries.result import SendReason, SendResult
from monitor.publish.mail.compose import Letterhead, Writer
from monitor.publish.mail.ports import MailingStore, MailKind, MailMetrics, MailResult
from monitor.publish.mail.postman import Letter, Postman, Round
from monitor.publish.mail.tokens import Purpose, Tokens
from monitor.publish.notices.drafting import ENDING
from monitor.publish.notices.occasion import UNREPLACED

# A killed process may repeat what it sent since it last noted its position.
STEP = 20
# An end, and what a person may have said since.
LATEST = 20


class MailChannel:
    """Tells subscribers; a delivery to it ends when no mail has to be tried again.

    The pause before deferred mail is tried again is the delivery's own.
    """

    def __init__(
        self,
        head: Letterhead,
        store: MailingStore,
        tokens: Tokens,
        clock: Clock,
        metrics: MailMetrics,
    ) -> None:
        self._head = head
        self._store = store
        self._tokens = tokens
        self._clock = clock
        self._writer = Writer(head)
        self._postman = Postman(head.policy, head.sender, clock, metrics)

    async def send(self, event: Event, _delivery: Delivery) -> SendResult:
        """Go on with the fan-out of *event* where it stands."""
        known = await self._store.mailing(event.id)
        mailing = known or Mailing(event=event.id, started_at=self._clock.now())
        try:
            if mailing.complete:
                return await self._again(event, mailing)
            return await self._everyone(event, mailing)
        finally:
            await self._postman.close()

    async def close(self) -> None:
        await self._postman.close()

    async def _everyone(self, event: Event, mailing: Mailing) -> SendResult:
        """Write to all who are behind the position; the first refusals are tried again later."""
        while notice := await self._published(event):
            page = await self._store.subscribers(mailing.position, STEP, active_only=True)
            if not page:
                break
            mailing = replace(mailing, position=page[-1].id)
            wanted = [each for each in page if each.wants(notice.services)]
            if trouble := await self._step(notice, mailing, wanted):
                return trouble
        await self._save(MailProgress(mailing=replace(mailing, complete=True)))
        return await self._rest(mailing)

    async def _again(self, event: Event, mailing: Mailing) -> SendResult:
        """Write to those whose mail was deferred."""
        after = ""
        while notice := await self._published(event):
            page = await self._store.deferred(mailing.event, after, STEP)
            if not page:
                break
            after = page[-1].id
            if trouble := await self._step(notice, mailing, page):
                return trouble
        return await self._rest(mailing) if notice else SendResult.delivered()

    async def _published(self, event: Event) -> Notice | None:
        """Return the notice while it holds: what was retracted, or is over, goes no further."""
        notice = await self._store.notice(event.subject)
        if notice is None or notice.state is not NoticeState.PUBLISHED:
            return None
        later = await self._store.notices(notice.subject, LATEST)
        return None if any(_ends(each, notice) for each in later) else notice

    async def _step(
        self, notice: Notice, mailing: Mailing, readers: Sequence[Subscriber]
    ) -> SendResult | None:
        """Write to some; whatever ends this, it is noted to whom a letter has left."""
        round_ = Round()
        letters = [self._letter(notice, each) for each in readers]
        try:
            await self._postman.carry(letters, MailKind.NOTICE, round_)
        finally:
            await self._save(_progress(mailing, readers, round_))
        return round_.trouble

    def _letter(self, notice: Notice, reader: Subscriber) -> Letter:
        token = self._tokens.make(Purpose.UNSUBSCRIBE, reader.id)
        return Letter(
            id=reader.id,
            recipient=reader.address,
            write=lambda: self._writer.notice(notice, reader, token, self._clock.now()),
        )

    async def _rest(self, mailing: Mailing) -> SendResult:
        if await self._store.deferred(mailing.event, "", 1):
            return SendResult.retry(SendReason.SERVER_ERROR, "some addresses ask to try again")
        return SendResult.delivered()

    async def _save(self, progress: MailProgress) -> None:
        # A stop that comes while this is written must not tear it.
        work = self._store.save_progress(progress, self._head.policy.bounces, self._clock.now())
        await asyncio.shield(asyncio.ensure_future(work))


def _ends(later: Notice, notice: Notice) -> bool:
    """Whether *later* told the end of what *notice* says is going on, or is planned."""
    ends = later.state is NoticeState.PUBLISHED and later.kind in ENDING and later.at > notice.at
    return ends and notice.kind not in ENDING | UNREPLACED


def _progress(mailing: Mailing, readers: Sequence[Subscriber], round_: Round) -> MailProgress:
    """Return what to note: who got no answer is deferred, since the position is past them."""
    open_ = [each.id for each in readers if each.id not in round_.results]
    return MailProgress(
        mailing=mailing,
        sent=round_.of(MailResult.SENT),
        deferred=(*round_.of(MailResult.DEFERRED), *open_),
        bounced=round_.of(MailResult.BOUNCED),
        refused=round_.of(MailResult.REFUSED),
    )
