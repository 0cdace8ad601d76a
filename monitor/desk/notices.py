"""The part of the desk where people decide on notices."""

from collections.abc import Coroutine, Sequence

from monitor.clock import Clock
from monitor.desk.running import found, read
from monitor.model.notice import Notice, NoticeState
from monitor.model.platform import LocalizedText
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.notices.decisions import DecisionError, Decisions, Say
from monitor.storage.store import Store
from monitor.web.ops.errors import ConflictError
from monitor.web.public.face import PublicFace


class NoticeDesk:
    """Answers `OpsBackend` as far as notices go."""

    _store: Store
    _dispatcher: Dispatcher
    _decisions: Decisions
    _face: PublicFace
    _clock: Clock

    async def notices(self, *, limit: int, state: NoticeState | None = None) -> Sequence[Notice]:
        return await read(self._store.notices(limit=limit, state=state))

    async def notice(self, id_: str) -> Notice:
        return found(await read(self._store.notice(id_)), "notice", id_)

    async def approve_notice(self, id_: str, by: str, reason: str = "") -> Notice:
        """Publish a notice that waits for a person."""
        notice, say = await self.notice(id_), Say(by=by, reason=reason)
        return await self._decided(self._decisions.approve(notice, say, self._clock.now()))

    async def reject_notice(self, id_: str, by: str, reason: str) -> Notice:
        """Keep a notice that waits for a person from users."""
        notice, say = await self.notice(id_), Say(by=by, reason=reason)
        return await self._decided(self._decisions.reject(notice, say, self._clock.now()))

    async def retract_notice(
        self, id_: str, by: str, reason: str = "", texts: LocalizedText | None = None
    ) -> Notice:
        """Take a published notice off the page and say so; it stays in the record."""
        notice, say = await self.notice(id_), Say(by=by, reason=reason)
        now = self._clock.now()
        return await self._decided(self._decisions.retract(notice, texts or {}, say, now))

    async def correct_notice(self, id_: str, by: str, reason: str, texts: LocalizedText) -> Notice:
        """Set a published notice right; return the correction."""
        notice, say = await self.notice(id_), Say(by=by, reason=reason)
        return await self._decided(self._decisions.correct(notice, texts, say, self._clock.now()))

    async def say_notice(self, subject: str, by: str, texts: LocalizedText) -> Notice:
        """Publish an update on an open incident in a person's words."""
        now = self._clock.now()
        return await self._decided(self._decisions.say(subject, texts, Say(by=by), now))

    async def _decided(self, work: Coroutine[None, None, Notice]) -> Notice:
        """Return the notice as decided; a decision that does not fit changes nothing."""
        try:
            notice = await read(work)
        except DecisionError as error:
            raise ConflictError(str(error)) from error
        self._face.changed(notice.subject)
        self._dispatcher.wake()
        return notice
